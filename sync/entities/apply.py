"""Doing to entities what records ask for.

The intake leaves an effect in state ``new`` for each record of a form that declares entities. `apply_effect` settles
it in a transaction of its own: the record itself is safe whatever becomes of it here. What cannot be done yet waits,
what cannot be done at all is kept with its reason, and both are tried again when something about the entity changes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from core import xml
from core.database import utc_now
from forms.definitions import Definition, definition
from sync.answers import read_answers
from sync.compression import decompress
from sync.entities import changes, corrections, queries, store
from sync.entities.changes import Case, Outcome
from sync.entities.models import EntityEffect, EntityList
from sync.entities.states import APPLIED, APPROVAL, BAD_ID, FAILED, NEW, NO_LIST, NONE, NOT_HERE, WAITING
from sync.entities.wishes import is_uuid, read_wishes

BROKEN = "500.161"


def apply_effect(session: Session, effect_id: int, *, forced: bool = False) -> None:
    """Settle an effect that is new, or that waits or failed and is to be tried again.

    A `forced` one waits no longer for the change of its device that should have come before it. The lists are held
    before the effect is, by everybody in the same order, so that two workers cannot wait for each other.
    """
    found = session.get(EntityEffect, effect_id)
    if found is None:
        return
    _, version = queries.record_of(session, found.submission_version_id)
    form = definition(session, version.form_version_id)
    held = _hold_lists(session, found.workspace_id, form)
    effect = queries.effect_held(session, effect_id)
    if effect is None or effect.state not in {NEW, WAITING, FAILED, APPROVAL}:
        return
    for case in _cases(session, effect, form):
        _settle(session, held, case, forced=forced)


def give_up(session: Session, effect_id: int, problem: str) -> None:
    """Put an effect aside that could not even be tried."""
    effect = queries.effect_held(session, effect_id)
    if effect is not None:
        _close(effect, Outcome(FAILED, problem))


def _hold_lists(session: Session, workspace_id: int, form: Definition) -> dict[str, EntityList]:
    """The lists that the form writes to, by name, each kept from other changes until the transaction ends."""
    named = {item.list_name for item in form.entities}
    found = [row for name in named if (row := queries.list_named(session, workspace_id, name)) is not None]
    rows = [store.hold(session, row.id) for row in sorted(found, key=lambda row: row.id)]
    return {name: row for row in rows for name in named if name.lower() == row.name.lower()}


def _cases(session: Session, effect: EntityEffect, form: Definition) -> list[Case]:
    """What the effect is about: every entity of its record when it is new, later the one of its position."""
    submission, version = queries.record_of(session, effect.submission_version_id)
    root = xml.parse(decompress(version.xml, form))
    report_date = read_answers(form, root).report_date
    wishes = list(enumerate(read_wishes(form, root)))
    if effect.uuid is not None:
        wishes = [item for item in wishes if item[0] == effect.position]
    elif not wishes:
        _close(effect, Outcome(NONE))
    rows = {index: effect if index == effect.position else _another(session, effect, index) for index, _ in wishes}
    return [Case(rows[index], submission, version, wish, report_date) for index, wish in wishes]


def _another(session: Session, first: EntityEffect, position: int) -> EntityEffect:
    row = EntityEffect(
        workspace_id=first.workspace_id,
        submission_id=first.submission_id,
        submission_version_id=first.submission_version_id,
        position=position,
        state=NEW,
        created_at=first.created_at,
    )
    session.add(row)
    session.flush()
    return row


def _settle(session: Session, held: dict[str, EntityList], case: Case, *, forced: bool) -> None:
    effect, wish = case.effect, case.wish
    effect.list_name, effect.uuid = wish.list_name, wish.uuid
    effect.branch_id, effect.base_version = wish.branch_id, wish.base_version
    target = held.get(wish.list_name)
    if target is None:
        _close(effect, Outcome(FAILED, NO_LIST))
    elif target.plan_list is None and not is_uuid(wish.uuid):
        _close(effect, Outcome(FAILED, BAD_ID))
    else:
        outcome = _outcome(session, target, case, forced=forced)
        _close(effect, outcome)
        if outcome.made is not None:
            session.flush()
            _try_others(session, target, effect)


def _outcome(session: Session, target: EntityList, case: Case, *, forced: bool) -> Outcome:
    corrected = corrections.of(session, case)
    if corrected is not None:
        return changes.correct(session, target, case, corrected)
    entity = queries.entity(session, target.id, case.wish.uuid)
    if case.wish.creates and (entity is None or not case.wish.updates):
        return changes.create(session, target, case, entity)
    return changes.update(session, target, case, entity, forced=forced)


def _close(effect: EntityEffect, outcome: Outcome) -> None:
    effect.state, effect.problem = outcome.state, outcome.problem
    effect.settled_at = utc_now() if outcome.state in {APPLIED, NONE} else None
    if outcome.made is not None:
        effect.entity_version_id = outcome.made.id


def _try_others(session: Session, target: EntityList, done: EntityEffect) -> None:
    """Apply what waited for this change, and what waited for that, in the order of its device."""
    assert done.uuid is not None
    moved = True
    while moved:
        moved = False
        for effect in queries.unsettled_of(session, done.workspace_id, target.name, done.uuid):
            if effect.state == FAILED and effect.problem != NOT_HERE:
                continue
            _, version = queries.record_of(session, effect.submission_version_id)
            for case in _cases(session, effect, definition(session, version.form_version_id)):
                outcome = _outcome(session, target, case, forced=False)
                _close(effect, outcome)
                moved = moved or outcome.made is not None
            session.flush()
            if moved:
                break
