"""R01 from the plan and from progress reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from forms.models import Form
from plan import fiscal_years, people, projects
from reports.documents import r01
from reports.filters import Filters
from tests.personas import Office
from tests.support.records import make_form, make_submission, question
from tests.unit.reports.test_r01 import EXPECTED, GOLDEN, TOTAL, shown

AS_OF = dt.date(2027, 1, 22)
CODES = {"นโยบายและแผน": "PLN", "นิเทศฯ": "SUP", "ส่งเสริมฯ": "EDU"}
FIELDS = [
    question("/report_date", "date", dimension="date"),
    question("/project", dimension="project", list_file="projects.csv"),
    question("/disbursed_total", "decimal", measure="latest"),
    question("/progress_percent", "int", measure="latest"),
]


def add_project(session: Session, planner: Actor, office: Office, row: Any, **values: Any) -> str:
    code, group, budget, _, _, planned = row
    data = {
        "code": code, "name": f"โครงการ {code}", "year_be": 2570, "group_code": CODES[group], "status": "approved",
        "approved": True, "starts_on": dt.date(2026, 10, 1), "ends_on": dt.date(2027, 9, 30),
        "budgets": [{"source": "area_office" if budget else "none", "source_other": "", "amount": Decimal(budget)}],
        "planned_schedule": [{"on": AS_OF.isoformat(), "percent": str(planned)}],
    } | values  # fmt: skip
    return projects.create_project(session, planner, workspace_id=office.workspace_id, data=data).uuid


@pytest.fixture
def uuids(office: Office, planner: Actor) -> dict[str, str]:
    """The golden projects, by code."""

    def work(session: Session) -> dict[str, str]:
        place = {"workspace_id": office.workspace_id}
        fiscal_years.create_year(session, planner, **place, data={"year_be": 2570, "status": "open"})
        for name, code in CODES.items():
            people.create_group(session, planner, **place, data={"code": code, "name_th": name})
        return {row[0]: add_project(session, planner, office, row) for row in GOLDEN}

    return unit_of_work(work)


Report = Callable[..., None]


@pytest.fixture
def report(office: Office) -> Report:
    """Puts a progress report into the table."""

    def put(project: str, disbursed: Any, progress: Any, day: dt.date = dt.date(2027, 1, 10), **columns: Any) -> None:
        def work(session: Session) -> None:
            form = session.query(Form).filter_by(xml_form_id=r01.FORM).one_or_none()
            form = form or make_form(session, office, fields=FIELDS, xml_form_id=r01.FORM)
            answers = {"project": project, "disbursed_total": disbursed, "progress_percent": progress}
            make_submission(session, form, answers, report_date=day, **columns)

        unit_of_work(work)

    return put


def load(office: Office, **filters: Any) -> r01.Report:
    return r01.load(reading(), office.workspace_id, Filters(**filters), today=AS_OF)


def test_the_golden_table_through_the_database(office: Office, uuids: dict[str, str], report: Report) -> None:
    for code, _, _, disbursed, progress, _ in GOLDEN:
        report(uuids[code], 1, 1, dt.date(2026, 12, 1))
        report(uuids[code], disbursed, progress)
    found = load(office)
    names = {code: name for name, code in CODES.items()}
    assert {names[line.key]: shown(line) for line in found.groups} == EXPECTED
    assert shown(found.total) == TOTAL
    assert (found.used, found.incomplete, found.fiscal_year) == (7, 0, 2570)


def test_a_later_report_replaces_an_earlier_one_and_rejected_or_deleted_ones_never_count(
    office: Office, uuids: dict[str, str], report: Report
) -> None:
    report(uuids["P01"], 96000.25, 80)
    report(uuids["P01"], 1, 10, dt.date(2026, 11, 1))
    report(uuids["P01"], 2, 99, dt.date(2027, 1, 20), review_state="rejected")
    report(uuids["P01"], 3, 98, dt.date(2027, 1, 21), deleted_at=dt.datetime.now(dt.UTC))
    report(uuids["P01"], 4, 97, dt.date(2027, 1, 21), is_draft=True)
    found = load(office, group="PLN").total
    assert (found.disbursed, found.progress, found.unreported) == (Decimal("96000.25"), 80, 1)


def test_an_as_of_date_and_a_quarter_cut_off_what_came_later(
    office: Office, uuids: dict[str, str], report: Report
) -> None:
    report(uuids["P03"], 50_000, 25, dt.date(2026, 12, 31))
    report(uuids["P03"], 200_000, 100, dt.date(2027, 1, 1))
    assert load(office, group="SUP").total.disbursed == 200_000
    early = load(office, group="SUP", quarter=1)
    assert (early.as_of, early.total.disbursed) == (dt.date(2026, 12, 31), 50_000)
    assert load(office, group="SUP", as_of=dt.date(2026, 12, 30)).total.unreported == 3


def test_the_report_on_the_last_quarter_counts_although_it_is_written_in_the_next_year(
    office: Office, uuids: dict[str, str], report: Report
) -> None:
    report(uuids["P06"], 100_000, 100, dt.date(2027, 10, 5))
    assert load(office, group="EDU", fiscal_year=2570).total.disbursed == 100_000


def test_only_approved_reports_when_asked(office: Office, uuids: dict[str, str], report: Report) -> None:
    report(uuids["P06"], 10, 10, review_state="approved", missing_files=1)
    report(uuids["P06"], 20, 20, dt.date(2027, 1, 11))
    approved = load(office, group="EDU", review_state="approved")
    assert (approved.total.disbursed, approved.used, approved.incomplete) == (10, 1, 1)
    assert load(office, group="EDU").total.disbursed == 20


def test_cancelled_projects_are_left_out_and_counted(
    office: Office, planner: Actor, uuids: dict[str, str], report: Report
) -> None:
    row = ("P08", "นิเทศฯ", 30_000, 0, 0, 0)
    unit_of_work(
        lambda session: add_project(
            session, planner, office, row, status="cancelled", status_reason="ไม่ได้รับงบประมาณ", approved=False
        )
    )
    found = load(office)
    assert (found.total.projects, found.total.budget, found.left_out, found.left_out_budget) == (7, 700_000, 1, 30_000)


def test_what_is_no_number_is_as_if_it_were_not_stated(office: Office, uuids: dict[str, str], report: Report) -> None:
    report(uuids["P06"], 62_500, "๗๐")
    found = load(office, group="EDU").total
    assert (found.disbursed, found.stated, found.progress) == (62_500, 0, None)


def test_an_empty_office_has_an_empty_report(office: Office) -> None:
    found = load(office)
    assert (found.groups, found.total.projects, found.total.disbursed_percent) == ((), 0, None)


def test_the_same_figures_as_json(office: Office, uuids: dict[str, str], report: Report) -> None:
    report(uuids["P01"], 96000.25, 80)
    answer = office.client("pakorn").get(
        f"/v1/projects/{office.workspace_id}/reports/R01?fiscal_year=2570&as_of=2027-01-22"
    )
    body = answer.get_json()
    assert answer.status_code == 200
    line = next(row for row in body["rows"] if row["key"] == "PLN")
    assert line["label"] == "นโยบายและแผน"
    assert line["disbursed"] == {"value": 96000.25, "places": 2, "exact": "96000.25"}
    assert line["disbursedPercent"] == {"value": 48, "places": 2, "exact": "48.000125"}
    assert line["progress"]["value"] == 80
    assert line["unreported"] == 1
    p07 = next(row for row in body["projects"] if row["code"] == "P07")
    assert p07["disbursedPercent"] is None
    assert p07["page"] == f"/w/{office.workspace_id}/reports/projects/{uuids['P07']}"
    assert p07["submissions"].endswith(
        f"/forms/project_progress/submissions?review_state=counted&project={uuids['P07']}&as_of=2027-01-22"
    )


@pytest.mark.parametrize(("persona", "status"), [("stranger", 403), ("kwanjai", 403), (None, 401), ("pakorn", 200)])
def test_who_may_see_reports(office: Office, persona: str | None, status: int) -> None:
    for report in ("R01", "R05"):
        answer = office.client(persona).get(f"/v1/projects/{office.workspace_id}/reports/{report}")
        assert answer.status_code == status
