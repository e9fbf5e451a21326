"""Background work on forms."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.jobs import job
from core.transaction import unit_of_work
from forms import attachments, queries
from forms.models import Form, FormVersion


@job("forms.forget_drafts")
def forget_drafts(payload: dict[str, Any]) -> None:
    """Remove the drafts of a form that are no longer worked on.

    One that test records still name stays until these are wiped (``sync.wipe_draft``); a later run takes it.
    """
    unit_of_work(lambda session: _forget(session, payload["form_id"]))


def _forget(session: Session, form_id: int) -> None:
    form = session.get(Form, form_id)
    kept = form.draft_version_id if form is not None else None
    for version in queries.unpublished_versions(session, form_id):
        if version.id == kept:
            continue
        try:
            with session.begin_nested():
                attachments.forget_files(session, [version.id])
                session.execute(delete(FormVersion).where(FormVersion.id == version.id))
        except IntegrityError:
            continue
