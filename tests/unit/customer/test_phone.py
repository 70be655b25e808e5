"""The same number is the same text however it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.rules.phone import normalise

mobiles = st.builds(
    lambda head, rest: head + rest, st.sampled_from(["138", "139", "186", "150", "177"]), st.text("0123456789", min_size=8, max_size=8)
)


@given(mobiles)
def test_a_chinese_mobile_is_eleven_digits_however_it_was_typed(number: str) -> None:
    a, b, c = number[:3], number[3:7], number[7:]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    for typed in (number, f"+86 {a} {b} {c}", f"{a}-{b}-{c}", f" 0086{number} ", f"(+86){number}", wide, f"+86-{a}-{b}{c}"):
        assert normalise(typed) == number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(023) 8913 9399", "023-89139399"),
        ("02389139399", "023-89139399"),
        ("+86 23 8913 9399", "023-89139399"),
        ("010 6555 1234", "010-65551234"),
        ("0755-26850000", "0755-26850000"),
        ("400-820-8820", "4008208820"),
        ("+1 (650) 253-0000", "+16502530000"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_landlines_service_numbers_and_foreign_ones_have_one_form(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


@pytest.mark.parametrize("typed", ["13800138000 / 13900139000", "010-65551234 转 12", "前台 8001", "95588", "见备注", "+852 2222 2222"])
def test_what_is_no_single_valid_number_is_kept_as_it_was_typed(typed: str) -> None:
    assert normalise(typed) == typed


@given(st.text(max_size=40))
def test_no_text_breaks_it_and_done_twice_is_done_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
