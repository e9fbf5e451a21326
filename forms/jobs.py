"""Background work on forms."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.jobs import job
from core.transaction import unit_of_work
from forms import attachments, queries
from forms.models import Form


@job("forms.empty_drafts")
def empty_drafts(payload: dict[str, Any]) -> None:
    """Drop the content of a form's drafts that are no longer worked on.

    Their rows stay: records are never without the version they name, and no number is ever used again.
    """
    unit_of_work(lambda session: _empty(session, payload["form_id"]))


def _empty(session: Session, form_id: int) -> None:
    form = session.get(Form, form_id)
    kept = form.draft_version_id if form is not None else None
    replaced = [version for version in queries.unpublished_versions(session, form_id) if version.id != kept]
    attachments.forget_files(session, [version.id for version in replaced])
    for version in replaced:
        version.xml = b""
        version.fields, version.warnings, version.languages = [], [], []
        version.xlsform_sha256 = None
