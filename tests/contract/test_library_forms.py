"""Each form of the library, filled by ODK's browser engine, arrives and counts: answers, dimensions, entity, reports."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET  # the reader of a client: this XML is the engine's own
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from core import jobs
from core.access.actor import SYSTEM, Actor
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import publish, queries
from forms.definitions import definition
from forms.install import DRAFT, install
from forms.library.catalogue import library_forms
from forms.library.source_model import load_lists
from forms.models import FormVersion
from forms.uploads import take_upload, type_of_file
from plan import indicators
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.lists import list_content
from sync.entities.models import EntityEffect, EntityVersion
from sync.models import Submission, SubmissionDimension, SubmissionVersion
from tests.personas import Office
from tests.support import javarosa
from tests.support.engine import NotFilledError, fill
from tests.support.filled_forms import FilledForm, filled_form
from tests.support.openrosa import send
from tests.support.same_record import differences, mean_the_same

LIBRARY = {item.form_id: item for item in library_forms()}
NOW = "2026-11-20T16:30:00+07:00"
BY_DEVICE = {"start", "end", "today", "deviceid", "username", "audit", "meta"}


@dataclass
class Desk:
    """The demo office with a form of the library, its lists as a tablet has them, and what is filled in."""

    office: Office
    form_id: str
    version: FormVersion
    csv: dict[str, str]

    def rows(self, name: str) -> list[dict[str, str]]:
        """A list."""
        return list(csv.DictReader(io.StringIO(self.csv[name])))

    def filled(self) -> FilledForm:
        """The answers."""
        workspace_id = self.office.workspace_id
        plan = {name: list_content(reading(), workspace_id, name).csv.decode() for name in PLAN}
        return filled_form(self.form_id, {name: list(csv.DictReader(io.StringIO(text))) for name, text in plan.items()})

    def fill(self, answers: Mapping[str, Any], **other_lists: str) -> bytes:
        """The record the engine makes of answers."""
        given = self.csv | {f"{name}.csv": text for name, text in other_lists.items()}
        return fill(self.version.xml, answers, attachments=given, now=NOW)


PLAN = ("schools.csv", "projects.csv", "indicators.csv", "activities.csv", "std_issues.csv")


@pytest.fixture
def desk(request: pytest.FixtureRequest, office: Office, planner: Actor) -> Desk:
    """The form that the test is about, installed and published."""
    form_id = request.param
    path = LIBRARY[form_id].path
    upload = take_upload(path.read_bytes(), type_of_file(path.name), settings=settings_of(office.app), name=path.name)

    def work(session: Any) -> FormVersion:
        load_demo_office(session, SYSTEM, office.workspace_id, generate_office())
        _enter_issues(session, planner, office.workspace_id)
        installed = install(session, planner, workspace_id=office.workspace_id, upload=upload)
        if installed.outcome == DRAFT:
            publish.publish_draft(session, planner, form=installed.form, allow_missing_media=True)
        version = queries.current_or_draft(session, installed.form)
        session.expunge(version)
        return version

    version = unit_of_work(work)
    jobs.run_pending()
    return Desk(office, form_id, version, _lists(office, form_id))


def _enter_issues(session: Any, planner: Actor, workspace_id: int) -> None:
    """The issues of a standard's indicator, which the office enters from its handbook."""
    rows = csv.DictReader(io.StringIO(list_content(session, workspace_id, "indicators.csv").csv.decode()))
    uuid = next(row["name"] for row in rows if row["code"] == "STD-01")
    names = ["การจัดองค์การ", "การกำกับติดตาม"]
    indicators.set_issues(session, planner, workspace_id=workspace_id, uuid=uuid, version=1, names=names)


def _lists(office: Office, form_id: str) -> dict[str, str]:
    """The form's lists as they are served; one that is not there yet has its header only."""
    client = office.client("wanna")
    address = f"/v1/projects/{office.workspace_id}/forms/{form_id}/attachments"
    found = {}
    for row in client.get(address).json:
        columns = load_lists()[row["name"].removesuffix(".csv")].columns
        there = client.get(f"{address}/{row['name']}") if row["exists"] else None
        found[row["name"]] = there.text if there else ",".join(columns) + "\n"
    return found


@pytest.mark.parametrize("desk", sorted(LIBRARY), indirect=True)
def test_a_filled_form_arrives_typed_is_counted_and_asks_for_its_entity(desk: Desk) -> None:
    filled = desk.filled()
    record = desk.fill(filled.for_engine())
    require_entity_element(desk, filled, ET.fromstring(record))
    arrive(desk, record, filled)
    require_answers_and_dimensions(desk, filled)
    require_reports(desk, filled)
    require_entity_effects(desk, filled)


@pytest.mark.skipif(not javarosa.is_here(), reason="no Java on this machine")
@pytest.mark.parametrize("desk", sorted(LIBRARY), indirect=True)
@pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
def test_collects_own_engine_computes_the_same_of_the_same_answers(desk: Desk) -> None:
    record = desk.fill(desk.filled().for_engine())
    again = javarosa.open_again(desk.version.xml, record, attachments=desk.csv)
    found = differences(again, record, may_be={}, files={}, equal=mean_the_same)
    assert not found, "\n".join(found)


