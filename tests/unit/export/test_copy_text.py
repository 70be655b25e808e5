"""Rows on the wire: PostgreSQL's COPY text, cut into chunks anywhere, is put together again exactly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.problem import Kind, Problem
from services.export.clients.customer import parse

ESCAPES = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def copy_text(rows: list[tuple[str, ...]]) -> bytes:
    lines = ["\t".join("".join(ESCAPES.get(c, c) for c in value) for value in row) for row in rows]
    return "".join(line + "\n" for line in [*lines, "\\."]).encode()


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


VALUES = st.text(st.one_of(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), st.sampled_from("\\\t\n\rN.")), max_size=12)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=12), st.integers(1, 60))
def test_rows_survive_any_cut(rows: list[tuple[str, ...]], size: int) -> None:
    found = [row for batch in parse(cut(copy_text(rows), size)) for row in zip(*batch, strict=True)]
    assert found == rows


@pytest.mark.parametrize("missing", [1, 2, 3, 5])
def test_a_stream_without_its_end_is_an_interruption(missing: int) -> None:
    with pytest.raises(Problem) as broken:
        list(parse(cut(copy_text([("a", "b"), ("c", "d")])[:-missing], 4)))
    assert broken.value.kind is Kind.UNAVAILABLE
