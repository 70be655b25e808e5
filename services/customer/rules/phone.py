"""Telephone numbers in one form, so that the same number is the same text however it was typed."""

from __future__ import annotations

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

HOME = "CN"


def normalise(text: str) -> str:
    """Chinese numbers as people write them, ``13800138000`` and ``023-89139399``; others as ``+16502530000``.

    What is no valid number is kept as it was typed: it may hold two numbers, an extension, a remark.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(typed, HOME)
    except NumberParseException:
        return typed
    if not phonenumbers.is_valid_number(number) or number.extension:
        return typed
    if phonenumbers.region_code_for_number(number) != HOME:
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    area, _, rest = national.partition(" ")
    return f"{area}-{rest.replace(' ', '')}" if area.startswith("0") else national.replace(" ", "").replace("-", "")
