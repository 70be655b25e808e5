"""The environment of the customer service."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from services.common.settings import ServiceSettings, sqlalchemy_url


class Settings(ServiceSettings):
    """What the customer service reads beyond ``ServiceSettings``."""

    migrate_database_url: str = ""
    migrate_database_password_file: Path | None = None
    files_dir: Path = Path("var/uploads")
    undo_minutes: int = 30
    work_lease_seconds: float = 30.0  # so long a batch or an import waits for a worker that was killed before another one goes on
    gonghai_admin_account: str = ""
    gonghai_admin_password: SecretStr = SecretStr("")

    def migrate_database(self) -> str:
        """The SQLAlchemy URL of the role that may change tables."""
        return sqlalchemy_url(self.migrate_database_url, self.migrate_database_password_file)
