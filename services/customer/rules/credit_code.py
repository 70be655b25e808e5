"""统一社会信用代码: eighteen characters whose last one is a checksum over the others (GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_FORM = re.compile(rf"[{_CHARACTERS}]{{2}}\d{{6}}[{_CHARACTERS}]{{10}}")


def normalise(text: str) -> str:
    """Half width, capitals, no spaces or hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_valid(code: str) -> bool:
    """Whether form and checksum are right."""
    return _FORM.fullmatch(code) is not None and check_character(code[:17]) == code[17]


def check_character(first: str) -> str:
    """The last character that belongs to the first seventeen."""
    total = sum(_CHARACTERS.index(character) * weight for character, weight in zip(first, _WEIGHTS, strict=True))
    return _CHARACTERS[(31 - total % 31) % 31]
