"""A typed text as a pattern that finds it however it is written: width, case, traditional and simplified characters do not count.

The pattern is a regular expression of PostgreSQL, in which each character stands for all that are alike; so a column is asked as it is,
and nothing has to be stored twice. Names have their own index of tokens (``search.py``).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from services.customer.rules.pinyin import fold_letters

_LAST = 0x30000  # beyond are no characters that people write
_SPECIAL = frozenset(r".^$*+?()[]{}|\-")


def contains(text: str) -> str:
    """Fits where the text stands somewhere."""
    return _letters(text)


def starts_with(text: str) -> str:
    """Fits where it stands at the beginning."""
    return "^" + _letters(text)


def equals(*texts: str) -> str:
    """Fits where one of them is all there is."""
    return f"^({'|'.join(_letters(text) for text in texts)})$"


def _letters(text: str) -> str:
    return r"\s+".join("".join(_letter(letter) for letter in part) for part in text.split())


def _letter(letter: str) -> str:
    alike = _alike().get(letter)
    if alike is None:
        return "\\" + letter if letter in _SPECIAL else letter
    return "[" + "".join("\\" + one if one in _SPECIAL else one for one in alike) + "]"


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    """Every character that is like others, with all of them, itself included; read once, in a moment."""
    letters = [letter for letter in map(chr, range(33, _LAST)) if letter.isprintable()]
    families: dict[str, list[str]] = defaultdict(list)
    for letter, plain in zip(letters, fold_letters(letters), strict=True):
        families[plain if len(plain) == 1 else letter].append(letter)
    return {letter: "".join(family) for family in families.values() if len(family) > 1 for letter in family}
