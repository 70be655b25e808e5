"""A small service for tests of the gateway's forwarding: it answers with what reached it. A real process with a real server.

``python -m tests.support.echo_service NAME`` reads LISTEN and IDENTITY_TRUSTED_FILE like every service. As ``customer`` it also
knows sessions: the token ``token-of-<member id>`` is that member; POST /control/… (for the test alone) changes what it says.
"""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections import Counter
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from flask import Flask, Response, g, request

from services.common import server, web
from services.common.identity import Verifier
from services.common.problem import Kind, Problem
from services.common.settings import ServiceSettings

MEMBER = "01890000-0000-7000-8000-000000000001"
OTHER_MEMBER = "01890000-0000-7000-8000-000000000002"


def session_id(token: str) -> str:
    """The session of a token."""
    return str(uuid5(NAMESPACE_OID, token))


class State:
    """What the service was told by the test and what it has seen."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sessions: dict[str, dict[str, Any]] = {}
        self.seen: Counter[str] = Counter()
        self.visible: dict[str, list[str]] = {}
        self.hidden_fields: list[str] = []
        self.ready = True
        for member, scopes in ((MEMBER, None), (OTHER_MEMBER, ["read"])):
            self.sign_in(f"token-of-{member}", member, scopes)

    def sign_in(self, token: str, member: str, scopes: list[str] | None) -> None:
        digest = hashlib.sha256(token.encode()).hexdigest()
        kind = "session" if scopes is None else "token"
        self.sessions[digest] = {"member_id": member, "session_id": session_id(token), "scopes": scopes, "kind": kind}


def create_app(name: str, settings: ServiceSettings) -> Flask:
    """The app of the service called ``name``."""
    assert settings.identity_trusted_file is not None
    app = web.create_app(name, verifier=Verifier(name, settings.identity_trusted_file))
    app.config["MAX_CONTENT_LENGTH"] = 30 * 1024 * 1024
    state = State()
    _add_health(app, state)
    if name == "customer":
        _add_sessions(app, state)
        _add_visibility(app, state)
    _add_control(app, state)
    _add_echo(app, state)
    return app


def _add_health(app: Flask, state: State) -> None:
    @app.get("/internal/health")
    def health() -> Response:
        return Response('{"status":"ok"}', content_type="application/json")

    @app.get("/internal/ready")
    def ready() -> Response:
        return Response('{"ready":true}' if state.ready else '{"database":"away"}', 200 if state.ready else 503)


def _add_sessions(app: Flask, state: State) -> None:
    @app.post("/internal/sessions")
    def sign_in() -> dict[str, Any]:
        _from_gateway(app)
        asked = request.get_json()
        state.seen[f"address {asked['address']}"] += 1
        if asked["password"] != "right":
            raise Problem(Kind.UNAUTHENTICATED, "sign_in_failed", "Account or password is wrong.")
        token = f"token-{asked['account']}"
        state.sign_in(token, MEMBER, None)
        member = {"member_id": MEMBER, "name": asked["account"], "user_agent": asked["user_agent"]}
        return {"session_token": token, "session_id": session_id(token), "expires_at": "2036-01-01T00:00:00Z", "member": member}

    @app.post("/internal/sessions/resolve")
    def resolve() -> dict[str, Any]:
        _from_gateway(app)
        state.seen["resolve"] += 1
        found = state.sessions.get(request.get_json()["token_hash"])
        if found is None:
            raise Problem(Kind.UNAUTHENTICATED, "not_signed_in", "Sign in first.")
        return found

    @app.post("/internal/sessions/end")
    def end() -> Response:
        state.sessions = {k: v for k, v in state.sessions.items() if v["session_id"] != request.get_json()["session_id"]}
        return Response(status=204)

    @app.post("/internal/sessions/ended")
    def ended() -> dict[str, Any]:
        return {"ended": [one for one in request.get_json()["token_hashes"] if one not in state.sessions]}

    @app.get("/internal/me")
    def me() -> dict[str, Any]:
        return {"member_id": str(_from_gateway(app).member()), "name": "张三"}


def _add_visibility(app: Flask, state: State) -> None:
    @app.get("/internal/customers/<customer_id>/visible")
    def visible(customer_id: str) -> dict[str, Any]:
        if customer_id not in state.visible.get(str(_from_gateway(app).member()), []):
            raise Problem(Kind.NOT_FOUND, "customer_not_found", "There is no such customer, or it is not open to you.")
        return {"hidden_fields": state.hidden_fields}

    @app.post("/internal/customers/visible")
    def visible_many() -> dict[str, Any]:
        state.seen["visible"] += 1
        mine = state.visible.get(str(_from_gateway(app).member()), [])
        return {"visible": [one for one in request.get_json()["customer_ids"] if one in mine]}


def _add_control(app: Flask, state: State) -> None:
    @app.post("/control/<name>")
    def control(name: str) -> Response:
        value = request.get_json()
        if name == "visible":
            state.visible[value["member"]] = value["customer_ids"]
        elif name == "end_session":
            state.sessions.pop(hashlib.sha256(value.encode()).hexdigest(), None)
        else:
            setattr(state, name, value)
        return Response(status=204)

    @app.get("/control/seen")
    def seen() -> dict[str, Any]:
        return dict(state.seen)


def _add_echo(app: Flask, state: State) -> None:
    @app.route("/api/<path:path>", methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
    def echo(path: str) -> Response:
        state.seen[f"{request.method} /api/{path}"] += 1
        wish = request.args.get("wish", "")
        if wish == "stream":
            return Response((b"piece %d\n" % number for number in range(5000)), content_type="text/plain")
        if wish == "slow":
            time.sleep(float(request.args["seconds"]))
        if wish == "large":
            return Response(b"x" * int(request.args["bytes"]), content_type="application/octet-stream")
        if wish == "status":
            return Response(b"", int(request.args["code"]))
        if wish == "refuse_early":
            raise Problem(Kind.FORBIDDEN, "import_right_missing", "You may not import.")
        return _echoed(app, path)


def _echoed(app: Flask, path: str) -> Response:
    caller = _from_gateway(app)
    body = request.get_data()
    answer = {
        "service": app.name, "method": request.method, "path": f"/api/{path}", "query": request.query_string.decode(),
        "headers": {k: v for k, v in request.headers.items() if k != "Authorization"}, "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(), "member_id": str(caller.member_id), "session_id": str(caller.session_id),
        "scopes": caller.scopes, "request_id": g.request_id,
    }  # fmt: skip
    headers = {"ETag": '"7"', "Set-Cookie": "stolen=1", "Cache-Control": "public", "X-Own": "kept"}
    return Response(web.to_json(answer), headers=headers, content_type="application/json")


def _from_gateway(app: Flask) -> Any:
    verifier: Verifier = app.extensions["verifier"]
    return verifier.verify(request.headers.get("Authorization"), ("gateway",))


if __name__ == "__main__":
    chosen = ServiceSettings()
    server.serve(lambda: create_app(sys.argv[1], chosen), chosen)
