"""What passwords leave behind in memory."""

from __future__ import annotations

import subprocess
import sys

from services.local.compose import ROOT

# Twelve sign-ins at once, three times, as a process of its own with the habits of the customer service.
MEASURE = """
from concurrent.futures import ThreadPoolExecutor
import psutil
from services.customer.__main__ import give_back_large_blocks
from services.customer.rules.password import hash_password

def resident():
    return psutil.Process().memory_info().rss

give_back_large_blocks()
before = resident()
with ThreadPoolExecutor(12) as pool:
    list(pool.map(hash_password, ["a long enough password"] * 36))
print((resident() - before) // 1024 // 1024)
"""


def test_what_a_password_took_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40  # 12 threads x 19 MiB without it
