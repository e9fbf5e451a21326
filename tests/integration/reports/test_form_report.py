"""A form summed up through the database: filters, fallback of groups, what never counts, and the JSON of it."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access import workspaces
from core.access.actor import SYSTEM, Actor
from core.access.roles import VIEWER
from core.auth import accounts
from core.transaction import reading, unit_of_work
from reports import queries
from reports.cube import aggregate
from reports.filters import Filters
from reports.form_report import FormReport, selection_of, version_of
from reports.roles import roles_of
from tests.personas import Office
from tests.support.records import File, make_form
from tests.support.report_world import FIELDS, World, item
from tests.support.slow_twin import twin


@pytest.fixture
def world(office: Office, planner: Actor) -> World:
    return World(office, planner)


def lines(report: FormReport) -> dict[str | None, tuple[int, Any]]:
    return {line.key: (line.records, line.figures["item/planned"].sum) for line in report.table.lines}


def test_records_are_summed_by_project_with_the_names_of_the_plan(world: World) -> None:
    world.add({"school": world.plan.school, "item": [item(world.plan.project, 10, 4), item(world.other, 5, 5)]})
    world.add({"item": [item(world.plan.project, 30, 30)]})
    report = world.report()
    assert report.by.name == "project"
    assert lines(report) == {world.plan.project: (2, 40), world.other: (1, 5)}
    assert report.table.total.records == 2
    assert report.names[world.plan.project] == "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์"
    assert report.table.total.figures["item/actual"].percent == Fraction(39, 45) * 100


def test_rejected_deleted_draft_and_older_versions_never_count(world: World) -> None:
    answers = {"item": [item(world.plan.project, 7)]}
    world.add(answers, review_state="rejected")
    world.add(answers, deleted_at=dt.datetime.now(dt.UTC))
    world.add(answers, is_draft=True)
    world.add(answers, edits=3)
    for state in ("received", "edited", "has_issues", "approved"):
        world.add(answers, review_state=state)
    assert lines(world.report()) == {world.plan.project: (5, 35)}
    assert lines(world.report(review_state="all")) == {world.plan.project: (5, 35)}
    assert lines(world.report(review_state="approved")) == {world.plan.project: (1, 7)}


def test_incomplete_records_count_and_are_counted_apart(world: World) -> None:
    world.add({"item": [item(world.plan.project, 1)]}, files=[File("photo.jpg")])
    world.add({"item": [item(world.plan.project, 2)]}, files=[File("photo.jpg", b"jpeg")])
    total = world.report().table.total
    assert (total.records, total.incomplete, total.figures["item/planned"].sum) == (2, 1, 3)


def test_every_filter_narrows(world: World) -> None:
    plan = world.plan
    world.add(
        {"school": plan.school, "officer": "OFF-001", "group_code": "PLN", "item": [item(plan.project, 1)]},
        report_date=dt.date(2026, 10, 1),
    )
    world.add({"item": [item(world.other, 2)]}, report_date=dt.date(2027, 1, 2))
    world.add({"item": [item(world.other, 4)]}, report_date=dt.date(2026, 9, 30))

    def planned(**filters: Any) -> Any:
        return world.report(**filters).table.total.figures["item/planned"].sum

    assert planned() == 7
    assert planned(fiscal_year=2570) == 3
    assert planned(fiscal_year=2570, quarter=2) == 2
    assert planned(quarter=4) == 4
    assert planned(as_of=dt.date(2026, 12, 31)) == 5
    assert planned(school=plan.school) == planned(officer="OFF-001") == planned(project=plan.project) == 1
    assert planned(project=world.other) == 6
    assert planned(school="nowhere") is None


def test_a_record_that_names_no_group_belongs_to_the_groups_of_its_projects(world: World) -> None:
    world.add({"group_code": "SUP", "item": [item(world.plan.project, 1)]})
    world.add({"item": [item(world.plan.project, 2), item(world.other, 4)]})
    world.add({"item": [item("not-in-the-plan", 8)]})
    report = world.report("group")
    assert lines(report) == {"PLN": (1, 2), "SUP": (2, 5), None: (1, 8)}
    assert report.table.total.records == 3
    assert report.names["PLN"] == "กลุ่มนโยบายและแผน"
    assert world.report(group="SUP").table.total.records == 2
    assert world.report(group="PLN").table.total.records == 1
    assert world.report(group="XXX").table.total.records == 0


def test_a_form_without_groups_is_filtered_and_summed_by_those_of_its_projects(world: World) -> None:
    fields = [field for field in FIELDS if field.dimension != "group"]
    world.form = unit_of_work(lambda session: make_form(session, world.office, fields=fields, xml_form_id="plain"))
    world.add({"item": [item(world.plan.project, 2), item(world.other, 4)]})
    assert lines(world.report("group")) == {"PLN": (1, 2), "SUP": (1, 4)}
    # Asked about one group, the turn of another group's project does not count.
    assert lines(world.report("project", group="SUP")) == {world.other: (1, 4)}
    assert lines(world.report("project", group="SUP", project=world.plan.project)) == {}


def test_reading_in_batches_finds_every_record_once(world: World) -> None:
    for number in range(1, 8):
        world.add({"pupils": number})
    selection = selection_of(reading(), world.form, roles_of(version_of(reading(), world.form)), Filters())
    for batch in (1, 2, 3, 7, 8):
        found = list(queries.records(reading(), selection, batch=batch))
        assert [record.answers["pupils"] for record in found] == [1, 2, 3, 4, 5, 6, 7]


def test_the_database_and_the_slow_twin_agree(world: World) -> None:
    world.add({"school": "s1", "pupils": 12, "spent": 0.1, "problems": ["budget", "time"], "item": [
        item(world.plan.project, 10, None, one="5", two="4"), item(world.other, 3, None, one="2"),
    ]})  # fmt: skip
    world.add({"pupils": "สิบสอง", "spent": 0.2, "problems": ["time"], "item": [item(world.other, 3, None, one="1")]})
    session = reading()
    roles = roles_of(version_of(session, world.form))
    plain = [measure for measure in roles.measures if measure.kind in {"sum", "share", "rating"}]
    found = list(queries.records(session, selection_of(session, world.form, roles, Filters())))
    by = roles.grouping("project")
    table = aggregate(iter(found), roles, by)
    for line in (*table.lines, table.total):
        wanted = twin(found, roles, by, line.key, total=line is table.total)
        for measure in plain:
            figures = {part: getattr(line.figures[measure.name], part) for part in wanted[measure.name]}
            assert figures == wanted[measure.name], (line.key, measure.name)
    assert table.total.figures["spent"].sum == Fraction("0.3")


@pytest.mark.parametrize("by", ["project", "visit_mode"])
def test_the_list_behind_a_figure_holds_exactly_the_records_that_it_counts(world: World, by: str) -> None:
    counted = {"mode": "onsite", "item": [item(world.plan.project, 1)]}
    world.add(counted, report_date=dt.date(2026, 11, 1))
    world.add(counted, report_date=dt.date(2026, 11, 2), review_state="rejected")
    world.add(counted, report_date=dt.date(2026, 11, 20))
    world.add({"mode": "online", "item": [item(world.other, 1)]}, report_date=dt.date(2026, 11, 1))
    body = world.get(query=f"by={by}&as_of=2026-11-10").get_json()
    key = world.plan.project if by == "project" else "onsite"
    line = next(row for row in body["rows"] if row["key"] == key)
    listed = world.office.browser("pakorn").get(line["submissions"]).text
    assert (line["records"], len(re.findall(r'href="[^"]*/submissions/[^"]+"', listed))) == (1, 1)


def test_the_json_has_rounded_numbers_exact_texts_and_links(world: World) -> None:
    for rating in ("5", "4", "4"):
        world.add({"spent": 10.005, "item": [item(world.plan.project, 3, 1, one=rating, two="5")]})
    body = world.get(query="by=project&fiscal_year=2570").get_json()
    assert body["groupings"] == ["project", "group", "school", "officer", "visit_mode", "fiscal_year", "quarter"]
    (row,) = body["rows"]
    page = f"/w/{world.workspace_id}/forms/visit/submissions"
    assert row["key"] == world.plan.project
    assert row["submissions"] == f"{page}?review_state=counted&fiscal_year=2570&project={world.plan.project}"
    figures = row["figures"]
    assert figures["item/actual"]["percent"] == {"value": 33.33, "places": 2, "exact": "100/3"}
    rating = figures["item/ratings/one"]
    assert rating["mean"] == {"value": 4.33, "places": 2, "exact": "13/3"}
    assert (rating["sd"]["value"], rating["level"], rating["n"]) == (0.58, "high", 3)
    assert figures["item/ratings"]["mean"]["value"] == 4.67
    assert body["total"]["figures"]["spent"]["sum"] == {"value": 30.02, "places": 2, "exact": "30.015"}
    assert body["total"]["submissions"] == f"{page}?review_state=counted&fiscal_year=2570"
    assert all(cell["submissions"] == row["submissions"] for cell in figures.values())


def test_labels_come_from_the_form_in_the_language_asked_for(world: World) -> None:
    world.add({"mode": "onsite", "problems": ["budget"]})
    body = world.get(query="by=visit_mode").get_json()
    assert body["rows"][0]["label"] == "ลงพื้นที่"
    listed = f"/w/{world.workspace_id}/forms/visit/submissions?by=visit_mode&value=onsite&review_state=counted"
    assert body["rows"][0]["submissions"] == listed
    measures = {measure["id"]: measure for measure in body["measures"]}
    assert measures["pupils"]["label"] == "จำนวนนักเรียน"
    assert measures["problems"]["choices"] == {"budget": "งบประมาณ", "time": "เวลา"}
    assert body["total"]["figures"]["problems"]["shares"]["budget"]["percent"]["value"] == 100


@pytest.mark.parametrize(
    ("query", "code"),
    [("by=colour", "400.195"), ("fiscal_year=abc", "400.191"), ("quarter=5", "400.192"), ("as_of=31/12/2570", "400.193"),
     ("review_state=none", "400.194"), ("project=" + "x" * 300, "400.196"), ("by=%00", "400.100")],
)  # fmt: skip
def test_nonsense_is_refused(world: World, query: str, code: str) -> None:
    answer = world.get(query=query)
    assert answer.status_code == 400
    assert str(answer.get_json()["code"]) == code


@pytest.mark.parametrize("query", ["group=%F0%9F%98%80", "project=%27%3B--", "school=%25", "officer=" + "ก" * 200])
def test_odd_but_possible_filters_find_nothing(world: World, query: str) -> None:
    answer = world.get(query=query)
    assert (answer.status_code, answer.get_json()["total"]["records"]) == (200, 0)


@pytest.mark.parametrize(("persona", "status"), [("stranger", 403), ("kwanjai", 403), (None, 401), ("wanna", 200)])
def test_who_may_see_a_forms_report(world: World, persona: str | None, status: int) -> None:
    assert world.get(persona).status_code == status
    assert world.get(persona, form="missing").status_code == (404 if status == 200 else status)


def test_somebody_who_may_see_one_form_sees_no_other(world: World) -> None:
    office = world.office

    def work(session: Session) -> str:
        other = make_form(session, office, fields=FIELDS, xml_form_id="other")
        actor_id = accounts.create_user(session, SYSTEM, email="one@example.test", display_name="One", password=None)
        workspaces.assign(
            session, SYSTEM, actor_id=actor_id, role_id=VIEWER.id, workspace_id=office.workspace_id, form_id=other.id
        )
        return accounts.open_session(session, actor_id=actor_id, seconds=3600).token

    office.tokens["one"] = unit_of_work(work)
    assert world.get("one", form="other").status_code == 200
    assert world.get("one", form="visit").status_code == 403
    assert office.client("one").get(f"/v1/projects/{office.workspace_id}/reports/R01").status_code == 403
