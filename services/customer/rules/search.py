"""What a customer is found by: the tokens that are stored, and a search text as a condition on them.

Tokens are lexemes of a ``tsvector`` whose first letter says what they are (core PostgreSQL, one inverted index, prefixes, and/or):

* ``c`` two neighbouring characters of the name of which one is Chinese (and its last one alone): 重庆, 庆啤, 啤酒, 酒;
* ``f`` the reading from each syllable on, ``chongqingpijiu``, ``qingpijiu`` …; ``i`` the same in initials: ``cqpj``, ``qpj`` …;
* ``n`` the customer number in its forms; ``p`` four neighbouring digits of a phone;
* one letter for each choice that lists are narrowed by (``swon``: the status), so that a search with chips is one question.

A condition has a part for the index and, where that alone could be wrong (a mixed ``alibb``, more than two characters), a recheck.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT, RE_TONE2
from pypinyin.contrib.tone_convert import to_normal

from services.customer.rules.pinyin import fold, is_han, readings

FULL_LENGTH = 16
INITIALS_LENGTH = 8
PHONE_DIGITS = 4
TERMS_MAX = 6
SPLITS_MAX = 12
QUERY_LENGTH_MAX = 100

CHOICE_LETTERS = {"status": "s", "level": "l", "province": "r", "source": "o", "industry": "u", "state": "x"}

_RUN = re.compile(r"[a-z0-9]+|[^\Wa-z0-9_]+")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """What is stored of one customer for searching."""

    tokens: list[str]
    name_key: str  # folded names without spaces and punctuation, one a line: for the recheck
    pinyin: str  # every reading, syllables apart, one a line
    digits: str  # phones, digits only, one a line


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a search text; all parts must fit.

    ``by_name`` and ``by_phone`` are alternatives as tsquery text (``by_phone`` never applies where phones are hidden); ``exact`` is the
    part of ``by_name`` that needs no recheck, None where all of it does. ``like`` and ``regex`` are the rechecks. ``contains`` asks
    the name alone for the same as ``by_name``.
    """

    by_name: str
    exact: str | None = None
    like: str | None = None
    regex: str | None = None
    by_phone: str | None = None
    phone_like: str | None = None
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A whole search text. ``beginning`` (instead of terms) is a single letter or digit: names whose sort key begins so."""

    terms: tuple[Term, ...] = ()
    beginning: str | None = None


def document(
    *,
    name: str,
    short_name: str | None,
    customer_no: str,
    phones: Iterable[str | None],
    choices: Mapping[str, str | None] | None = None,
) -> Document:
    """What to store for a customer; ``choices`` are its values of ``CHOICE_LETTERS``."""
    names = [fold(text) for text in (name, short_name) if text]
    keys = [_LETTERS.sub("", text) for text in names]
    spoken = [reading for key in keys for reading in readings(key) if reading]
    digits = [found for found in (re.sub(r"\D", "", phone) for phone in phones if phone) if found]
    tokens = {f"n{form}" for form in _number_forms(customer_no)}
    tokens.update(f"{CHOICE_LETTERS[field]}{value}" for field, value in (choices or {}).items() if value)
    for key in keys:
        tokens.update(f"c{gram}" for gram in _grams(key))
    for reading in spoken:
        for start in range(len(reading)):
            tokens.add("f" + "".join(reading[start:])[:FULL_LENGTH])
            tokens.add("i" + "".join(part[0] for part in reading[start:])[:INITIALS_LENGTH])
    for number in digits:
        tokens.update(f"p{number[i : i + PHONE_DIGITS]}" for i in range(len(number) - PHONE_DIGITS + 1))
    return Document(sorted(tokens), "\n".join(keys), "\n".join(" ".join(reading) for reading in spoken), "\n".join(digits))


def _grams(key: str) -> list[str]:
    pairs = [key[i : i + 2] for i in range(len(key) - 1)]
    found = [pair for pair in pairs if is_han(pair[0]) or is_han(pair[1]) or not pair.isascii()]
    return [*found, key[-1]] if key and not key[-1].isascii() else found


def _number_forms(customer_no: str) -> set[str]:
    folded = fold(customer_no)
    digits = re.sub(r"\D", "", folded)
    return {form for form in (folded, digits, digits.lstrip("0")) if form}


def parse(text: str) -> Search:
    """A search text as conditions; empty where nothing is to be searched. Parts are split at spaces and between Chinese and Latin."""
    folded = fold(text[:QUERY_LENGTH_MAX])
    phone = re.sub(r"\D", "", folded)
    if len(phone) >= PHONE_DIGITS and re.fullmatch(r"[\d\s()+./-]+", folded):
        return Search(terms=(_digits(phone),))
    runs = [run for part in folded.split() for run in _RUN.findall(_LETTERS.sub("", part))][:TERMS_MAX]
    if len(runs) == 1 and len(runs[0]) == 1 and runs[0].isascii():
        return Search(beginning=runs[0])
    return Search(terms=tuple(_latin(run) if run.isascii() else _chinese(run) for run in runs))


def chosen(field: str, values: Iterable[str]) -> str:
    """The tsquery for customers whose ``field`` has one of ``values``."""
    return " | ".join(_lexeme(CHOICE_LETTERS[field] + value) for value in values)


def name_query(text: str) -> str | None:
    """The tsquery that every name holding ``text`` somewhere fulfils, others too; None where no token tells."""
    parts = [run for part in fold(text).split() for run in _RUN.findall(_LETTERS.sub("", part))]
    grams = [_lexeme(f"c{gram}") for part in parts if not part.isascii() for gram in _pairs(part)]
    alone = [_prefix(f"c{part}") for part in parts if len(part) == 1 and is_han(part)]  # begins a pair, or is the last one
    return " & ".join(dict.fromkeys([*grams, *alone])) or None


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _chinese(run: str) -> Term:
    if len(run) == 1:
        query = _prefix("c" + run)
        return Term(query, exact=query, contains=_like(run))
    query = " & ".join(_lexeme(f"c{run[i : i + 2]}") for i in range(len(run) - 1))
    like = _like(run)
    return Term(query, exact=query, contains=like) if len(run) == 2 else Term(query, like=like, contains=like)


def _digits(run: str) -> Term:
    grams = [run[i : i + PHONE_DIGITS] for i in range(len(run) - PHONE_DIGITS + 1)]
    by_phone = " & ".join(_lexeme(f"p{gram}") for gram in dict.fromkeys(grams))
    latin = _latin(run, numbers=_number_forms(run))
    return Term(latin.by_name, latin.exact, latin.like, latin.regex, by_phone, _like(run))


def _latin(run: str, numbers: Iterable[str] = ()) -> Term:
    exact = [_lexeme(f"n{number}") for number in sorted({run, *numbers})]
    uncertain = []
    if len(run) <= FULL_LENGTH:
        exact.append(_prefix("f" + run))
    else:
        uncertain.append(_prefix("f" + run[:FULL_LENGTH]))
    for initials in _initials(run):
        certain = initials == run and len(run) <= INITIALS_LENGTH
        (exact if certain else uncertain).append(_prefix("i" + initials[:INITIALS_LENGTH]))
    sure = " | ".join(dict.fromkeys(exact))
    if not uncertain:
        return Term(sure, exact=sure)
    return Term(" | ".join(dict.fromkeys([*exact, *uncertain])), exact=sure, regex=_syllable_regex(run))


def _initials(run: str) -> list[str]:
    """The initials of every way to read ``run`` as beginnings of syllables, those of few parts first; all letters apart always."""
    found: dict[str, None] = {}
    partial = [("", 0)]
    while partial and len(found) < SPLITS_MAX:
        longer: list[tuple[str, int]] = []
        for initials, at in partial:
            for end in range(min(len(run), at + 6), at, -1):
                if end - at == 1 or run[at:end] in _beginnings():
                    (found.setdefault(initials + run[at], None) if end == len(run) else longer.append((initials + run[at], end)))
        partial = list(dict.fromkeys(longer))[: SPLITS_MAX * 4]
    return [initials for initials in found if len(initials) > 1 or len(run) == 1] + ([run] if run not in found else [])


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """Every beginning of at least two letters of every syllable that is spoken."""
    tones = {reading for readings_of in PINYIN_DICT.values() for reading in readings_of.split(",")}
    spoken = {to_normal(RE_TONE2.sub("", reading)) for reading in tones}
    return frozenset(syllable[:length] for syllable in spoken for length in range(2, len(syllable) + 1))


def _syllable_regex(run: str) -> str:
    """Fits where ``run`` is a chain of beginnings of neighbouring syllables: after each letter one may jump to the next syllable."""
    return "(^|[ \n])" + "([a-z]* )?".join(run)


def _lexeme(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _prefix(text: str) -> str:
    return _lexeme(text) + ":*"


def _like(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
