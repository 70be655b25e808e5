"""Choosing in the boxes of a page, as a person does: one list open at a time, the option that says exactly that."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

_OPEN = ".ant-select-dropdown:visible"


def closed(page: Page) -> None:
    """Wait until no list is open: one that is closing still takes clicks."""
    expect(page.locator(_OPEN)).to_have_count(0)


def pick(page: Page, box: Locator, text: str) -> None:
    """Choose an option of a box by the mouse, and close the list where it stays open for more."""
    closed(page)
    box.click()
    option = page.locator(f"{_OPEN} .ant-select-item-option-content").get_by_text(text, exact=True)
    option.first.click()
    if box.locator("xpath=ancestor::*[contains(@class, 'ant-select-multiple')]").count() > 0:
        box.press("Escape")
    closed(page)
