"""How much memory the embedded PostgreSQL may keep pages in."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.local import postgres

GIB = 1024**3


def test_pages_are_kept_in_a_part_of_the_memory_within_bounds() -> None:
    assert [postgres.buffers_mib(gib * GIB) for gib in (1, 4, 24, 512)] == [128, 170, 1_024, 2_048]


def test_the_limit_of_a_container_counts_and_none_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(postgres, "_GROUP_LIMIT", limit)
    machine = postgres.memory_bytes()
    limit.write_text("max\n")
    assert postgres.memory_bytes() == machine
    limit.write_text(f"{machine // 2}\n")
    assert postgres.memory_bytes() == machine // 2
    limit.write_text(f"{machine * 2}\n")
    assert postgres.memory_bytes() == machine
