"""统一社会信用代码: what is accepted as one, however it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.rules.credit_code import check_character, is_valid, normalise

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
KNOWN = ("91330100799655058B", "91440300708461136T", "9144030071526726XG", "91100000100003962T")

firsts = st.builds(
    lambda authority, district, rest: authority + district + rest,
    st.text(CHARACTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CHARACTERS, min_size=9, max_size=9),
)
codes = firsts.map(lambda first: first + check_character(first))


@pytest.mark.parametrize("code", KNOWN)
def test_codes_of_real_companies_are_valid(code: str) -> None:
    assert is_valid(code)


@given(codes)
def test_a_code_with_its_check_character_is_valid(code: str) -> None:
    assert is_valid(code)


@given(codes, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_always_noticed(code: str, place: int, other: str) -> None:
    spoiled = code[:place] + other + code[place + 1 :]
    assert is_valid(spoiled) == (spoiled == code)


@given(codes, st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_noticed(code: str, place: int) -> None:
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(exchanged) == (exchanged == code)


@given(codes, st.integers(1, 17))
def test_it_may_be_typed_wide_in_small_letters_with_spaces_and_hyphens(code: str, place: int) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert normalise(f" {wide[:place]} {wide[place:]}".lower()) == code
    assert normalise(f"{code[:place]}-{code[place:].lower()} ") == code


@given(st.text(max_size=20))
def test_no_text_breaks_the_check(text: str) -> None:
    code = normalise(text)
    assert not is_valid(code) or (normalise(code) == code and len(code) == 18)


@pytest.mark.parametrize(
    "code", ["", "91330100799655058", "91330100799655058BB", "91330100I99655058B", "9133010O799655058B", "٩1330100799655058B"]
)
def test_the_letters_i_o_s_v_z_other_digits_and_other_lengths_are_refused(code: str) -> None:
    assert not is_valid(code)
