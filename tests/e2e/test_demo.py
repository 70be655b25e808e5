"""The demo fills a running product as a team would, and may be run again."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from services.local import demo, demo_data, demo_manager
from tests.support.client import Client
from tests.support.servers import Product

COMPANIES = 450


def run(product: Product, folder: Path, table: Path | None = None) -> int:
    signing = {"ADDRESS": product.address, "GONGHAI_ADMIN_ACCOUNT": product.account, "GONGHAI_ADMIN_PASSWORD": product.password}
    return demo.run(folder, table, {**os.environ, **signing}, companies=COMPANIES)


@pytest.mark.slow
def test_the_demo_can_be_run_twice(product: Product, admin: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(product, tmp_path) == 0
    first = capsys.readouterr().out
    assert re.search(rf"(\d+) accepted \+ (\d+) rejected = {COMPANIES} rows", first)
    assert re.search(r"[1-9]\d* follow-ups recorded", first)
    assert re.search(r"[1-9]\d* customers claimed", first)
    assert re.search(r"[1-9]\d* tags put on customers", first)
    assert re.search(r"[1-9]\d* customers given a level", first)
    assert f"{demo_manager.HELD} customers held" in first
    assert {name for name, _, _ in demo_manager.searches({demo_manager.KEY_ACCOUNT: ""})} <= searches(admin)
    [file] = (tmp_path / "demo").glob("*.xlsx")
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert len(rows) > COMPANIES - 5
    members = {item["account"] for item in admin.get("/api/members", q="demo", limit=200).expect(200)["items"]}
    assert {person.account for person in demo_data.people()} <= members
    assert {item["name"] for item in admin.get("/api/departments").expect(200)["items"]} >= set(demo_data.DEPARTMENTS)

    assert run(product, tmp_path) == 0
    second = capsys.readouterr().out
    assert f"0 accepted + {COMPANIES} rejected = {COMPANIES} rows" in second
    assert "20 members, 0 of them new" in second
    assert "4 saved searches for everybody, 0 of them new" in second
    assert "is there already" in second


def searches(client: Client) -> set[str]:
    return {item["name"] for item in client.get("/api/saved_searches").expect(200)["items"]}


def test_a_table_of_ones_own_is_imported_whole(product: Product, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "自己的.csv"
    lines = ["name,province,industry", *(f"自有企业{os.urandom(4).hex()},深圳,商品城" for _ in range(12)), ",北京,"]
    table.write_text("\n".join(lines), encoding="gb18030")
    assert run(product, tmp_path, table) == 0
    assert "12 accepted + 1 rejected = 13 rows" in capsys.readouterr().out


def test_a_product_that_does_not_run_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.run(tmp_path, None, {}) == 1
    assert "make run" in capsys.readouterr().err
    assert demo.run(tmp_path, None, {"ADDRESS": "http://127.0.0.1:1", "GONGHAI_ADMIN_ACCOUNT": "x", "GONGHAI_ADMIN_PASSWORD": "x"}) == 1
    assert "does not answer" in capsys.readouterr().err


def test_made_up_companies_are_the_same_every_time() -> None:
    assert demo_data.companies(50) == demo_data.companies(50)
    names = [line.split(",")[0] for line in demo_data.companies(2000).decode("utf-8-sig").splitlines()[1:]]
    assert len(set(filter(None, names))) == len(list(filter(None, names)))
    assert len({person.account for person in demo_data.people()}) == 20
