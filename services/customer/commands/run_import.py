"""What a worker does with a running import: batches of rows, each one transaction with its customers, events and the count.

A batch is in the database wholly or not at all, and the next one begins where the last one that is there ended. So a worker may be
killed at any moment: whoever goes on doubles nothing and leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from services.common import logs
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.customer.commands.customer import created_changes
from services.customer.commands.customer_import_tag import set_tags, take_tags
from services.customer.commands.job import LEASE_SECONDS, Ending, LeaseLost, StopAskedError, carry_out, give_up_after, take
from services.customer.rules import customer_import as rules
from services.customer.rules import holding as holding_rules
from services.customer.rules import tag as tag_rules
from services.customer.rules.field import EDITABLE, Field
from services.customer.rules.holding import Room
from services.customer.rules.option import OptionList
from services.customer.rules.pinyin import sort_key
from services.customer.rules.tag import Tag
from services.customer.rules.viewer import Viewer, require_right
from services.customer.store import audit, custom_value, customer, event, holding, member, next_contact, option, ownership, search, sheet
from services.customer.store import customer_import as store
from services.customer.store.blobs import Blobs
from services.customer.store.lease import Lease

BATCH_ROWS = 500
REPEATS_MAX = 3  # of a batch that met somebody else's new credit code


@dataclass(frozen=True, slots=True)
class Job:
    """One running import as its worker sees it."""

    row: Row[Any]
    lease: Lease
    columns: list[str | None]
    zone: str


_Insert = Callable[[Sequence[Mapping[str, Any]]], list[UUID]]


def make_importer(engine: Engine, folder: Path, *, zone: str, lease_seconds: float, stopping: Callable[[], bool]) -> Callable[[], bool]:
    """``work_once`` with all it needs, for a worker's loop."""
    blobs = Blobs(folder.resolve())
    return lambda: work_once(engine, blobs, zone=zone, stopping=stopping, lease_seconds=lease_seconds)


def work_once(
    engine: Engine,
    blobs: Blobs,
    *,
    zone: str,
    stopping: Callable[[], bool] = lambda: False,
    lease_seconds: float = LEASE_SECONDS,
) -> bool:
    """Take one import and bring it to its end, or between two batches give it back when asked to stop; False where none waits."""
    found = take(engine, store.JOBS, lease_seconds, **store.STARTED)
    if found is None:
        return False
    row, lease = found
    job = Job(row, lease, [column["field"] for column in row.columns], zone)
    logs.get().info("import_taken", import_id=str(row.import_id), attempt=row.attempt, row_last=row.row_last)
    carry_out(engine, lease, "import", lambda: _run(engine, job, blobs, stopping), ended=partial(_note, job))
    return True


def _run(engine: Engine, job: Job, blobs: Blobs, stopping: Callable[[], bool]) -> None:
    give_up_after(rules.ATTEMPTS_MAX, job.row, "The import was interrupted too often. Upload the rest of the file again.")
    try:
        for batch in _batches(sheet.iterate(blobs.path(rules.rows_name(job.row.import_id)), after=job.row.row_last)):
            if stopping():
                raise StopAskedError
            _import_batch(engine, job, batch)
    except FileNotFoundError as error:
        raise Problem(Kind.NOT_FOUND, "file_gone", "The uploaded file is no longer there. Upload it again.") from error


def _batches(rows: Iterable[sheet.Row]) -> Iterator[list[sheet.Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH_ROWS)):
        yield batch


def _import_batch(engine: Engine, job: Job, batch: Sequence[sheet.Row]) -> None:
    for repeat in range(1, REPEATS_MAX + 1):
        try:
            with transaction(engine) as connection:
                accepted = _insert_batch(connection, job, batch)
                counts = {"row_last": batch[-1].number, "accepted": accepted, "rejected": len(batch) - accepted}
                if not store.save_progress(connection, job.lease, **counts):
                    raise LeaseLost
        except IntegrityError:  # somebody took a credit code between the question and the insert
            if repeat == REPEATS_MAX:
                raise
        else:
            return


