"""Wiring of the export service's web application. No route lives here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask

from services.common.database import connect
from services.common.identity import Verifier
from services.common.web import create_app as create_base_app
from services.export.clients.customer import CustomerClient, customer_client
from services.export.routes import export, health
from services.export.settings import Settings
from services.export.store.files import Files
from services.export.store.live import Live
from services.export.store.queue import Queue

BLUEPRINTS: tuple[Blueprint, ...] = (health.blueprint, export.blueprint)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes hand to commands and queries."""

    customer: CustomerClient
    queue: Queue
    files: Files
    live: Live
    zone: str


def create_app(settings: Settings) -> Flask:
    """The application; nothing is connected before the first request."""
    if settings.identity_trusted_file is None:
        raise ValueError("IDENTITY_TRUSTED_FILE is not set")
    app = create_base_app(
        "export",
        verifier=Verifier("export", settings.identity_trusted_file),
        engine=connect(settings.database(), pool_size=settings.threads),
    )
    app.extensions["parts"] = Parts(
        customer_client(settings.customer_url, settings.identity_key_file),
        Queue(settings.redis_url),
        Files(settings.files_dir.resolve()),
        Live(settings.redis_url),
        settings.organisation_timezone,
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
