"""What a customer is found by: the stored tokens and the condition of a search text, judged here as PostgreSQL would."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.customer.rules.pinyin import fold, is_han, readings
from services.customer.rules.search import INITIALS_LENGTH, PHONE_DIGITS, TERMS_MAX, Document, Term, document, parse

HAN = "重庆啤酒长沙银行厦门国际乐单曾阿里巴中石朝阳都会计大车员工女吕律浙江杭州网络科技有限公司"
names = st.text(st.sampled_from(HAN), min_size=2, max_size=12)
mixed_names = st.text(st.sampled_from(HAN + "ABcd39 ·&-"), min_size=1, max_size=15).filter(lambda name: bool(name.strip()))
phones = st.text("0123456789", min_size=7, max_size=13)


def lexeme_fits(lexeme: str, tokens: list[str]) -> bool:
    prefix = lexeme.endswith(":*")
    word = lexeme.removesuffix(":*")[1:-1].replace("''", "'").replace("\\\\", "\\")
    return any(token.startswith(word) if prefix else token == word for token in tokens)


def query_fits(query: str, tokens: list[str]) -> bool:
    """A tsquery as this module writes it: alternatives, or everything together, never both in one."""
    if " & " in query:
        return all(lexeme_fits(part, tokens) for part in query.split(" & "))
    return any(lexeme_fits(part, tokens) for part in query.split(" | "))


def like_fits(like: str, text: str) -> bool:
    return re.sub(r"\\(.)", r"\1", like[1:-1]) in text


def term_fits(term: Term, found: Document, *, phones_seen: bool = True) -> bool:
    by_phone = phones_seen and term.by_phone is not None and query_fits(term.by_phone, found.tokens)
    if not (query_fits(term.by_name, found.tokens) or by_phone):
        return False
    rechecks = []
    if term.like is not None:
        rechecks.append(like_fits(term.like, found.name_key))
    if term.regex is not None:
        rechecks.append(re.search(term.regex, found.pinyin) is not None)
    if by_phone and term.phone_like is not None:
        rechecks.append(like_fits(term.phone_like, found.digits))
    if term.exact is not None:
        rechecks.append(query_fits(term.exact, found.tokens))
    return any(rechecks)


def finds(text: str, name: str, *, short_name: str | None = None, customer_no: str = "C000123", phone: str | None = None) -> bool:
    found = document(name=name, short_name=short_name, customer_no=customer_no, phones=[phone])
    search = parse(text)
    assert search.terms, text
    return all(term_fits(term, found) for term in search.terms)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("庆啤", "重庆啤酒"),
        ("重庆啤酒", "重庆啤酒股份有限公司"),
        ("酒", "重庆啤酒"),
        ("cqpj", "重庆啤酒"),
        ("chongqing", "重庆啤酒"),
        ("zhongqing", "重庆啤酒"),  # a likely misreading
        ("qingpi", "重庆啤酒"),
        ("qpj", "重庆啤酒"),
        ("alibb", "阿里巴巴"),
        ("alibaba", "阿里巴巴"),
        ("albb", "阿里巴巴"),
        ("ALIBB", "阿里巴巴"),
        ("alibb", "杭州阿里巴巴网络"),
        ("啤酒 重庆", "重庆啤酒"),
        ("重庆pj", "重庆啤酒"),
        ("台灣", "台湾积体电路"),
        ("3M", "３Ｍ中国"),
        ("3m中国", "3M 中国"),
        ("zgyh", "中国银行"),
        ("yinhang", "中国银行"),
        ("c000123", "任意"),
        ("000123", "任意"),
        ("123", "任意"),
    ],
)
def test_what_people_type_finds_what_they_mean(text: str, name: str) -> None:
    assert finds(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("庆酒", "重庆啤酒"),
        ("重庆酒", "重庆啤酒"),
        ("cqjp", "重庆啤酒"),
        ("alibab啊", "阿里巴巴"),
        ("alb", "重庆啤酒"),
        ("12", "任意"),
        ("23", "任意"),
    ],
)
def test_what_is_not_there_is_not_found(text: str, name: str) -> None:
    assert not finds(text, name)


@given(names, st.data())
def test_every_part_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert finds(name[start:end], name)


@given(names, names)
def test_a_chinese_text_finds_nothing_that_does_not_hold_it(text: str, name: str) -> None:
    assert finds(text, name) == (text in name)


@given(names, st.data())
def test_initials_and_full_reading_from_every_syllable_on_find_a_name(name: str, data: st.DataObject) -> None:
    reading = data.draw(st.sampled_from(readings(name)))
    start = data.draw(st.integers(0, len(reading) - 1))
    rest = reading[start:]
    for text in ("".join(part[0] for part in rest)[:INITIALS_LENGTH], "".join(rest), "".join(rest)[: data.draw(st.integers(2, 30))]):
        assume(len(text) > 1)
        assert finds(text, name), text


@given(names, st.data())
def test_syllables_shortened_in_any_way_find_a_name(name: str, data: st.DataObject) -> None:
    """``alibb``: some syllables whole, some by their first letters, in at most three parts of more than one letter."""
    reading = readings(name)[0][:4]
    parts = [part[: data.draw(st.integers(1, len(part)))] for part in reading]
    text = "".join(parts)
    assume(len(text) > 1 and sum(len(part) > 1 for part in parts) <= 2)
    assert finds(text, name), text


@given(phones, st.data())
def test_any_four_or_more_digits_of_a_phone_find_it_and_others_do_not(phone: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(phone) - PHONE_DIGITS))
    end = data.draw(st.integers(start + PHONE_DIGITS, len(phone)))
    assert finds(phone[start:end], "某公司", phone=phone, customer_no="C999999999999999")
    other = data.draw(phones)
    assert finds(other, "某公司", phone=phone, customer_no="C999999999999999") == (other in phone)


@given(phones)
def test_a_phone_typed_with_spaces_and_hyphens_is_the_same_search(phone: str) -> None:
    assert parse(f"{phone[:3]}-{phone[3:6]} {phone[6:]}") == parse(phone)


@given(phones)
def test_phones_are_found_by_the_part_that_can_be_left_out_alone(phone: str) -> None:
    """Who must not see phones searches ``by_name`` only: no digit of a phone is found that way."""
    found = document(name="某公司", short_name=None, customer_no="C999999999999999", phones=[phone])
    for term in parse(phone).terms:
        assert term_fits(term, found)
        assert not query_fits(term.by_name, found.tokens)


@given(mixed_names, mixed_names)
def test_the_short_name_is_searched_like_the_name(name: str, short_name: str) -> None:
    found = document(name=name, short_name=short_name, customer_no="C1", phones=[])
    apart = document(name=short_name, short_name=None, customer_no="C1", phones=[])
    assert set(apart.tokens) <= set(found.tokens)


@given(mixed_names)
def test_the_whole_name_finds_itself(name: str) -> None:
    assume(any(character.isalnum() for character in name))
    parts = parse(name)
    assume(parts.beginning is None and len(re.findall(r"[a-z0-9]+|[^a-z0-9\W]+", fold(name))) <= TERMS_MAX)
    assert finds(name, name)


@given(st.text(max_size=200))
def test_any_text_can_be_searched_and_stored(text: str) -> None:
    search = parse(text)
    assert len(search.terms) <= TERMS_MAX
    found = document(name=text, short_name=text, customer_no="C1", phones=[text])
    assert all(found.tokens)
    assert len(set(found.tokens)) == len(found.tokens)
    assert all(len(token.encode()) < 2046 for token in found.tokens)  # the longest lexeme that PostgreSQL takes


@given(st.text(st.sampled_from("'\\:*&|!()<->%_ "), max_size=20))
def test_signs_of_the_query_language_are_nothing_to_search(text: str) -> None:
    assert parse(text).terms == ()
    assert parse(text).beginning is None


def test_a_single_letter_is_where_names_begin() -> None:
    assert parse("a").beginning == "a"
    assert parse("Ａ").beginning == "a"


def test_one_chinese_character_is_found_anywhere() -> None:
    assert all(finds(character, "重庆啤酒") for character in "重庆啤酒" if is_han(character))
