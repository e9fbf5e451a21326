"""Writing deeds on forms into the audit trail, under the names ODK Central has for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.access.actor import Actor
from core.audit_words import add_actions
from core.i18n import N_
from forms.models import Form

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
)


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
