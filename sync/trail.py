"""What the history says about records and their quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.audit_subjects import add_subjects
from core.audit_words import add_actions
from core.i18n import N_
from forms.models import Form
from sync.checks.codes import NAMES
from sync.models import Quarantine, Submission

_REVIEWS = {
    "": N_("Received"),
    "edited": N_("Edited"),
    "hasIssues": N_("Has issues"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
}
add_actions(
    "records",
    N_("Records"),
    {
        "submission.create": N_("{actor} sent the record {instanceId}."),
        "submission.edit": N_("{actor} edited the record {instanceId}."),
        "tablet.sign_out": N_("{actor} signed a person out on the tablet {tablet}."),
        "server.restored": N_("A backup was restored; tablets offer again what they sent since."),
        "submission.review": N_("{actor} reviewed the record {instanceId}: {reviewState}."),
        "submission.check_accept": N_("{actor} accepted a point to check ({check}) of the record {instanceId}."),
        "submission.check_reopen": N_("{actor} opened a point to check ({check}) of the record {instanceId} again."),
        "submission.file_replace": N_(
            "{actor} replaced the file {name} of the record {instanceId} by another one; the former one is kept."
        ),
        "submission.delete": N_("{actor} deleted the record {instanceId}."),
        "submission.restore": N_("{actor} restored the record {instanceId}."),
        "quarantine.keep": N_("The record {instanceId} from {actor} waits for a decision."),
        "quarantine.accepted": N_("{actor} accepted the waiting record {instanceId}."),
        "quarantine.merged": N_(
            "{actor} added the files of the waiting record {instanceId} to the record that is here."
        ),
        "quarantine.rejected": N_("{actor} rejected the waiting record {instanceId}."),
        "quarantine.filed": N_("The waiting record {instanceId} was filed by itself."),
    },
    words={"reviewState": _REVIEWS, "check": NAMES},
)

add_actions(
    "entities",
    N_("Entity lists"),
    {
        "dataset.create": N_("{actor} made the entity list {name}."),
        "dataset.update": N_("{actor} changed the entity list {name}."),
        "dataset.delete": N_("{actor} deleted the entity list {name}."),
        "entity.create": N_("{actor} added {uuid} to the entity list {dataset}."),
        "entity.bulk.create": N_("{actor} added {count} entities to the list {dataset}."),
        "entity.bulk.update": N_("{actor} changed {count} entities of the list {dataset}."),
        "entity.update.version": N_("{actor} changed {uuid} of the entity list {dataset}."),
        "entity.update.resolve": N_("{actor} resolved the conflict of {uuid} in the entity list {dataset}."),
        "entity.delete": N_("{actor} deleted {uuid} from the entity list {dataset}."),
        "entity.bulk.delete": N_("{actor} deleted {count} entities from the list {dataset}."),
        "entity.restore": N_("{actor} restored {uuid} to the entity list {dataset}."),
        "entity.bulk.restore": N_("{actor} restored {count} entities to the list {dataset}."),
        "actor_property.update": N_("{actor} changed what is known of a person or device for cutting lists."),
    },
)


def _record_pages(session: Session, actor: Actor, ids: frozenset[int]) -> Mapping[int, str]:
    """The pages of records, as far as the reader may open them; a deleted one opens for who may restore it."""
    rows = session.execute(
        select(
            Submission.id,
            Submission.form_id,
            Submission.workspace_id,
            Submission.instance_id,
            Submission.deleted_at,
            Form.xml_form_id,
        )
        .join(Form, Form.id == Submission.form_id)
        .where(Submission.id.in_(ids), Submission.is_draft.is_(False), Form.deleted_at.is_(None))
    )
    return {
        row.id: f"/w/{row.workspace_id}/forms/{quote(row.xml_form_id, safe='')}/submissions/{quote(row.instance_id)}"
        for row in rows
        if actor.can("submission.restore" if row.deleted_at else "submission.read", row.workspace_id, row.form_id)
    }


def _waiting_pages(session: Session, actor: Actor, ids: frozenset[int]) -> Mapping[int, str]:
    """The pages of records that wait for a decision, or did."""
    rows = session.execute(select(Quarantine.id, Quarantine.workspace_id).where(Quarantine.id.in_(ids)))
    return {
        row.id: f"/w/{row.workspace_id}/quarantine/{row.id}"
        for row in rows
        if actor.can("quarantine.list", row.workspace_id)
    }


add_subjects("submission", _record_pages, detail="instanceId")
add_subjects("quarantine", _waiting_pages, detail="instanceId")
