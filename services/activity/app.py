"""Wiring of the activity service's web application: engine, verifier and the list of its blueprints. No route lives here."""

from __future__ import annotations

from flask import Blueprint, Flask

from services.activity.routes import health, notification, timeline
from services.activity.settings import Settings
from services.common.database import connect
from services.common.identity import Verifier
from services.common.web import create_app as create_base_app

BLUEPRINTS: tuple[Blueprint, ...] = (health.blueprint, timeline.blueprint, notification.blueprint)


def create_app(settings: Settings) -> Flask:
    """The application; nothing is connected before the first request."""
    if settings.identity_trusted_file is None:
        raise ValueError("IDENTITY_TRUSTED_FILE is not set")
    app = create_base_app(
        "activity",
        verifier=Verifier("activity", settings.identity_trusted_file),
        engine=connect(settings.database(), pool_size=settings.threads),
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
