"""Exports at the door: asking, watching, cancelling, fetching."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from services.common.database import transaction
from services.common.ids import new_id
from services.export.commands.build_export import Workshop, build_export


def test_an_export_is_queued_built_and_fetched(member: Any, make_shop: Callable[..., Workshop], customer: Any) -> None:
    answer = member.ask("POST", "/api/exports", json={"view": "mine", "q": "重庆", "columns": ["name", "created_at"]})
    assert answer.status_code == 202
    assert answer.json["state"] == "queued"
    assert answer.json["scope"]["q"] == "重庆"
    export_id = answer.json["export_id"]
    assert build_export(make_shop(), export_id)
    done = member.get(export_id)
    assert (done["state"], done["rows_done"], done["rows_total"], done["attempt"]) == ("done", 3, 3, 1)
    file = member.ask("GET", f"/api/exports/{export_id}/file")
    assert file.status_code == 200
    assert len(file.data) == done["size_bytes"]
    sheet = load_workbook(BytesIO(file.data)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["客户名称", "客户0", "客户1", "客户2"]
    assert sheet["B2"].value.isoformat() == "2026-01-01T00:00:00"
    assert customer.recorded == [
        {
            "export_id": export_id,
            "name": done["name"],
            "rows": 3,
            "columns": ["name", "created_at"],
            "selection": {"view": "mine", "q": "重庆"},
        }
    ]


def test_the_file_has_its_chinese_name_and_answers_ranges(member: Any, make_shop: Callable[..., Workshop]) -> None:
    export_id = member.export(view="all", name="客户 一月/二月")
    build_export(make_shop(), export_id)
    whole = member.ask("GET", f"/api/exports/{export_id}/file")
    assert f"filename*=UTF-8''{quote('客户 一月_二月.xlsx')}" in whole.headers["Content-Disposition"]
    assert whole.headers["Content-Disposition"].startswith("attachment")
    part = member.ask("GET", f"/api/exports/{export_id}/file", headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.data == whole.data[10:20]
    same = member.ask("GET", f"/api/exports/{export_id}/file", headers={"If-None-Match": whole.headers["ETag"]})
    assert same.status_code == 304


def test_nobody_else_sees_or_fetches_it(make_member: Callable[[], Any], make_shop: Callable[..., Workshop]) -> None:
    asker, other = make_member(), make_member()
    export_id = asker.export()
    build_export(make_shop(), export_id)
    for method, path in (("GET", ""), ("GET", "/file"), ("DELETE", "")):
        refused = other.ask(method, f"/api/exports/{export_id}{path}")
        assert (refused.status_code, refused.json["code"]) == (404, "export_not_found")
    assert other.ask("GET", "/api/exports").json["items"] == []
    assert asker.get(export_id)["state"] == "done"


def test_a_right_that_was_taken_away_closes_the_file(member: Any, make_shop: Callable[..., Workshop], customer: Any) -> None:
    export_id = member.export()
    build_export(make_shop(), export_id)
    customer.refusal = (403, "export_right_missing")
    refused = member.ask("GET", f"/api/exports/{export_id}/file")
    assert (refused.status_code, refused.json["code"]) == (403, "export_right_missing")
    assert member.ask("POST", "/api/exports", json={"view": "all"}).status_code == 403


def test_the_same_key_makes_one_export(member: Any) -> None:
    key = {"Idempotency-Key": new_id().hex}
    answers = [member.ask("POST", "/api/exports", json={"view": "all"}, headers=key) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json["export_id"] for answer in answers}) == 1
    other = member.ask("POST", "/api/exports", json={"view": "pool"}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(member.ask("GET", "/api/exports").json["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"view": "nonsense"},
        {"view": "all", "customer_ids": [str(new_id())]},
        {"customer_ids": []},
        {"customer_ids": ["x"]},
        {"customer_ids": [str(new_id())], "q": "a"},
        {"view": "all", "columns": []},
        {"view": "all", "columns": ["password_hash"]},
        {"view": "all", "columns": ["name", "name"]},
        {"view": "all", "surprise": 1},
        {"view": "all", "name": "x" * 121},
        {"view": "all", "language": "fr"},
    ],
)
def test_a_wrong_request_is_refused_and_leaves_nothing(member: Any, body: dict[str, Any]) -> None:
    assert member.ask("POST", "/api/exports", json=body).status_code == 422
    assert member.ask("GET", "/api/exports").json["items"] == []


def test_the_history_goes_page_by_page_newest_first(member: Any) -> None:
    made = [str(member.export()) for _ in range(5)]
    first = member.ask("GET", "/api/exports?limit=3").json
    second = member.ask("GET", f"/api/exports?limit=3&after={first['next']}").json
    assert [item["export_id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert [item["export_id"] for item in member.ask("GET", "/api/exports?state=done").json["items"]] == []


def test_too_many_waiting_exports_are_refused(member: Any) -> None:
    for _ in range(20):
        member.export()
    refused = member.ask("POST", "/api/exports", json={"view": "all"})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_exports")
    assert "Retry-After" in refused.headers


def test_cancelling_a_waiting_export_keeps_it_from_being_built(member: Any, make_shop: Callable[..., Workshop], customer: Any) -> None:
    export_id = member.export()
    for _ in range(2):
        assert member.ask("DELETE", f"/api/exports/{export_id}").status_code == 204
    assert not build_export(make_shop(), export_id)
    assert member.get(export_id)["state"] == "cancelled"
    assert customer.recorded == []
    refused = member.ask("GET", f"/api/exports/{export_id}/file")
    assert (refused.status_code, refused.json["code"]) == (409, "export_has_no_file")


def test_removing_a_finished_export_removes_its_file(member: Any, make_shop: Callable[..., Workshop]) -> None:
    export_id = member.export()
    shop = make_shop()
    build_export(shop, export_id)
    assert len(list(shop.files.folder.iterdir())) == 1
    assert member.ask("DELETE", f"/api/exports/{export_id}").status_code == 204
    assert list(shop.files.folder.iterdir()) == []
    assert member.get(export_id)["state"] == "expired"
    gone = member.ask("GET", f"/api/exports/{export_id}/file")
    assert (gone.status_code, gone.json["code"]) == (410, "export_expired")


def test_an_expired_file_is_closed_even_before_the_sweep(member: Any, make_shop: Callable[..., Workshop], engine: Engine) -> None:
    export_id = member.export()
    build_export(make_shop(), export_id)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE export SET expires_at = now() - interval '1 second' WHERE export_id = :id"), {"id": export_id})
    assert member.ask("GET", f"/api/exports/{export_id}/file").status_code == 410


def test_a_redis_that_is_down_fails_no_request(export_settings: Any, secrets_folder: Any, own_redis: Any) -> None:
    from services.common.identity import Identity, Signer
    from services.export.app import create_app

    own_redis.kill()
    app = create_app(export_settings.model_copy(update={"redis_url": own_redis.url}))
    signer = Signer("gateway", secrets_folder / "gateway" / "identity_key.json")
    headers = {"Authorization": f"Bearer {signer.token('export', Identity('gateway', new_id()))}"}
    made = app.test_client().post("/api/exports", json={"view": "all"}, headers=headers)
    assert made.status_code == 202
    assert app.test_client().delete(f"/api/exports/{made.get_json()['export_id']}", headers=headers).status_code == 204
    app.extensions["engine"].dispose()


def test_a_customer_service_that_is_down_gives_503(member: Any, customer: Any) -> None:
    customer.refusal = (503, "database_unavailable")
    answer = member.ask("POST", "/api/exports", json={"view": "all"})
    assert answer.status_code == 503
    assert member.ask("GET", "/api/exports").json["items"] == []