def require_answers_and_dimensions(desk: Desk, filled: FilledForm) -> None:
    """Every answer has its type, nothing is odd or missing, and the record is found by its dimensions."""
    session = reading()
    submission = session.query(Submission).filter_by(form_id=desk.version.form_id).one()
    version = session.query(SubmissionVersion).filter_by(submission_id=submission.id).one()
    assert {name: value for name, value in version.answers.items() if name not in BY_DEVICE} == filled.typed()
    assert version.answers["deviceid"] == "browser:tablet-7"
    assert version.answers["start"].startswith("2026-11-20T16:30")
    assert (submission.missing_files, submission.odd_answers) == (0, 0)
    assert (submission.report_date.isoformat(), submission.fiscal_year, submission.quarter) == ("2026-11-20", 2570, 1)
    rows = session.query(SubmissionDimension).filter_by(submission_id=submission.id)
    assert {(row.dimension, row.value) for row in rows} == filled.dimension_rows()


def require_reports(desk: Desk, filled: FilledForm) -> None:
    """The report of the form counts the record under each project and group that it speaks of, and nowhere else."""
    for dimension, lines in filled.reports.items():
        found = {line["key"]: line for line in report(desk, dimension)["rows"]}
        assert {key for key, line in found.items() if line["records"]} == set(lines)
        for key, figures in lines.items():
            assert found[key]["records"] == 1
            for figure, expected in figures.items():
                name, _, kind = figure.rpartition(" ")
                assert found[key]["figures"][name][kind]["value"] == expected, (dimension, key, figure)


def require_entity_element(desk: Desk, filled: FilledForm, record: ET.Element) -> None:
    """The record asks to create or update what it is to, names the version it knew, and carries the properties."""
    element = record.find("meta/entity")
    if filled.entity is None:
        assert element is None
        return
    assert element is not None
    row, name = filled.entity["row"], filled.entity["list"]
    assert (element.get("dataset"), element.findtext("label")) == (name, filled.entity["label"])
    for action in ("create", "update"):
        assert (element.get(action) in {"1", "true"}) == (action == filled.entity["action"])
    listed = next((item for item in desk.rows(f"{name}.csv") if item["name"] == row), {})
    assert element.get("id") == (row or record.findtext("new_id"))
    assert element.get("baseVersion", "") == listed.get("__version", "")
    assert bool(listed.get("__version")) == (row is not None)
    [declared] = definition(reading(), desk.version.id).entities
    assert declared.list_name == name
    said = {name: record.findtext(path.strip("/")) for name, path in declared.properties.items()}
    assert said == {name: str(value) for name, value in filled.entity["properties"].items()}


def require_entity_effects(desk: Desk, filled: FilledForm) -> None:
    """What the record has done to the entity list on the server.

    `filled.entity` says what is expected: `action`, `list`, `row` (None for a new one), `label` (None when it stays) and
    `properties`.
    """
    jobs.run_pending()
    session = reading()
    session.expire_all()
    effects = session.query(EntityEffect).all()
    if not filled.entity:
        assert effects == []
        return
    assert [(row.state, row.problem, row.list_name) for row in effects] == [("applied", None, filled.entity["list"])]
    made = session.get_one(EntityVersion, effects[0].entity_version_id)
    expected = {name: str(value) for name, value in filled.entity["properties"].items()}
    assert {name: made.data[name] for name in expected} == expected
    assert (made.source, made.conflict) == ("record", None)
    if filled.entity["action"] == "create":
        assert (made.version, made.label) == (1, filled.entity["label"])
    else:
        assert effects[0].uuid == filled.entity["row"]
        assert made.base_version == made.version - 1


@pytest.mark.parametrize("desk", ["ci_task_record"], indirect=True)
def test_a_report_on_an_earlier_task_updates_it_and_names_the_version_it_knew(desk: Desk) -> None:
    row = "c3a4b3b0-7d52-4a3d-9f5c-2f7a3f5f7a11"
    tasks = (
        "name,label,officer,status,due_date,blocked_reason,__version,__trunkVersion,__branchId\n"
        f"{row},สำรวจครุภัณฑ์,OFF-001,doing,2026-11-30,,3,,\n"
    )
    answers = dict(desk.filled().for_engine()) | {"record_mode": "update", "ci_status": "done", "task_output": "ครบแล้ว"}
    for name in ("task_title_new", "due_date", "blocked_reason"):
        del answers[name]
    steps = {"report_date": None, "officer": None, "record_mode": None, "task": row}
    record = desk.fill({name: answers.get(name, value) for name, value in (steps | answers).items()}, tasks=tasks)
    element = ET.fromstring(record).find("meta/entity")
    assert element is not None
    assert (element.get("id"), element.get("update"), element.get("baseVersion")) == (row, "true", "3")
    assert element.get("create", "") in {"", "0", "false"}
    assert element.findtext("label") == "สำรวจครุภัณฑ์"
    assert send(desk.office, record).status_code == 201


@pytest.mark.parametrize("desk", ["school_followup_visit"], indirect=True)
def test_the_engine_refuses_what_the_form_forbids(desk: Desk) -> None:
    answers = desk.filled().for_engine()
    answers["visit"]["district"] = "D02"
    with pytest.raises(NotFilledError, match="school does not offer"):
        desk.fill(answers)
    answers = desk.filled().for_engine()
    answers["summary"]["revisit_date"] = "2026-11-19"
    with pytest.raises(NotFilledError, match="revisit_date: constraint: "):
        desk.fill(answers)


def arrive(desk: Desk, record: bytes, filled: FilledForm) -> None:
    """Send a record as a tablet does, with its files."""
    answer = send(desk.office, record, *[(file.name, file.content) for file in filled.files()])
    assert answer.status_code == 201, answer.text


def report(desk: Desk, by: str) -> Any:
    """The report of the form, as the API gives it."""
    path = f"/v1/projects/{desk.office.workspace_id}/reports/forms/{desk.form_id}?by={by}"
    answer = desk.office.client("pakorn").get(path)
    assert answer.status_code == 200, answer.text
    return answer.json
