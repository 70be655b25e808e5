"""What the timeline shows of an event."""

from __future__ import annotations

from typing import Any

from services.activity.rules.timeline import entry_for, fold, hides_payload, without_hidden
from services.common.events.catalogue import event_types
from services.common.events.envelope import from_dict


def example(name: str, **given: Any) -> Any:
    return entry_for(from_dict({**event_types()[name, 1].example, **given}))


def test_a_follow_up_is_found_by_its_content_method_and_author() -> None:
    entry = example("follow_up.recorded")
    assert all(word in entry.words for word in ("下周发报价", "电话", "王芳"))


def test_ids_and_moments_are_no_words() -> None:
    entry = example("follow_up.recorded")
    assert "2026" not in entry.words
    assert "01a2" not in entry.words


def test_changes_are_found_by_what_was_shown_before_and_after() -> None:
    entry = example("customer.edited")
    assert entry.change_words == fold("B 普通 A 重点 138 0013 8000")
    assert "138" not in entry.words, "the values of fields stand apart: who may not see a field must not find them"


def test_an_unknown_type_is_a_plain_entry_with_the_texts_it_carries() -> None:
    entry = example("customer.edited", type="weather.changed", payload={"deep": [{"note": "有雨"}, 3, None], "by_id": "secret"})
    assert (entry.kind, "有雨" in entry.words, "secret" in entry.words) == ("other", True, False)


def test_width_and_case_do_not_count() -> None:
    assert fold("ＡＢＣ Ｇｏｎｇ１２") == "abc gong12"


def test_changes_of_hidden_fields_are_left_out() -> None:
    changes = [{"field": "phone"}, {"field": "level"}, {}]
    assert without_hidden(changes, frozenset({"phone", "email"})) == [{"field": "level"}, {}]


def test_tags_are_a_field_whose_words_and_payload_can_be_hidden() -> None:
    entry = example("customer.tagged")
    assert entry.kind == "tag"
    assert "重点客户" in entry.change_words
    assert "重点客户" not in entry.words
    assert hides_payload("customer.tagged", frozenset(("tags",)))
    assert not hides_payload("customer.tagged", frozenset(("phone",)))
    assert not hides_payload("follow_up.recorded", frozenset(("tags",)))
