"""Make the benchmark's workspace, form, device and stored records; prints the path to send to."""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app import create_app
from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.roles import APP_USER
from core.auth import accounts
from core.database import Base, db, utc_now
from core.transaction import unit_of_work
from core.web import settings_of
from forms.models import Form, FormVersion
from forms.xform import read_xform
from sync.checks.models import CheckedSubmission
from sync.models import Submission, SubmissionVersion
from tests.benchmarks.intake import sample_form

BATCH = 5000


def main() -> None:
    """Prepare the database that TIDTAM_* names."""
    app = create_app()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        key = settings_of(app).sealing_key()
        path, ids = unit_of_work(lambda session: _found(session, key))
        stored = int(sys.argv[1])
        for first in range(0, stored, BATCH):
            unit_of_work(lambda session, start=first: _store(session, ids, start))
        if stored and db.engine.dialect.name == "postgresql":
            _finish_loading()
    print(path)


def _found(session: Session, sealing_key: str) -> tuple[str, tuple[int, int, int]]:
    workspace = workspaces.create_workspace(session, SYSTEM, name="bench")
    _, key = accounts.create_app_user(
        session, SYSTEM, workspace_id=workspace.id, display_name="bench", role_id=APP_USER.id, sealing_key=sealing_key
    )
    xml = sample_form.xform()
    parsed = read_xform(xml)
    form = Form(workspace_id=workspace.id, xml_form_id=parsed.xml_form_id, created_at=utc_now())
    session.add(form)
    session.flush()
    version = FormVersion(
        form_id=form.id,
        version=parsed.version,
        title=parsed.title,
        xml=xml,
        hash=_digest(xml),
        fields=[field.to_json() for field in parsed.fields],
        languages=list(parsed.languages),
        warnings=[],
        created_at=utc_now(),
        published_at=utc_now(),
    )
    session.add(version)
    session.flush()
    form.current_version_id = version.id
    return f"/v1/key/{key}/projects/{workspace.id}/submission", (workspace.id, form.id, version.id)


def _store(session: Session, ids: tuple[int, int, int], first: int) -> None:
    """Records as they lie in the database after the fact, checked; only what the intake's indexes see matters here."""
    workspace_id, form_id, version_id = ids
    now = utc_now()
    names = [f"uuid:{_digest(str(first + index).encode())}" for index in range(BATCH)]
    rows: list[dict[str, Any]] = [
        {
            "form_id": form_id, "workspace_id": workspace_id, "is_draft": False, "instance_id": name,
            "form_version_id": version_id, "report_date": now.date(), "fiscal_year": 2570, "quarter": 1,
            "received_at": now, "review_state": "received", "missing_files": 0, "odd_answers": 0,
        }
        for name in names
    ]  # fmt: skip
    submissions = session.scalars(insert(Submission).returning(Submission.id, sort_by_parameter_order=True), rows).all()
    versions = [
        {
            "submission_id": submission, "form_id": form_id, "is_draft": False, "instance_id": name,
            "form_version_id": version_id, "current": True, "xml": b"\0" * 300, "xml_sha256": "0" * 64,
            "answers": {"officer": "x" * 600}, "flags": [], "received_at": now,
        }
        for submission, name in zip(submissions, names, strict=True)
    ]  # fmt: skip
    session.execute(insert(SubmissionVersion), versions)
    checked = [
        {
            "submission_id": submission, "form_id": form_id, "missing_files": 0, "counted": True, "due": False,
            "checked_at": now,
        }
        for submission in submissions
    ]  # fmt: skip
    session.execute(insert(CheckedSubmission), checked)


def _finish_loading() -> None:
    """Do at once what the database does of itself in the minutes after a load: none of it is what a record costs.

    Not for an empty database, which would plan for tables that stay empty.
    """
    with db.engine.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))


def _digest(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    main()
