"""The environment of the export service."""

from __future__ import annotations

from pathlib import Path

from services.common.settings import ServiceSettings, sqlalchemy_url


class Settings(ServiceSettings):
    """What the export service reads beyond ``ServiceSettings``."""

    migrate_database_url: str = ""
    migrate_database_password_file: Path | None = None
    customer_url: str = ""
    files_dir: Path = Path("var/exports")
    export_lifetime_hours: float = 24.0
    export_concurrency: int = 1
    export_lease_seconds: float = 30.0
    export_sweep_seconds: float = 5.0

    def migrate_database(self) -> str:
        """The SQLAlchemy URL of the role that may change tables."""
        return sqlalchemy_url(self.migrate_database_url, self.migrate_database_password_file)