def _insert_batch(connection: Connection, job: Job, batch: Sequence[sheet.Row]) -> int:
    """Everything a batch does to the database but its count; answers how many rows became customers."""
    viewer = member.get_viewer(connection, job.row.member_id)
    require_right(viewer, "import")
    known = store.load_known(connection, job.columns, may_add=viewer.is_admin, zone=job.zone)
    checked = [rules.check(row.cells, job.columns, known) for row in batch]
    if job.row.choices.get("skip_existing", True):
        _refuse_names(connection, viewer, checked)
    rooms = _lock_rooms(connection, job, viewer, checked)
    excepting = any(room.excepts for room in rooms.values())
    if not excepting:
        _refuse_full(job, viewer, checked, rooms)
    _refuse_credit_codes(connection, checked)
    _add_options(connection, job, viewer, checked)
    tags = take_tags(connection, viewer, job.row.request_id, checked)
    if excepting:
        free = _find_free(
            connection,
            job,
            viewer,
            checked,
            rooms,
            lambda accepted: _insert_customers(connection, job, viewer, accepted, known.custom, tags),
        )
        _refuse_full(job, viewer, checked, rooms, free)
    good = [(row.number, found.values) for row, found in zip(batch, checked, strict=True) if not found.reasons]
    made = _insert_customers(connection, job, viewer, [values for _, values in good], known.custom, tags)
    customers = {number: customer_id for (number, _), customer_id in zip(good, made, strict=True)}
    store.insert_rows(
        connection,
        job.row.import_id,
        [
            (row.number, customers.get(row.number), rules.as_json(found.reasons) if found.reasons else None)
            for row, found in zip(batch, checked, strict=True)
        ],
    )
    return len(made)


def _refuse_names(connection: Connection, viewer: Viewer, checked: Sequence[rules.Checked]) -> None:
    """Rows whose name is there already, in the database as far as the importer may see it or above in this batch."""
    names = {found.values["name"] for found in checked if not found.reasons}
    taken = store.find_names(connection, viewer, {name: sort_key(name) for name in names})
    for found in checked:
        name = found.values.get("name")
        if found.reasons or name is None:
            continue
        if name in taken:
            found.reasons.append(rules.Reason("name", "already_there", f"There is a customer called {name} already."))
        taken.add(name)


def _owner_of(job: Job, viewer: Viewer, values: Mapping[str, Any]) -> UUID | None:
    """Whose a row's customer becomes: the row says so, or the importer chose it for all."""
    choices = job.row.choices
    owner = UUID(choices["owner_id"]) if choices.get("owner_id") else None if "owner_id" in choices else viewer.member_id
    chosen: UUID | None = values.get("owner_id", owner)
    return chosen


def _lock_rooms(connection: Connection, job: Job, viewer: Viewer, checked: Sequence[rules.Checked]) -> dict[UUID, Room]:
    """How many more each owner of these rows may be given."""
    receivers = {owner for found in checked if not found.reasons and (owner := _owner_of(job, viewer, found.values)) is not None}
    return holding.lock_rooms(connection, viewer, sorted(receivers), job.zone) if receivers else {}


def _refuse_full(
    job: Job, viewer: Viewer, checked: Sequence[rules.Checked], rooms: Mapping[UUID, Room], free: Collection[int] = ()
) -> None:
    """Rows whose owner holds as many customers as he may, those above in this batch included; ``free``: the places of those that do
    not count.
    """
    left = holding_rules.room_left(rooms)
    for place, found in enumerate(checked):
        owner = None if found.reasons or place in free else _owner_of(job, viewer, found.values)
        if owner is None or owner not in left:
            continue
        if left[owner] <= 0:
            found.reasons.append(rules.Reason("owner", "held_max_reached", "Its owner holds as many customers as he may."))
        left[owner] -= 1


def _find_free(
    connection: Connection, job: Job, viewer: Viewer, checked: Sequence[rules.Checked], rooms: Mapping[UUID, Room], insert: _Insert
) -> set[int]:
    """The places of the rows that will not count: only once it is there can a customer be asked, so they are inserted and taken back."""
    good = [(place, found.values) for place, found in enumerate(checked) if not found.reasons]
    probe = connection.begin_nested()
    made = insert([values for _, values in good])
    free = holding.get_free(connection, rooms, made, job.zone)
    probe.rollback()
    return {place for (place, values), made_id in zip(good, made, strict=True) if (_owner_of(job, viewer, values), made_id) in free}


def _refuse_credit_codes(connection: Connection, checked: Sequence[rules.Checked]) -> None:
    codes = sorted({code for found in checked if not found.reasons and (code := found.values.get("credit_code"))})
    for code in codes:
        customer.lock_credit_code(connection, code)
    taken = store.find_credit_codes(connection, codes)
    for found in checked:
        code = found.values.get("credit_code")
        if found.reasons or code is None:
            continue
        if code in taken:
            found.reasons.append(rules.Reason("credit_code", "credit_code_taken", "Another customer has this credit code."))
        taken.add(code)


def _add_options(connection: Connection, job: Job, viewer: Viewer, checked: Sequence[rules.Checked]) -> None:
    """New options of accepted rows; a row whose option finds no room in its list is rejected."""
    for name in rules.ADDABLE:
        labels = [label for found in checked if not found.reasons for field, label in found.new_options if field == name]
        if labels:
            values = _add_to_list(connection, job, viewer, name, labels)
            for found in checked:
                _use_option(found, name, values)


