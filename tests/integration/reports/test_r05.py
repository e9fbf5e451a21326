"""R05 from schools and visits."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from forms.models import Form
from plan import fiscal_years
from plan.models import District, School
from reports.documents import r05
from reports.figures import half_up
from reports.filters import Filters
from tests.personas import Office
from tests.support.records import group, make_form, make_submission, question
from tests.unit.reports.test_r05 import GOLDEN

TODAY = dt.date(2027, 1, 22)
VISIT_DAY = dt.date(2027, 1, 12)
FIELDS = [
    question("/report_date", "date", dimension="date"),
    group("/visit"),
    question("/visit/visit_round", dimension="round", choices={"1": "ครั้งที่ 1", "2": "ครั้งที่ 2"}),
    question("/visit/district", dimension="district", list_file="districts.csv"),
    question("/visit/school", dimension="school", list_file="schools.csv"),
    question("/officer", dimension="officer"),
]


def answers(district: str, school: str, round_: str = "1") -> dict[str, Any]:
    return {"officer": "OFF-001", "visit": {"visit_round": round_, "district": district, "school": school}}


@pytest.fixture
def form(office: Office, planner: Actor) -> Form:
    """The visit form, and the golden districts with their 250 schools."""

    def work(session: Session) -> Form:
        fiscal_years.create_year(
            session, planner, workspace_id=office.workspace_id, data={"year_be": 2570, "status": "open"}
        )
        for number, (name, golden) in enumerate(GOLDEN.items(), 1):
            district = District(workspace_id=office.workspace_id, code=f"D0{number}", name=name, province="ธารานคร")
            session.add(district)
            session.flush()
            session.add_all(
                School(
                    workspace_id=office.workspace_id, uuid=f"s-{number}-{place}", code=f"990{number}{place:04}",
                    name=f"บ้านห้วยหมอก {place}", district_id=district.id,
                )
                for place in range(golden[0])
            )  # fmt: skip
        return make_form(session, office, fields=FIELDS, xml_form_id=r05.FORM)

    return unit_of_work(work)


def golden_visits() -> Iterator[dict[str, Any]]:
    for number, (_, visited, visits, _) in enumerate(GOLDEN.values(), 1):
        for place in range(visits):
            yield answers(f"D0{number}", f"s-{number}-{place % max(visited, 1)}")


def visit(form: Form, *given: dict[str, Any], **columns: Any) -> None:
    day = columns.pop("report_date", VISIT_DAY)
    unit_of_work(lambda session: [make_submission(session, form, one, report_date=day, **columns) for one in given])


def load(office: Office, **filters: Any) -> r05.Report:
    return r05.load(reading(), office.workspace_id, Filters(**filters), today=TODAY)


def test_the_golden_table_through_the_database(office: Office, form: Form) -> None:
    visit(form, *golden_visits())
    report = load(office)
    names = dict(zip((f"D0{number}" for number in range(1, 7)), GOLDEN, strict=True))
    found = {
        names[one.key]: (one.schools, one.visited, one.visits, str(half_up(one.coverage))) for one in report.districts
    }
    assert found == GOLDEN
    assert (report.total.schools, report.total.visited, report.total.visits) == (250, 147, 176)
    assert str(half_up(report.total.coverage)) == "58.80"
    assert (report.used, report.elsewhere, len(report.unvisited)) == (176, 0, 103)


def test_what_does_not_count(office: Office, form: Form) -> None:
    there = answers("D01", "s-1-0")
    visit(form, there, review_state="rejected")
    visit(form, there, deleted_at=dt.datetime.now(dt.UTC))
    visit(form, there, is_draft=True)
    visit(form, there, report_date=dt.date(2026, 9, 30))
    assert load(office).total.visits == 0
    assert load(office, fiscal_year=2569).total.visits == 1


def test_rounds_districts_dates_and_review_narrow_the_visits(office: Office, form: Form) -> None:
    visit(form, answers("D01", "s-1-0"), answers("D02", "s-2-0", "2"))
    visit(form, answers("D01", "s-1-1"), review_state="approved", report_date=dt.date(2026, 11, 2), missing_files=2)
    assert load(office).total.visited == 3
    assert load(office, round="2").total.visited == 1
    assert load(office, quarter=1).total.visited == 1
    assert load(office, as_of=dt.date(2026, 12, 1)).total.visited == 1
    approved = load(office, review_state="approved")
    assert (approved.total.visited, approved.incomplete) == (1, 1)
    district = load(office, district="D02")
    assert (district.total.schools, district.total.visited, district.elsewhere) == (45, 1, 0)


def test_closed_and_unknown_schools_are_no_part_of_the_coverage_but_their_visits_are_told(
    office: Office, form: Form
) -> None:
    def close(session: Session) -> None:
        session.query(School).filter_by(uuid="s-6-0").one().active_to = dt.date(2026, 12, 31)

    unit_of_work(close)
    visit(form, answers("D06", "s-6-0"), answers("D06", "s-6-1"), answers("D06", "nowhere"))
    report = load(office)
    assert (report.total.schools, report.total.visited, report.elsewhere) == (249, 1, 2)
    assert load(office, as_of=dt.date(2026, 12, 31)).total.schools == 250


def test_the_same_figures_as_json(office: Office, form: Form) -> None:
    visit(form, *golden_visits())
    answer = office.client("wanna").get(f"/v1/projects/{office.workspace_id}/reports/R05?fiscal_year=2570")
    body = answer.get_json()
    assert answer.status_code == 200
    assert body["total"]["coverage"] == {"value": 58.8, "places": 2, "exact": "58.8"}
    assert body["rows"][0]["label"] == "เมืองธารานคร"
    assert len(body["unvisited"]) == 103
    assert body["records"] == 176


def page(office: Office, query: str = "fiscal_year=2570") -> str:
    address = f"/w/{office.workspace_id}/reports/R05?{query}"
    return html.unescape(office.browser("pakorn").get(address).get_data(as_text=True))


def linked(text: str, address: str) -> list[tuple[str, int]]:
    """The numbers, but no percentages, that lead to an address, with the whole of it."""
    found = re.findall(rf'href="([^"]*{address}[^"]*)">[^0-9<]*([0-9]+)(?![0-9.])', text)
    return [(link, int(figure)) for link, figure in found]


def test_each_figure_leads_to_exactly_what_it_counts(office: Office, form: Form) -> None:
    visit(form, *golden_visits())
    visit(form, answers("D01", "s-1-0"), missing_files=1)
    text = page(office)
    lists, schools = linked(text, f"forms/{r05.FORM}/submissions"), linked(text, "by=school")
    assert (len(lists), len(schools)) == (2 + 5 + 1, 5 + 1), "basis, districts that were visited, total"
    for link, figure in lists:
        shown = office.browser("pakorn").get(link).get_data(as_text=True)
        assert f"{figure} รายการ" in shown, link
    for link, figure in schools:
        shown = office.browser("pakorn").get(link).get_data(as_text=True)
        assert len(set(re.findall(r"school=(s-[0-9-]+)", shown))) == figure, link
    shares = re.findall(r'by=school[^"]*">([0-9.]+)</a>', text)
    assert len([share for share in shares if "." in share]) == 5 + 1, "the share of schools visited leads to them too"


def test_a_figure_whose_records_no_list_can_show_is_not_linked(office: Office, form: Form) -> None:
    visit(form, answers("D06", "s-6-1"), answers("D06", "nowhere"), answers("D05", "s-5-1"))
    text = page(office)
    assert [figure for _, figure in linked(text, f"forms/{r05.FORM}/submissions")] == [1], "the district D05"
    assert load(office).exact == {"D01", "D02", "D03", "D04", "D05"}


def test_an_empty_office_has_an_empty_report(office: Office) -> None:
    report = load(office)
    assert (report.districts, report.total.schools, report.total.coverage) == ((), 0, None)
