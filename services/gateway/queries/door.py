"""Who stands at the door: what every route begins with. The request's marks, where it comes from, who sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.common.ids import new_id
from services.gateway.clients.services import Services
from services.gateway.queries.session import find_session
from services.gateway.rules import limits
from services.gateway.rules import session as rules
from services.gateway.rules.session import Presented, Session
from services.gateway.store.session import SessionMemory

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True)
class Door:
    """What the routes share; made once by ``create_app``."""

    services: Services
    memory: SessionMemory
    secret_key: bytes
    origins: frozenset[str]
    trusted_proxies: int

    def is_secure(self, environ: WSGIEnvironment) -> bool:
        """Whether the browser speaks TLS."""
        return rules.is_secure(environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO"), self.trusted_proxies)

    def address(self, environ: WSGIEnvironment) -> str:
        """The client's address."""
        return rules.client_address(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR"), self.trusted_proxies)

    def presented(self, environ: WSGIEnvironment) -> Presented:
        """The token that the request carries, or 401."""
        return rules.presented(environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_COOKIE"), secure=self.is_secure(environ))

    def caller(self, environ: WSGIEnvironment) -> Session:
        """Who sent the request, allowed to use its method; 401 or 403 otherwise."""
        method = environ["REQUEST_METHOD"]
        shown = self.presented(environ)
        if shown.from_cookie and method not in rules.SAFE_METHODS:
            self.check_own_page(environ, shown)
        session = find_session(self.services, self.memory, shown, environ["HTTP_X_REQUEST_ID"])
        rules.check_scope(session.identity, method)
        return session

    def check_own_page(self, environ: WSGIEnvironment, shown: Presented) -> None:
        """403 unless our own page sent this cookie request."""
        rules.check_origin(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST"), self.origins)
        rules.check_csrf(self.secret_key, shown.token, environ.get("HTTP_X_CSRF_TOKEN"))

    def check_not_foreign(self, environ: WSGIEnvironment) -> None:
        """403 where another site's page sent this request (signing in needs no token yet)."""
        rules.check_origin(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST"), self.origins, required=False)


def mark(environ: WSGIEnvironment) -> str:
    """The request id: the client's where it is sound, else a new one. From here on the header holds it."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    request_id = given if limits.sound_request_id(given) else new_id().hex
    environ["HTTP_X_REQUEST_ID"] = request_id
    return request_id
