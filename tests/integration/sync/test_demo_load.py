"""The command that loads the demo office leaves nothing to be done: lists, entities and checks are there.

Of its thousand records these tests send the ones that change entities, and what waits for a decision.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from core.database import utc_now
from core.jobs import Job
from core.transaction import reading, unit_of_work
from forms.models import Form
from plan.demo.records import generate_records
from plan.demo.submission_model import (
    COMPLETION_FORM,
    CURRENT_VERSIONS,
    INSPECTION_FORM,
    PROGRESS_FORM,
    TASK_FORM,
    DemoSubmission,
    Trouble,
)
from sync import demo
from sync.checks.models import SubmissionCheck
from sync.cli import demo_group
from sync.entities import mirror, queries
from sync.entities.models import Entity, EntityEffect, EntityList
from sync.models import Quarantine, Submission

CHANGING = (PROGRESS_FORM, COMPLETION_FORM, INSPECTION_FORM)
NEWEST = 40
SIZES = {
    "schools": 250, "projects": 80, "activities": 280, "officers": 60, "groups": 10, "districts": 6,
    "indicators": 40, "standards": 3, "std_issues": 29, "recommendations": 12, "tasks": 26,
}  # fmt: skip


@pytest.fixture
def loaded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Result]:
    monkeypatch.setattr(demo, "generate_records", some)
    yield run(app, "load")
    (app.config["TIDTAM_SETTINGS"].data_dir / "demo-sign-ins.json").unlink()


def some(*given: Any, full: bool) -> Iterator[DemoSubmission]:
    """The records that matter here; photographs are drawn for completion reports alone."""
    every = list(generate_records(*given, full=full))
    shared = {item.entity.entity_id for item in every if item.trouble == Trouble.ENTITY_CONFLICT and item.entity}
    ids = {item.instance_id for item in every if item.trouble == Trouble.OTHER_CONTENT}
    for place, item in enumerate(every):
        of_shared = item.form_id == TASK_FORM and item.entity is not None and item.entity.entity_id in shared
        newest = place >= len(every) - NEWEST
        if item.form_id in CHANGING or item.trouble or of_shared or newest or item.instance_id in ids:
            yield item if item.form_id == COMPLETION_FORM else replace(item, files=())


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(demo_group, words, obj=lambda: app)


def workspace() -> int:
    return reading().scalars(select(Form.workspace_id).limit(1)).one()


def history(entity: Entity) -> list[str]:
    return [version.data["status"] for version in queries.versions(reading(), entity.id)]


def test_the_demo_office_is_whole_when_its_loading_ends(app: Flask, loaded: Result) -> None:
    assert loaded.exit_code == 0, loaded.output
    session = reading()
    forms = {form.xml_form_id: form.current_version_id for form in session.scalars(select(Form))}
    assert set(forms) == set(CURRENT_VERSIONS)
    assert all(forms.values())

    lists = {item.name: item for item in session.scalars(select(EntityList))}
    held = {name: queries.entities_by_uuid(session, item.id) for name, item in lists.items()}
    assert {name: len(rows) for name, rows in held.items()} == SIZES
    assert {effect.state for effect in session.scalars(select(EntityEffect))} == {"applied"}
    assert Counter(row.data["status"] for row in held["recommendations"].values()) == {
        "implemented": 7, "implementing": 2, "not_feasible": 1, "assigned": 1, "received": 1,
    }  # fmt: skip

    in_conflict = [row for row in held["tasks"].values() if row.conflict]
    assert [(row.conflict, history(row)) for row in in_conflict] == [("hard", ["doing", "done", "blocked"])]
    away = [row for row in held["tasks"].values() if history(row) == ["planned", "doing", "done"]]
    assert [row.data["status"] for row in away] == ["done"]

    assert unit_of_work(lambda writing: mirror.mirror_plan(writing, workspace())) == 0
    found = Counter(session.scalars(select(SubmissionCheck.code)))
    assert found["approvals_missing"] == 8
    assert found["same_day_visit"] == 2
    reasons = Counter(session.scalars(select(Quarantine.reason)))
    assert reasons == {"conflict": 1, "unknown_version": 1, "waiting_for_original": 1}
    assert {name for name in session.scalars(select(Job.name)) if name.startswith("sync.")} <= {"sync.check_records"}
    newest = session.scalars(select(Submission.received_at).order_by(Submission.id.desc()).limit(NEWEST)).all()
    assert all(utc_now() - dt.timedelta(days=6) < moment <= utc_now() for moment in newest)


def test_a_second_load_changes_nothing_and_the_sign_ins_can_be_asked_for(app: Flask, loaded: Result) -> None:
    before = len(reading().scalars(select(Submission.id)).all())
    again = run(app, "load")
    assert again.exit_code == 0
    assert "here already" in again.output
    assert len(reading().scalars(select(Submission.id)).all()) == before
    shown = run(app, "sign-ins").output
    assert all(email in shown for email, _ in demo.SIGN_INS.values())
