"""Asking whether something answers; as a command it is the health check of containers that serve HTTP."""

from __future__ import annotations

import socket
import sys
import urllib.error
import urllib.request


def http(url: str, timeout_seconds: float = 3.0) -> bool:
    """Whether ``url`` answers 200."""
    try:
        # No proxy of the machine's: these are its own addresses.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=timeout_seconds) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def first_answer(host: str, port: int, question: bytes) -> bytes:
    """The beginning of what a server answers to ``question``; empty where nobody listens."""
    try:
        with socket.create_connection((host, port), 1) as connection:
            connection.settimeout(2)
            connection.sendall(question)
            return connection.recv(64)
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(0 if http(sys.argv[1]) else 1)
