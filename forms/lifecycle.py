"""Services on a form as a whole: open, closing, closed, deleted, restored."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import utc_now
from forms import problems, queries
from forms.models import Form
from forms.trail import note

STATES = ("open", "closing", "closed")


def set_state(session: Session, actor: Actor, *, form: Form, state: str) -> None:
    """Offer a form to devices or not, and take records for it or not (see `forms.models.Form`).

    Raises:
        Problem 400.8: not one of `STATES`.

    """
    if state not in STATES:
        raise problems.Unusable("state", state, "use open, closing or closed", problems.UNKNOWN_STATE)
    if state == form.state:
        return
    before, form.state = form.state, state
    form.updated_at = utc_now()
    note(session, actor, form, "form.update", state=state, before=before)


def delete_form(session: Session, actor: Actor, *, form: Form) -> None:
    """Put a form into the trash. Its records stay; what tablets still send for it is quarantined."""
    form.deleted_at = utc_now()
    note(session, actor, form, "form.delete")


def restore_form(session: Session, actor: Actor, *, form: Form) -> None:
    """Take a form out of the trash.

    Raises:
        Problem 409.3: another form has its id by now.

    """
    if queries.form_by_id(session, form.workspace_id, form.xml_form_id) is not None:
        raise problems.taken(form.workspace_id, form.xml_form_id)
    form.deleted_at = None
    form.updated_at = utc_now()
    note(session, actor, form, "form.restore")
