"""What a process does not use it does not load: in a container nobody else shares that memory with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = {"flask", "gunicorn", "jinja2", "werkzeug"}
TABLES = {"openpyxl", "python_calamine", "holidays"}
CHINESE = {"pypinyin", "opencc", "phonenumbers"}
WORKERS = {"celery", "kombu"}


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("services.customer.workers.relay", {*WEB, *TABLES, *CHINESE, *WORKERS, "argon2", "joserfc"}),
        ("services.customer.workers.worker", {*WEB, *TABLES, *WORKERS}),
        ("services.activity.workers.consumer", {*WEB, *TABLES, *CHINESE, *WORKERS}),
        ("services.export.workers.sweep", {*WEB, *TABLES, *CHINESE, *WORKERS}),
        ("services.gateway.app", {*TABLES, *CHINESE, *WORKERS, "sqlalchemy", "psycopg"}),
    ],
)
def test_a_process_loads_nothing_that_others_need(module: str, unused: set[str]) -> None:
    question = f"import sys, {module}; print(*sorted(set(sys.modules) & {unused!r}))"
    done = subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
