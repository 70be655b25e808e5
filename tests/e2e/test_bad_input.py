"""Bad input is a 4xx with a code, never a 5xx, never a hang: requests generated from the OpenAPI document against the whole product."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.support.client import Client
from tests.support.servers import Product

EXAMPLES = int(os.environ.get("BAD_INPUT_EXAMPLES", "12"))  # for each of some 60 operations
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
GOOD_OR_REFUSED = {200, 201, 202, 204, 304}

config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
config.projects.default.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
schema = schemathesis.openapi.from_path(str(DOCUMENT), config=config).exclude(path="/api/live")


@pytest.fixture(scope="module")
def known(product: Product, admin: Client) -> Iterator[dict[str, str]]:
    """A script's access token, and ids that are there, so that not everything ends at "not found"."""
    member = admin.make_member(product.address, role="admin", name="随机")
    customer = member.create_customer(name="随机输入")
    found = {
        "customer_id": customer["customer_id"],
        "follow_up_id": member.follow_up(customer["customer_id"], "x")["follow_up_id"],
        "member_id": admin.make_member(product.address).member_id,
        "department_id": admin.post("/api/departments", {"name": customer["customer_id"]}).expect(201)["department_id"],
        "import_id": member.upload("a.csv", "客户名称\n甲\n".encode())["import_id"],
        "name": "status",
    }
    found["token"] = member.post("/api/tokens", {"name": "随机", "scopes": ["write", "export"]}).expect(201)["token"]
    yield found
    member.close()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_whatever_is_sent_the_answer_is_sound(case: schemathesis.Case[Any], product: Product, known: dict[str, str]) -> None:
    chance = random.Random(repr(case.path_parameters) + repr(case.query))  # noqa: S311 - chooses test data
    for name in case.path_parameters or {}:
        if name in known and chance.random() < 0.5:
            case.path_parameters[name] = known[name]
    response = case.call(base_url=product.address, headers={"Authorization": f"Bearer {known['token']}"}, timeout=20)
    shown = f"{case.method} {response.request.url} {response.request.body!r:.400}\n{response.status_code} {response.content[:600]!r}"
    assert response.status_code < 500, shown
    if response.status_code >= 400:
        assert response.headers["content-type"][0] == "application/problem+json", shown
        problem = response.json()
        assert problem["code"], shown
        assert problem["status"] == response.status_code, shown
    else:
        assert response.status_code in GOOD_OR_REFUSED, shown
