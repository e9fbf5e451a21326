"""The records of the demo's other forms: the numbers of the stories they tell, and that each form could have sent them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forms.library.catalogue import library_forms
from forms.library.workbook import read_workbook, records
from plan.demo.generate import generate_office
from plan.demo.instance_xml import to_instance_xml
from plan.demo.model import DemoOffice
from plan.demo.quarantined import generate_quarantined
from plan.demo.recent import generate_recent
from plan.demo.records import generate_records
from plan.demo.submission_model import CURRENT_VERSIONS, DemoSubmission, Trouble
from plan.demo.submissions import generate_visits
from tests.support.demo_records import QUARANTINED, of_form, records_of

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2027, 1, 22, 17, 0, tzinfo=BANGKOK)
VOLUMES = {
    "school_followup_visit": 176, "project_progress": 74, "project_completion": 8, "indicator_result": 40,
    "area_standard_self_assessment": 14, "four_aspect_report": 18, "project_evaluation": 40, "inspection_followup": 29,
    "ci_task_record": 420, "satisfaction_participation": 600,
}  # fmt: skip


@pytest.fixture(scope="module", params=[2570, 1, 42])
def office(request: pytest.FixtureRequest) -> DemoOffice:
    return generate_office(request.param)


@pytest.fixture(scope="module")
def every(office: DemoOffice) -> list[DemoSubmission]:
    return records_of(office.seed)


def asked_by(form_id: str) -> dict[str, dict[str, str]]:
    """The rows of a form by path, in order."""
    form = next(item for item in library_forms() if item.form_id == form_id)
    groups, found = [], {}
    for row in records(read_workbook(form.path)["survey"]):
        if row["type"].startswith("end "):
            groups.pop()
            continue
        found["/".join([*groups, row["name"]])] = row
        if row["type"].startswith("begin "):
            groups.append(row["name"])
    return found


def test_a_second_run_gives_the_same_records():
    first, second = (list(generate_records(generate_office())) for _ in range(2))
    assert first == second
    assert first != list(generate_records(generate_office(1)))


def test_every_form_of_the_library_has_its_volume(every):
    assert {form.form_id for form in library_forms()} == set(CURRENT_VERSIONS) == set(VOLUMES)
    assert Counter(item.form_id for item in every if item.trouble not in QUARANTINED) == VOLUMES


def test_the_versions_are_those_of_the_library():
    assert {form.form_id: form.version for form in library_forms()} == CURRENT_VERSIONS


def test_a_newcomer_gets_fewer_answers_of_participants_and_as_much_of_everything_else(office):
    some = Counter(item.form_id for item in generate_records(office, full=False) if item.trouble not in QUARANTINED)
    assert some == {**VOLUMES, "satisfaction_participation": 200}


@pytest.mark.parametrize("form_id", VOLUMES)
def test_every_answer_stands_where_the_form_asks_for_it(every, form_id):
    order = {path: place for place, path in enumerate(asked_by(form_id))}
    for item in of_form(every, form_id):
        check_order(item.answers, "", order)


def check_order(answers, place: str, order: dict[str, int]) -> None:
    """Names of a level in the order of the form; a name that the form does not know is an error."""
    places = [order[f"{place}{name}"] for name in answers]
    assert places == sorted(places), (place, list(answers))
    for name, answer in answers.items():
        for group in [answer] if isinstance(answer, dict) else answer if isinstance(answer, list) else []:
            check_order(group, f"{place}{name}/", order)


@pytest.mark.parametrize("form_id", [form_id for form_id in VOLUMES if "visit" not in form_id])
def test_what_is_always_asked_for_is_always_answered(every, form_id):
    rows = asked_by(form_id)
    always = [
        path
        for path, row in rows.items()
        if row.get("required")
        and not row.get("relevant")
        and not any(rows[path.rsplit("/", back)[0]].get("relevant") for back in range(1, path.count("/") + 1))
        and not any(rows[path.rsplit("/", back)[0]]["type"] == "begin repeat" for back in range(1, path.count("/") + 1))
    ]
    assert len(always) > 3
    for item in of_form(every, form_id):
        assert not [path for path in always if not _at(item.answers, path)]


def _at(answers, path: str):
    for name in path.split("/"):
        answers = answers.get(name, "")
    return answers


@pytest.mark.parametrize("form_id", VOLUMES)
def test_choices_are_those_of_the_form(every, form_id):
    form = next(item for item in library_forms() if item.form_id == form_id)
    choices = defaultdict(set)
    for row in records(read_workbook(form.path)["choices"]):
        choices[row["list_name"]].add(row["name"])
    for path, row in asked_by(form_id).items():
        kind, _, name = row["type"].partition(" ")
        if kind in ("select_one", "select_multiple"):
            given = {answer for item in of_form(every, form_id) for answer in answers_at(item.answers, path.split("/"))}
            chosen = {word for answer in given for word in (answer.split() if kind == "select_multiple" else [answer])}
            assert chosen - {""} <= choices[name], path


def answers_at(answers, path: list[str]) -> list[str]:
    answer = answers.get(path[0], "")
    if len(path) == 1:
        return [answer]
    groups = answer if isinstance(answer, list) else [answer] if answer else []
    return [found for group in groups for found in answers_at(group, path[1:])]


def test_records_come_in_the_order_of_their_arrival_and_none_after_the_demo_moment(every):
    story, newest = every[:-40], every[-40:]
    for part in (story, newest):
        assert [item.received_at for item in part] == sorted(item.received_at for item in part)
    for item in every:
        assert item.started_at < item.ended_at
        assert item.received_at <= NOW
        assert item.trouble == Trouble.CLOCK_AHEAD or item.ended_at < item.received_at


def test_all_records_have_an_id_of_their_own_but_the_one_with_other_content(every):
    ids = Counter(item.instance_id for item in every)
    assert [name for name, count in ids.items() if count > 1] == [
        item.instance_id for item in every if item.trouble == Trouble.OTHER_CONTENT
    ]


def test_every_trouble_on_purpose_happens_once(every):
    several = {Trouble.TWO_TABLETS: 2, Trouble.ENTITY_CONFLICT: 2, Trouble.WRONG_ORDER: 3}
    seen = Counter(item.trouble for item in every if item.trouble)
    assert seen == {trouble: several.get(trouble, 1) for trouble in Trouble}


def test_files_are_those_the_answers_name(every):
    for form_id in VOLUMES.keys() - {"project_progress"}:
        for item in of_form(every, form_id):
            names = {name for name in re.findall(r"[^'\"]+\.(?:jpg|png|pdf)", str(item.answers)) if "/" not in name}
            assert {file.name for file in item.files} == names


def test_every_record_can_be_written_as_xml(every):
    assert all(to_instance_xml(item, {"id": item.form_id}) for item in every)


def test_officers_report_only_while_they_work_in_the_office(office, every):
    officers = {item.code: item for item in office.officers}
    for item in every:
        if "officer" in item.answers:
            assert officers[item.answers["officer"]].active_on(date.fromisoformat(item.answers["report_date"]))


def test_what_waits_for_a_decision_is_a_copy_of_a_visit_that_is_filed(office):
    visits = {item.instance_id: item for item in generate_visits(office)}
    unknown, changed, edited = generate_quarantined(office)
    assert unknown.form_version not in (*CURRENT_VERSIONS.values(), "2569.1")
    assert changed.instance_id in visits
    assert changed.answers != visits[changed.instance_id].answers
    assert changed.received_at > visits[changed.instance_id].received_at
    assert edited.deprecated_id not in visits
    assert b"<orx:deprecatedID>" in to_instance_xml(edited, {})
    assert not {unknown.instance_id, edited.instance_id} & visits.keys()


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
        datetime(2028, 5, 1, 17, 4, tzinfo=UTC),
        datetime(2030, 2, 3, 9, 0, tzinfo=BANGKOK),
    ],
)
def test_the_newest_records_are_of_the_last_week_whenever_the_demo_is_loaded(office, now):
    found = list(generate_recent(office, now))
    today = now.astimezone(BANGKOK).date()
    assert Counter(item.form_id for item in found) == {"ci_task_record": 24, "satisfaction_participation": 16}
    assert sum(item.received_at.date() == today for item in found) == 20
    assert all(now - timedelta(days=6) < item.received_at <= now for item in found)
    assert all(item.answers["report_date"] == item.ended_at.date().isoformat() for item in found)


def test_the_newest_records_are_the_same_ones_on_every_day(office):
    one, other = (
        {item.instance_id for item in generate_recent(office, datetime(year, 5, 5, 12, tzinfo=BANGKOK))}
        for year in (2026, 2031)
    )
    assert one == other


def test_nothing_but_tasks_and_answers_depends_on_the_day_of_loading(office):
    """So that the golden numbers of reports are the same on every day."""
    plain, later = (list(generate_records(office, now)) for now in (NOW, NOW + timedelta(days=400)))
    assert plain[:-40] == later[:-40]
