"""The column 标签 of imported tables, and of the files that exports write."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.support.customer import Caller, CustomerService, People, events_of
from tests.support.importer import Importer, table

pytestmark = pytest.mark.usefixtures("checked_events")


def name() -> str:
    return uuid.uuid4().hex[:10]


def customers(admin: Caller, word: str) -> dict[str, Any]:
    return {row["name"]: row for row in admin.get(f"/api/customers?q={word}").expect(200)["items"]}


def test_tags_are_found_by_name_however_they_are_parted(admin: Caller, service: CustomerService, people: People) -> None:
    word = name()
    first, second = (admin.post("/api/tags", {"name": f"{word}{end}"}).expect(201) for end in ("甲", "乙"))
    importer = Importer(service, people.member())
    content = table(
        ["客户名称", "标签"],
        [f"一{word}", f"{word.upper()}甲、{word}乙"],
        [f"二{word}", f"{word}乙；"],
        [f"三{word}", "没有的"],
        [f"四{word}", ""],
    )
    done = importer.run(content)
    assert (done["accepted"], done["rejected"]) == (3, 1)
    found = customers(admin, word)
    assert [tag["tag_id"] for tag in found[f"一{word}"]["tags"]] == [first["tag_id"], second["tag_id"]]
    assert [tag["tag_id"] for tag in found[f"二{word}"]["tags"]] == [second["tag_id"]]
    assert (found[f"四{word}"]["tags"], f"三{word}" in found) == ([], False)
    (event,) = events_of(service.engine, found[f"一{word}"])
    assert event.changes[-1]["after_text"] == f"{word}甲、{word}乙"


def test_new_tags_are_made_by_an_admins_import_alone(admin: Caller, service: CustomerService, people: People, admin_id: Any) -> None:
    word = name()
    content = table(["客户名称", "标签"], [f"一{word}", f"{word}新"], [f"二{word}", f"{word}新、{word}另"])
    preview = Importer(service, people.member()).upload(content).expect(201)
    assert {error["code"] for error in preview["errors"]} == {"tag_unknown"}
    importer = Importer(service, admin_id)
    preview = importer.upload(content).expect(201)
    assert preview["new_options"] == [{"field": "tags", "label": f"{word}新"}, {"field": "tags", "label": f"{word}另"}]
    assert importer.run(content)["accepted"] == 2
    found = customers(admin, word)
    assert [tag["name"] for tag in found[f"二{word}"]["tags"]] == [f"{word}新", f"{word}另"]
    assert [tag["tag_id"] for tag in found[f"一{word}"]["tags"]] == [found[f"二{word}"]["tags"][0]["tag_id"]]


def test_two_of_a_single_group_are_told(admin: Caller, service: CustomerService, people: People) -> None:
    word = name()
    group = admin.post("/api/tag_groups", {"name": word, "single": True}).expect(201)["tag_group_id"]
    for end in ("甲", "乙"):
        admin.post("/api/tags", {"name": f"{word}{end}", "tag_group_id": group}).expect(201)
    preview = Importer(service, people.member()).upload(table(["客户名称", "标签"], [f"一{word}", f"{word}甲；{word}乙"])).expect(201)
    assert [error["code"] for error in preview["errors"]] == ["one_of_group"]