def _add_to_list(connection: Connection, job: Job, viewer: Viewer, name: OptionList, labels: Sequence[str]) -> dict[str, str]:
    """Label → value, for those that are in the list now."""
    option.lock_list(connection, name)
    current = option.get_options(connection, (name,))[name]
    there = {found.label_zh: found.value for found in current if found.active}
    added = rules.add_options(current, [label for label in labels if label not in there])
    option.save_options(connection, name, added)
    if added:
        detail = {"list": name, "options": added, "import_id": job.row.import_id}
        audit.append_for(connection, viewer.member_id, job.row.request_id, "option.saved", detail)
    return there | {found.label_zh: found.value for found in added}


def _use_option(found: rules.Checked, name: str, values: Mapping[str, str]) -> None:
    for field, label in found.new_options:
        if field != name:
            continue
        if label in values:
            found.values[name] = values[label]
        elif not found.reasons:
            found.reasons.append(rules.Reason(name, "too_many_options", f"{label} is no option, and the list has no room for more."))


def _insert_customers(
    connection: Connection,
    job: Job,
    viewer: Viewer,
    accepted: Sequence[Mapping[str, Any]],
    custom: Mapping[str, Field],
    tags: Mapping[str, Tag],
) -> list[UUID]:
    """Insert customers with everything that belongs to a new one; answers their ids in the same order."""
    if not accepted:
        return []
    numbers = customer.next_numbers(connection, len(accepted))
    rows = [
        _row(values, number, viewer, _owner_of(job, viewer, values), job.row.choices)
        for values, number in zip(accepted, numbers, strict=True)
    ]
    customer.insert_customers(connection, rows)
    search.insert_search(connection, rows)
    tagged = [[tags[key] for key in values.get("tags", ())] for values in accepted]
    set_tags(connection, [(row["customer_id"], found) for row, found in zip(rows, tagged, strict=True)], by=viewer.member_id)
    custom_value.save_values(connection, [(row["customer_id"], row["custom"]) for row in rows], custom, new=True)
    owners = [(row["customer_id"], row["owner_id"]) for row in rows if row["owner_id"] is not None]
    ownership.begin_ownership(connection, owners, how="imported", by=viewer.member_id)
    for row in rows:
        if row["next_contact_at"] is not None:
            next_contact.insert_direct(
                connection, customer_id=row["customer_id"], member_id=viewer.member_id, due_at=row["next_contact_at"], recorded_version=1
            )
    mentioned = {UUID(row["custom"][key]) for key, one in custom.items() if one.type == "member" for row in rows if key in row["custom"]}
    names = member.get_names(connection, list({owner_id for _, owner_id in owners} | mentioned))
    wording = store.load_wording(connection, job.zone, names, custom)
    told = [[*created_changes(row, wording), *tag_rules.created_changes(found)] for row, found in zip(rows, tagged, strict=True)]
    event.append(connection, [_created(job, viewer, row, changes) for row, changes in zip(rows, told, strict=True)])
    return [row["customer_id"] for row in rows]


def _row(values: Mapping[str, Any], number: str, viewer: Viewer, owner_id: UUID | None, choices: Mapping[str, Any]) -> dict[str, Any]:
    given = {"kind": "organization", "status": "new", "visibility": choices.get("visibility") or "public", **values}
    return {
        **{name: given.get(name) for name in EDITABLE},
        "custom": values.get("custom") or {},
        "customer_id": new_id(),
        "customer_no": number,
        "name_sort": sort_key(given["name"]),
        "state": "unassigned" if owner_id is None else "owned",
        "owner_id": owner_id,
        "created_by": viewer.member_id,
    }


def _created(job: Job, viewer: Viewer, row: Mapping[str, Any], changes: list[Any]) -> NewEvent:
    return NewEvent(
        type="customer.created",
        customer_id=row["customer_id"],
        customer_version=1,
        actor_id=viewer.member_id,
        actor_name=viewer.name,
        request_id=job.row.request_id,
        changes=changes,
        payload={"source": "import", "import_id": str(job.row.import_id)},
        audience=[row["owner_id"]] if row["owner_id"] not in (None, viewer.member_id) else [],
        batch_id=job.row.batch_id,
    )


def _note(job: Job, connection: Connection, ending: Ending) -> None:
    told = {"import_id": job.row.import_id, "file_name": job.row.file_name, "state": ending.state, "rows": job.row.rows}
    audit.append_for(connection, job.row.member_id, job.row.request_id, "customers.imported", told)
