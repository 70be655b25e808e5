"""Reading the environment, the same way for every service. A service's own ``settings.py`` extends ``ServiceSettings``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What all services read; every field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    environment: str = "production"
    log_level: str = "INFO"
    listen: str = "127.0.0.1:0"
    workers: int = 1
    threads: int = 16
    database_url: str = ""
    database_password_file: Path | None = None
    redis_url: str = ""
    identity_key_file: Path | None = None
    identity_trusted_file: Path | None = None
    secret_key_file: Path | None = None
    heartbeat_file: Path | None = None
    organisation_timezone: str = "Asia/Shanghai"

    def database(self) -> str:
        """The SQLAlchemy URL (``postgresql+psycopg://``) with the password of the secret file put in."""
        return sqlalchemy_url(self.database_url, self.database_password_file)

    def secret_key(self) -> bytes:
        """The key for signed cursors and CSRF tokens; at least 32 bytes."""
        if self.secret_key_file is None:
            raise ValueError("SECRET_KEY_FILE is not set")
        key = self.secret_key_file.read_bytes().strip()
        if len(key) < 32:
            raise ValueError("SECRET_KEY_FILE must hold at least 32 bytes")
        return key


def sqlalchemy_url(url: str, password_file: Path | None = None) -> str:
    """``postgresql://user@host/db`` → ``postgresql+psycopg://user:password@host/db``."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if password_file is not None:
        user, _, place = netloc.rpartition("@")
        netloc = f"{user.partition(':')[0]}:{quote(password_file.read_text().strip(), safe='')}@{place}"
    return urlunsplit(parts._replace(scheme="postgresql+psycopg", netloc=netloc))
