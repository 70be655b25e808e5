"""The one list of fields agrees with everything that reads it."""

from __future__ import annotations

import pytest

from services.customer.routes.customer import Customer, CustomerFields
from services.customer.rules import field as rules
from services.customer.rules.customer import REQUIRED
from services.customer.rules.field import BY_NAME, EDITABLE, FIELDS, FIXED_LABELS, Field
from services.customer.rules.option import LISTS
from services.customer.store import customer as store
from services.customer.store.customer_answer import PAGE_COLUMNS


def names(field: Field) -> str:
    return field.field


def test_every_name_is_there_once_and_labels_differ_in_both_languages() -> None:
    for member in ("field", "label_zh", "label_en"):
        values = [getattr(field, member) for field in FIELDS]
        assert len(set(values)) == len(values), member


@pytest.mark.parametrize("field", FIELDS, ids=names)
def test_every_field_is_a_member_of_the_answer(field: Field) -> None:
    assert field.field in Customer.model_fields


def test_everything_answered_is_a_field_but_ids_and_marks() -> None:
    apart = {
        "customer_id",
        "version",
        "locked_at",
        "locked_by",
        "hold_until",
        "hold_reason",
        "held_by",
        "held_at",
        "recycle_rule",
        "hidden_fields",
        "custom",
    }
    assert set(Customer.model_fields) - set(BY_NAME) == apart


def test_editable_fields_are_what_a_body_may_hold_and_columns_of_the_table() -> None:
    assert set(EDITABLE) | {"custom"} == set(CustomerFields.model_fields)
    assert set(EDITABLE) <= set(store.customer.c.keys())
    assert set(EDITABLE) <= set(PAGE_COLUMNS)
    assert set(REQUIRED) <= set(EDITABLE)


@pytest.mark.parametrize("field", [field for field in FIELDS if field.type == "choice"], ids=names)
def test_a_choice_has_an_option_list_or_fixed_labels(field: Field) -> None:
    assert (field.list in LISTS) != (field.field in FIXED_LABELS)


@pytest.mark.parametrize("field", [field for field in FIELDS if field.editable and field.type == "text"], ids=names)
def test_every_text_that_people_enter_has_a_greatest_length(field: Field) -> None:
    assert field.length_max > 0


@pytest.mark.parametrize("field", FIELDS, ids=names)
def test_what_may_be_imported_may_be_entered(field: Field) -> None:
    assert not field.importable or field.editable or field.field in ("owner", "tags")


def test_the_columns_that_lists_begin_with_are_those_of_the_product() -> None:
    shown = [field.field for field in FIELDS if field.column_default]
    assert set(shown) >= {"customer_no", "name", "owner", "status", "level", "province", "last_follow_up_at"}


def test_the_six_orders_of_lists_are_sortable() -> None:
    orders = ("last_follow_up_at", "name", "created_at", "level", "status", "next_contact_at")
    assert all(BY_NAME[name].sortable for name in orders)
    assert set(rules.OPTION_LISTS) <= set(LISTS)
