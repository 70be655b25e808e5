"""The loop of a worker: goes on after an error, beats, and ends when asked."""

from __future__ import annotations

from pathlib import Path

from services.common import heartbeat, worker


def test_an_error_does_not_end_the_loop_and_stopping_does(tmp_path: Path) -> None:
    stopping = worker.Stopping()
    calls: list[int] = []

    def work() -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError
        stopping.set()
        return False

    beat = tmp_path / "beat"
    worker.run(work, stopping, idle_seconds=0.01, heartbeat_file=beat)
    assert len(calls) == 2
    assert heartbeat.age_seconds(beat) < heartbeat.STALE_SECONDS


def test_without_a_beat_the_age_is_infinite(tmp_path: Path) -> None:
    assert heartbeat.age_seconds(tmp_path / "never") == float("inf")
