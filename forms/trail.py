"""Writing deeds on forms into the audit trail, under the names ODK Central has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.audit_subjects import add_subjects
from core.audit_words import add_actions
from core.i18n import N_
from forms.models import Form

_STATES = {"open": N_("open"), "closing": N_("closing"), "closed": N_("closed")}
add_actions(
    "forms",
    N_("Forms"),
    {
        "form.create": N_("{actor} added the form {xmlFormId}."),
        "form.update.draft.set": N_("{actor} put a new draft of the form {xmlFormId} in place."),
        "form.update.draft.delete": N_("{actor} threw the draft of the form {xmlFormId} away."),
        "form.update.publish": N_("{actor} published version “{version}” of the form {xmlFormId}."),
        "form.update": N_("{actor} changed the state of the form {xmlFormId} from {before} to {state}."),
        "form.library.upgrade": N_(
            "{actor} brought the form {xmlFormId} up to version “{libraryVersion}” of the library, as a draft."
        ),
        "form.attachment.update": N_("{actor} changed the file {name} of the form {xmlFormId}."),
        "form.delete": N_("{actor} deleted the form {xmlFormId}."),
        "form.restore": N_("{actor} restored the form {xmlFormId}."),
    },
    words={"state": _STATES, "before": _STATES},
)


def _pages(session: Session, actor: Actor, ids: frozenset[int]) -> Mapping[int, str]:
    """The pages of forms that are not in the trash, as far as the reader may open them."""
    return {
        form.id: f"/w/{form.workspace_id}/forms/{quote(form.xml_form_id, safe='')}"
        for form in session.scalars(select(Form).where(Form.id.in_(ids), Form.deleted_at.is_(None)))
        if actor.can("form.read", form.workspace_id, form.id)
    }


add_subjects("form", _pages, detail="xmlFormId")


def note(session: Session, actor: Actor, form: Form, action: str, **details: Any) -> None:
    """Add one entry about a form."""
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        workspace_id=form.workspace_id,
        subject=f"form:{form.id}",
        details={"xmlFormId": form.xml_form_id} | details,
    )
