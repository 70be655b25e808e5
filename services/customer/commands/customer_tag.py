"""Setting tags on customers and taking them away, one or many; every row has its own result, never half a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.common.problem import Kind, Problem, not_found
from services.customer.commands.batch import Doing, Find, Work, begin, run_many
from services.customer.commands.batch import Step as BatchStep
from services.customer.rules import permission
from services.customer.rules import tag as rules
from services.customer.rules.batch import Chosen, Outcome
from services.customer.rules.ownership import Skip
from services.customer.rules.tag import Step, Tag
from services.customer.rules.viewer import Viewer
from services.customer.store import batch, circumstances, customer, customer_answer, customer_tag, event, member, tag
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known

Verb = Literal["tag", "untag"]
_TOO_MANY = Skip("too_many_tags", f"A customer has at most {rules.CUSTOMER_TAGS_MAX} tags. Take some away first.", "tag")


def tag_customer(engine: Engine, call: Call, customer_id: UUID, tag_id: UUID, *, verb: Verb, zone: str) -> tuple[dict[str, Any], UUID]:
    """Set one tag on one customer, or take it away; doing it again changes nothing. Answers the customer, and the batch of the event."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        work = Work(connection, viewer, new_id(), call.request_id, zone)
        begin(work, _doing([tag_id], verb, zone), total=1, done=1)
        tags = _take_tags(connection, [tag_id], verb, single=True)
        outcome, known = _change(work, [customer_id], tags, verb=verb)
        result = outcome.get(customer_id)
        if result is None:
            raise not_found("customer")
        if isinstance(result, Skip):
            raise _refuse(connection, viewer, customer_id, result, known[customer_id])
        return customer_answer.get_shown(connection, viewer, customer_id), work.batch_id


def tag_customers(
    engine: Engine, call: Call, chosen: Chosen, tag_ids: Sequence[UUID], *, verb: Verb, zone: str, find: Find
) -> dict[str, Any]:
    """Set tags on many customers, or take them away; a result for each."""

    def check(connection: Connection) -> None:
        _take_tags(connection, tag_ids, verb)

    return run_many(engine, call, _doing(tag_ids, verb, zone), chosen, tag_step(tag_ids, verb=verb), find=find, check=check)


def _doing(tag_ids: Sequence[UUID], verb: Verb, zone: str) -> Doing:
    return Doing(verb, zone, {"tag_ids": [str(tag_id) for tag_id in tag_ids]})


def tag_step(tag_ids: Sequence[UUID], *, verb: Verb) -> BatchStep:
    """The work of setting tags or taking them away."""
    return lambda work, customer_ids: _change(work, customer_ids, _take_tags(work.connection, tag_ids, verb), verb=verb)[0]


def _take_tags(connection: Connection, tag_ids: Sequence[UUID], verb: Verb, *, single: bool = False) -> list[Tag]:
    """The tags, held as they are until the transaction ends; before any customer is locked (see ``store/tag.py``)."""
    known = tag.lock_tags_to_set(connection, tag_ids)
    if single and tag_ids[0] not in known:
        raise not_found("tag")
    return rules.check_wanted(tag_ids, known, adding=verb == "tag", pointer="/tag_id" if single else "/tag_ids")


def _change(work: Work, customer_ids: Sequence[UUID], tags: Sequence[Tag], *, verb: Verb) -> tuple[Outcome, dict[UUID, Known]]:
    connection, viewer = work.connection, work.viewer
    versions = customer.lock_versions(connection, customer_ids)
    known = permission_store.find_visible(connection, viewer, list(versions))
    held = customer_tag.get_held(connection, list(known))
    outcome: Outcome = {}
    steps: dict[UUID, Step] = {}
    for customer_id, found in sorted(known.items()):
        step = _step(viewer, found, held[customer_id], tags, verb)
        if isinstance(step, Skip):
            outcome[customer_id] = step
        elif step.is_empty:
            outcome[customer_id] = versions[customer_id]
        else:
            steps[customer_id] = step
            outcome[customer_id] = versions[customer_id] + 1
    batch.keep(connection, work.batch_id, list(steps), (), tags=customer_tag.KEPT)
    customer_tag.save_steps(connection, steps, by=viewer.member_id)
    actor = (viewer.member_id, viewer.name)
    event.append(connection, tag_events(actor, work.request_id, steps, versions, known=known, batch_id=work.batch_id))
    return outcome, known


def _step(viewer: Viewer, known: Known, held: Sequence[Tag], tags: Sequence[Tag], verb: Verb) -> Step | Skip:
    refusal = permission.refusal("tag", viewer, known.facts)
    if refusal is not None:
        return Skip(refusal.code, refusal.detail, refusal.rule)
    step = rules.add(held, tags) if verb == "tag" else rules.remove(held, tags)
    return _TOO_MANY if rules.too_many(held, step) else step


def tag_events(
    actor: tuple[UUID, str],
    request_id: str,
    steps: Mapping[UUID, Step],
    versions: Mapping[UUID, int],
    *,
    batch_id: UUID,
    known: Mapping[UUID, Known] | None = None,
    merged: bool = False,
) -> list[NewEvent]:
    """One event for each customer that changes; ``versions`` are those before. Owners are told where ``known`` says who they are."""
    made = []
    for customer_id, step in steps.items():
        type_, payload = rules.payload(step, merged=merged)
        owner_id = known[customer_id].facts.owner_id if known is not None else None
        audience = [owner_id] if owner_id is not None and owner_id != actor[0] else []
        version = versions[customer_id] + 1
        made.append(NewEvent(type_, customer_id, version, *actor, request_id, payload=payload, audience=audience, batch_id=batch_id))
    return made


def _refuse(connection: Connection, viewer: Viewer, customer_id: UUID, skip: Skip, known: Known) -> Problem:
    if skip is _TOO_MANY:
        return Problem(Kind.CONFLICT, skip.code, skip.detail, rule=skip.rule, who_can_change=known.who_can_change())
    return circumstances.explain(connection, viewer, customer_id, permission.Refusal(skip.code, skip.rule, skip.detail))
