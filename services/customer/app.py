"""Wiring of the customer service's web application: engine, verifier and the list of its blueprints. No route lives here."""

from __future__ import annotations

from flask import Blueprint, Flask

from services.common.database import connect
from services.common.identity import Verifier
from services.common.web import create_app as create_base_app
from services.customer.routes import (
    access_request,
    batch,
    custom_field,
    customer,
    customer_import,
    customer_list,
    customer_tag,
    department,
    export_rows,
    feed,
    field,
    follow_up,
    health,
    holiday,
    lock,
    me,
    member,
    option,
    ownership,
    participant,
    permission,
    pool,
    pool_figures,
    pool_rule,
    saved_search,
    session,
    setup,
    star,
    tag,
    token,
)
from services.customer.settings import Settings
from services.customer.store.blobs import Blobs

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.blueprint,
    feed.blueprint,
    session.blueprint,
    setup.blueprint,
    me.blueprint,
    token.blueprint,
    member.blueprint,
    department.blueprint,
    option.blueprint,
    field.blueprint,
    custom_field.blueprint,
    customer.blueprint,
    follow_up.blueprint,
    permission.blueprint,
    participant.blueprint,
    star.blueprint,
    ownership.blueprint,
    tag.blueprint,
    customer_tag.blueprint,
    pool.blueprint,
    lock.blueprint,
    access_request.blueprint,
    batch.blueprint,
    customer_list.blueprint,
    saved_search.blueprint,
    customer_import.blueprint,
    export_rows.blueprint,
    holiday.blueprint,
    pool_rule.blueprint,
    pool_figures.blueprint,
)


def create_app(settings: Settings) -> Flask:
    """The application; nothing is connected before the first request."""
    if settings.identity_trusted_file is None:
        raise ValueError("IDENTITY_TRUSTED_FILE is not set")
    app = create_base_app(
        "customer",
        verifier=Verifier("customer", settings.identity_trusted_file),
        engine=connect(settings.database(), pool_size=settings.threads, plan_once=True),
    )
    app.extensions["settings"] = settings
    app.extensions["blobs"] = Blobs(settings.files_dir.resolve())
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
