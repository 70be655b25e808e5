"""The gateway as a WSGI app: ``Api`` in front, Flask behind it for what the gateway answers itself."""

from __future__ import annotations

from flask import Flask, Response, request

from services.common import web
from services.common.identity import Signer
from services.gateway.clients.services import Services
from services.gateway.clients.upstream import Upstream
from services.gateway.live.live import Live
from services.gateway.queries.door import Door
from services.gateway.routes import docs, health, live, notification, session, setup
from services.gateway.routes import web as web_routes
from services.gateway.routes.api import Api
from services.gateway.rules import routing
from services.gateway.rules.headers import API_SECURITY, STRICT_TRANSPORT
from services.gateway.settings import Settings
from services.gateway.store.session import SessionMemory
from services.gateway.store.web_files import WebFiles

BLUEPRINTS = (
    session.blueprint,
    setup.blueprint,
    live.blueprint,
    notification.blueprint,
    health.blueprint,
    docs.blueprint,
    web_routes.blueprint,
)


def create_app(settings: Settings) -> Flask:
    """Everything wired; no connection is opened and no thread started before the first request needs it."""
    if settings.identity_key_file is None:
        raise ValueError("IDENTITY_KEY_FILE is not set")
    services = Services(
        Signer("gateway", settings.identity_key_file),
        customer=Upstream(routing.CUSTOMER, settings.customer_url),
        activity=Upstream(routing.ACTIVITY, settings.activity_url),
        export=Upstream(routing.EXPORT, settings.export_url),
    )
    door = Door(services, SessionMemory(), settings.secret_key(), settings.origins(), settings.trusted_proxies)
    app = bare_app()
    app.extensions["door"] = door
    app.extensions["timezone"] = settings.organisation_timezone
    app.extensions["web_files"] = WebFiles(settings.web_dir)
    app.extensions["live"] = Live(services, settings.redis_url)
    app.after_request(_secure)
    app.wsgi_app = Api(door, app.wsgi_app)  # type: ignore[method-assign]
    return app


def bare_app() -> Flask:
    """The routes alone, for the OpenAPI document and the tests that compare it with the routing table."""
    app = web.create_app("gateway")
    app.url_map.merge_slashes = False
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _secure(response: Response) -> Response:
    if not response.content_type.startswith("text/html") and response.headers.get("Cache-Control") is None:
        for name, value in API_SECURITY:
            response.headers[name] = value
    door: Door = request_door()
    if door.is_secure(request.environ):
        response.headers[STRICT_TRANSPORT[0]] = STRICT_TRANSPORT[1]
    return response


def request_door() -> Door:
    """The door of the running app."""
    from flask import current_app

    found: Door = current_app.extensions["door"]
    return found
