"""The gateway's environment."""

from __future__ import annotations

from pathlib import Path

from services.common.settings import ServiceSettings


class Settings(ServiceSettings):
    """Beside the common variables: where the services are, where the web build lies, and what stands in front."""

    threads: int = 64
    customer_url: str = ""  # one address, or several parted by commas
    activity_url: str = ""
    export_url: str = ""
    web_dir: Path = Path(__file__).parent / "web" / "dist"
    public_origins: str = ""  # e.g. https://crm.example.com; empty: the origin must have the host of the Host header
    trusted_proxies: int = 0  # how many proxies in front add to X-Forwarded-For and tell X-Forwarded-Proto

    def origins(self) -> frozenset[str]:
        """The origins that browsers may send unsafe requests from; empty means "the same host"."""
        return frozenset(part.strip().rstrip("/") for part in self.public_origins.split(",") if part.strip())
