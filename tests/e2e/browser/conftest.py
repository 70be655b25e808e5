"""Fixtures for tests in a real Chromium, on the run's shared product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.browser_binary import find
from tests.support.client import Client
from tests.support.servers import Product

expect.set_options(timeout=30_000)  # a bound for a busy machine, not an expectation
PHONE = {"width": 390, "height": 844}
MOVING = "[class*='-enter-'], [class*='-leave-']"
SETTLE = """() => Promise.all(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => null)))"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser of this machine."""
    return {**browser_type_launch_args, **find().launch_options()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], product: Product) -> dict[str, Any]:
    """A Chinese desktop browser on the product: ``page.goto("/customers")``."""
    settings = {
        "base_url": product.address,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
        "reduced_motion": "reduce",  # a click aimed at something that still moves misses it on a busy machine
    }
    return {**browser_context_args, **settings}


@pytest.fixture
def signed_in(page: Page, member: Client) -> Page:
    """A page signed in as ``member``, which a test asks for too when it prepares data; fails the test on an error in the page."""
    page.context.add_cookies(member.browser_cookies())
    page.add_init_script("window.addEventListener('error', (event) => console.error('uncaught', event.message))")
    return page


@pytest.fixture
def phone(signed_in: Page) -> Page:
    """The signed-in page as wide as a phone."""
    signed_in.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    return signed_in


@pytest.fixture
def english(signed_in: Page) -> Page:
    """The signed-in page in English."""
    signed_in.add_init_script("localStorage.setItem('gonghai.language', '\"en\"')")
    return signed_in


@pytest.fixture(scope="session")
def check_accessibility() -> Callable[[Page], None]:
    """Fails with what axe found on the page as it stands: rule, place, reason."""

    def check(page: Page) -> None:
        expect(page.locator(MOVING)).to_have_count(0)  # what fades away is not part of the page any more
        expect(page.locator(".ant-skeleton")).to_have_count(0)  # nor is what stands for words that are still on their way
        page.evaluate(SETTLE)  # half-faded text has no contrast
        found = Axe().run(page, context={"exclude": [[".ant-tooltip"]]}).response["violations"]  # passing words of where the mouse was
        lines = [
            f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}" for each in found for node in each["nodes"][:3]
        ]
        assert not found, "\n".join(lines)

    return check
