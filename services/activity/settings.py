"""The environment of the activity service."""

from __future__ import annotations

from pathlib import Path

from services.common.settings import ServiceSettings, sqlalchemy_url


class Settings(ServiceSettings):
    """What the activity service reads beyond ``ServiceSettings``."""

    migrate_database_url: str = ""
    migrate_database_password_file: Path | None = None
    customer_url: str = ""

    def migrate_database(self) -> str:
        """The SQLAlchemy URL of the role that may change tables."""
        return sqlalchemy_url(self.migrate_database_url, self.migrate_database_password_file)
