"""What is remembered of a form is never older than the answer to a record: what changed meanwhile counts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from core.transaction import reading, unit_of_work
from forms.models import Form
from sync import targets
from sync.models import Quarantine, Submission
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

WHEN = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


def change(form_id: int, **columns: Any) -> None:
    def work(session: Any) -> None:
        for name, value in columns.items():
            setattr(session.get(Form, form_id), name, value)

    unit_of_work(work)


def use(office: Office) -> int:
    """A form that took a record a moment ago, so that this process remembers it."""
    form = publish(office)
    for _ in range(2):
        assert send(office, visit_instance()).status_code == 201
    assert targets.find(office.workspace_id, "visit", "1").remembered
    return form.id


def reasons() -> list[str]:
    return list(reading().scalars(select(Quarantine.reason).order_by(Quarantine.id)))


@pytest.mark.parametrize("columns", [{"state": "closed"}, {"deleted_at": WHEN}], ids=["closed", "deleted"])
def test_a_record_for_a_form_that_was_just_closed_or_deleted_is_quarantined(
    office: Office, columns: dict[str, Any]
) -> None:
    form_id = use(office)
    change(form_id, **columns)
    assert send(office, visit_instance()).status_code == 202
    assert reasons() == ["form_closed"]


def test_a_form_that_is_opened_again_takes_records_again(office: Office) -> None:
    form_id = use(office)
    change(form_id, state="closed")
    assert send(office, visit_instance()).status_code == 202
    change(form_id, state="closing")
    assert send(office, visit_instance()).status_code == 201
    assert reasons() == ["form_closed"]


def test_a_version_published_a_moment_ago_is_known(office: Office) -> None:
    use(office)
    assert send(office, visit_instance(version="2")).status_code == 202
    publish(office, version="2")
    assert send(office, visit_instance(version="2")).status_code == 201


def test_an_original_still_finds_the_edit_that_waits_for_it(office: Office) -> None:
    use(office)
    original, edit = f"uuid:{uuid.uuid4()}", f"uuid:{uuid.uuid4()}"
    assert send(office, visit_instance(edit, deprecated=original, note="edited")).status_code == 202
    assert send(office, visit_instance(original, note="first")).status_code == 201
    run_jobs()
    assert reading().scalar(select(func.count()).select_from(Quarantine).where(Quarantine.outcome.is_(None))) == 0
    record = reading().scalars(select(Submission).where(Submission.instance_id == original)).one()
    assert record.review_state == "edited"


def test_a_form_of_the_same_name_made_after_a_deletion_gets_the_records(office: Office) -> None:
    old = use(office)
    change(old, deleted_at=WHEN, xml_form_id="visit-of-before")
    new = publish(office).id
    change(old, xml_form_id="visit")
    assert send(office, visit_instance()).status_code == 201
    assert reading().scalars(select(Submission.form_id).order_by(Submission.id.desc())).first() == new
