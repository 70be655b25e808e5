"""Names as they are read: where they stand in a list, and what else they may be read as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.rules.pinyin import READINGS_MAX, fold, is_han, readings, sort_key, syllables

HAN = "重庆啤酒长沙银行厦门国际乐单曾阿里巴中石朝阳都会计大车员工女吕律"
names = st.text(st.sampled_from(HAN + "ABcd39 ·&（）-") | st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("重庆啤酒", "chong qing pi jiu"),
        ("重型机械", "zhong xing ji xie"),
        ("长沙银行", "chang sha yin hang"),
        ("行长", "hang zhang"),
        ("厦门国际", "xia men guo ji"),
        ("招商大厦", "zhao shang da sha"),
        ("单县牧业", "shan xian mu ye"),
        ("乐清电器", "yue qing dian qi"),
        ("六安茶叶", "lu an cha ye"),
        ("东莞制造", "dong guan zhi zao"),
        ("蚌埠玻璃", "beng bu bo li"),
        ("会计事务所", "kuai ji shi wu suo"),
        ("吕梁煤业", "lv liang mei ye"),
    ],
)
def test_characters_with_several_readings_are_read_as_in_the_word(name: str, read: str) -> None:
    assert " ".join(syllables(name)) == read


def test_names_stand_in_the_order_of_their_readings() -> None:
    shuffled = ["中石化", "3M中国", "重庆啤酒", "阿里巴巴", "Apple", "长沙银行", "安踏", "重型机械", "ABB", "厦门国际", "臺灣積體電路"]
    assert sorted(shuffled, key=sort_key) == [
        "3M中国", "阿里巴巴", "ABB", "安踏", "Apple", "长沙银行", "重庆啤酒", "臺灣積體電路", "厦门国际", "中石化", "重型机械",
    ]  # fmt: skip


def test_a_shorter_syllable_stands_before_a_longer_one() -> None:
    """西安 (xi an) before 先锋 (xian feng): syllables are compared, not letters."""
    assert sort_key("西安") < sort_key("先锋")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＡＢＣ公司", "abc公司"), ("臺灣積體電路", "台湾积体电路"), ("ａ　ｂ", "A  B"), ("㈱", "(株)"), ("Straße", "STRASSE")],
)
def test_width_script_and_case_make_no_difference(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(names)
def test_folding_twice_is_folding_once(name: str) -> None:
    once = fold(name)
    assert fold(once) == once
    assert once == once.strip()


@given(names)
def test_the_likely_reading_comes_first_and_there_are_few(name: str) -> None:
    folded = fold(name)
    found = readings(folded)
    assert found[0] == syllables(folded)
    assert len(found) <= READINGS_MAX
    assert len({tuple(reading) for reading in found}) == len(found)
    assert len({len(reading) for reading in found}) == 1


@given(names)
def test_syllables_are_plain_small_letters_and_digits(name: str) -> None:
    assert all(part and part.isascii() and part.isalnum() and part == part.lower() for part in syllables(fold(name)))


@given(st.text(st.sampled_from(HAN), min_size=1, max_size=12))
def test_every_chinese_character_has_one_syllable(name: str) -> None:
    assert len(syllables(name)) == len(name)
    assert all(is_han(character) for character in name)


@given(names, names)
def test_names_that_differ_only_in_width_and_case_share_their_place(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (fold(one) == fold(other))
