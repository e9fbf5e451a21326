"""An edited record corrects what it did to entities before."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sync.entities import queries
from sync.entities.changes import Case
from sync.entities.models import EntityVersion
from sync.entities.states import APPLIED, SUPERSEDED, UNSETTLED


def of(session: Session, case: Case) -> EntityVersion | None:
    """The version that an earlier state of the record made of the same entity, if it made one.

    What an earlier state still had to do is not done any more: the edited record takes its place.
    """
    if case.version.deprecated_id is None:
        return None
    made = None
    for effect in queries.effects_of(session, case.submission.id):
        if effect.submission_version_id >= case.version.id:
            continue
        if (effect.list_name, effect.uuid) != (case.wish.list_name, case.wish.uuid):
            continue
        if effect.state in UNSETTLED:
            effect.state = SUPERSEDED
        elif effect.state == APPLIED and effect.entity_version_id is not None:
            made = session.get_one(EntityVersion, effect.entity_version_id)
    return made
