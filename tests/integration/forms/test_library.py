"""Forms of the library in a workspace: installed, changed by the office, brought up to date without losing anything."""

from __future__ import annotations

import io
import re

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.actor import SYSTEM, Actor
from core.errors import Problem
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import lifecycle, queries
from forms.library.workbook import read_workbook, records
from forms.library_cli import library_group
from forms.models import Form, FormVersion
from forms.upgrade import NOT_INSTALLED, Standing, prepare, standing, upgrade
from tests.integration.forms.conftest import XLSX, FormDesk
from tests.personas import Office
from tests.support.library import (
    THAI,
    add_question,
    bring_in,
    edited,
    install_base,
    library_form,
    put,
    take_out,
    upload_of,
    version,
)

FORM = "satisfaction_participation"
ITEM = library_form(FORM)
OLDER = edited(ITEM.content, version("2570.0"), put("survey", "like_most", THAI, "ชอบอะไร"), take_out("improve"))
"""What the library had before: another label, and one question less."""


@pytest.fixture
def run(office: Office):
    def call(*arguments: str) -> Result:
        done = CliRunner().invoke(library_group, [*arguments, "--workspace", "1"], obj=lambda: office.app)
        assert done.exit_code == 0, done.output or done.exception
        return done

    return call


@pytest.fixture
def browser(office: Office) -> FlaskClient:
    return office.browser("wanna")


def stands(office: Office) -> Standing:
    return standing(reading(), office.workspace_id, ITEM)


def the_form(office: Office) -> Form:
    form = queries.form_by_id(reading(), office.workspace_id, FORM)
    assert form is not None
    return form


def current(office: Office) -> FormVersion:
    return queries.current_or_draft(reading(), the_form(office))


def rows_of(desk: FormDesk, path: str, sheet: str = "survey") -> dict[str, dict[str, str]]:
    """Rows of a workbook that the server hands out, by name."""
    answer = desk.get(path)
    assert answer.status_code == 200
    found = records(read_workbook(io.BytesIO(answer.data))[sheet])
    return {row["name"]: dict(row) for row in found if row.get("name")}


def text_of(answer: TestResponse) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_form_that_the_office_did_not_change_is_upgraded_and_published(run, office: Office, desk: FormDesk) -> None:
    install_base(office, OLDER)
    found = stands(office)
    assert (found.state, found.base_version, found.office_changes) == ("newer", "2570.0", ())
    assert f"{FORM}\tTT-SP-01\t2570.1\t2570.0\tnewer" in run("list").output
    assert run("upgrade", FORM).output == f"{FORM}\tpublished\t2570.1\n"
    assert desk.get(f"/{FORM}.xlsx").data == ITEM.content
    assert stands(office).state == "same"
    assert current(office).library_sha256 == ITEM.sha256
    assert run("upgrade", FORM).output == f"{FORM}\tunchanged\t2570.1\n"


def test_an_upgrade_is_a_draft_when_that_is_asked_for(run, office: Office) -> None:
    install_base(office, OLDER)
    assert run("upgrade", FORM, "--draft").output == f"{FORM}\tdraft\t2570.1\n"
    assert current(office).version == "2570.0"
    assert "2570.1\tsame, draft" in run("list").output
    assert run("install", FORM).output == f"{FORM}\tdraft\t2570.1\n"
    assert current(office).version == "2570.0"


def test_a_draft_beside_a_published_version_is_never_published_by_itself(run, office: Office) -> None:
    form = install_base(office, OLDER)
    bring_in(office, form, edited(OLDER, version("2570.5"), add_question("of_office", "sat_steps")))
    bring_in(office, form, edited(OLDER, version("2570.6")), publishes=False)
    assert (stands(office).state, stands(office).may_publish) == ("newer", False)
    assert run("upgrade", FORM).output == f"{FORM}\tdraft\t2570.1\n"
    assert current(office).version == "2570.5"


def test_what_the_office_and_the_library_changed_are_both_in_the_draft(run, office: Office, desk: FormDesk) -> None:
    form = install_base(office, OLDER)
    mine = edited(
        OLDER,
        version("2570.5"),
        put("survey", "sat_info", THAI, "ข่าวสารถึงผู้ปกครอง"),
        put("choices", "respondent_role/parent", THAI, "พ่อแม่"),
        add_question("of_office", "sat_steps"),
    )
    bring_in(office, form, mine)
    found = stands(office)
    assert (found.state, found.base_version, found.conflicts) == ("both", "2570.0", ())
    assert run("upgrade").output == f"{FORM}\tdraft\t2570.6\n"
    assert current(office).version == "2570.5"
    survey = rows_of(desk, f"/{FORM}/draft.xlsx")
    assert survey["sat_info"][THAI] == "ข่าวสารถึงผู้ปกครอง"
    assert survey["of_office"][THAI] == "คำถามใหม่"
    assert survey["like_most"][THAI] == "สิ่งที่ประทับใจ"
    assert "improve" in survey
    assert list(survey).index("of_office") == list(survey).index("sat_steps") + 1
    assert rows_of(desk, f"/{FORM}/draft.xlsx", "choices")["parent"][THAI] == "พ่อแม่"
    assert desk.publish(FORM).status_code == 200
    after = stands(office)
    assert (after.state, after.base_version, after.library_changes) == ("changed", "2570.1", ())
    assert run("upgrade", FORM).output == f"{FORM}\tunchanged\t2570.1\n"


def test_a_cell_that_both_changed_keeps_the_words_of_the_office_and_is_told_everywhere(
    run, office: Office, desk: FormDesk, browser: FlaskClient
) -> None:
    form = install_base(office, OLDER)
    bring_in(office, form, edited(OLDER, version("2570.1.1"), put("survey", "like_most", THAI, "ประทับใจอะไรที่สุด")))
    told = f"{FORM}\tconflict\tsurvey\tlike_most\t{THAI}\tชอบอะไร\tประทับใจอะไรที่สุด\tสิ่งที่ประทับใจ"
    assert told in run("diff", FORM).output.splitlines()
    page = text_of(browser.get(f"/w/1/library/{FORM}"))
    assert "แก้ไขทั้งสองฝ่าย 1 ช่อง" in page
    assert "ชอบอะไร ประทับใจอะไรที่สุด สิ่งที่ประทับใจ" in page
    done = run("upgrade", FORM).output.splitlines()
    assert done == [f"{FORM}\tdraft\t2570.1.2\tconflicts: 1", told]
    assert rows_of(desk, f"/{FORM}/draft.xlsx")["like_most"][THAI] == "ประทับใจอะไรที่สุด"
    assert "like_most: คลังแบบฟอร์มใช้ข้อความ “สิ่งที่ประทับใจ” ในช่องนี้" in text_of(browser.get(f"/w/1/forms/{FORM}"))


def test_the_differences_are_told_row_by_row(run, office: Office) -> None:
    form = install_base(office, OLDER)
    bring_in(
        office, form, edited(OLDER, version("2570.5"), put("survey", "sat_info", THAI, "ข่าวสาร"), take_out("age_band"))
    )
    lines = run("diff", FORM).output.splitlines()
    assert f"{FORM}\tlibrary\tsurvey\tchanged\tlike_most\t{THAI}\tชอบอะไร\tสิ่งที่ประทับใจ" in lines
    assert f"{FORM}\tlibrary\tsurvey\tadded\timprove\ttype\t\ttext" in lines
    assert any(line.startswith(f"{FORM}\toffice\tsurvey\tchanged\tsat_info\t{THAI}") for line in lines)
    assert f"{FORM}\toffice\tsurvey\tremoved\tage_band\ttype\tselect_one age_band\t" in lines
    assert not [line for line in lines if "\tsettings\t" in line]


def test_a_draft_that_the_office_works_on_is_merged_and_not_lost(run, office: Office, desk: FormDesk) -> None:
    form = install_base(office, OLDER)
    bring_in(office, form, edited(OLDER, version("2570.7"), add_question("of_office", "sat_steps")), publishes=False)
    assert "2570.7\tboth, draft" in run("list").output
    run("upgrade", FORM)
    assert {"of_office", "improve"} <= rows_of(desk, f"/{FORM}/draft.xlsx").keys()
    assert current(office).version == "2570.0"


def test_a_draft_thrown_away_leaves_the_form_as_it_was(run, office: Office, desk: FormDesk) -> None:
    form = install_base(office, OLDER)
    bring_in(office, form, edited(OLDER, version("2570.5"), add_question("of_office", "sat_steps")))
    run("upgrade", FORM)
    assert desk.wanna.delete(f"{desk.root}/{FORM}/draft").status_code == 200
    found = stands(office)
    assert (found.state, found.base_version) == ("both", "2570.0")


def test_a_form_of_the_same_id_that_nobody_knows_keeps_every_word(run, office: Office, desk: FormDesk) -> None:
    own = edited(
        OLDER, version("1"), put("survey", "sat_info", THAI, "ของเราเอง"), add_question("of_office", "sat_steps")
    )
    assert desk.create(own, media_type=XLSX).status_code == 200
    found = stands(office)
    assert found.state == "own"
    assert [item.row[0] for item in found.conflicts] == ["sat_info", "like_most"]
    assert run("install", FORM).output.startswith(f"{FORM}\tkept\t")
    run("upgrade", FORM)
    survey = rows_of(desk, f"/{FORM}/draft.xlsx")
    assert (survey["sat_info"][THAI], survey["like_most"][THAI]) == ("ของเราเอง", "ชอบอะไร")
    assert {"of_office", "improve"} <= survey.keys()


def test_installing_again_never_overwrites_what_the_office_changed(run, office: Office, desk: FormDesk) -> None:
    assert run("install", FORM).output == f"{FORM}\tpublished\t2570.1\n"
    assert run("install", FORM).output == f"{FORM}\tunchanged\t2570.1\n"
    mine = edited(ITEM.content, version("2570.2"), put("survey", "improve", THAI, "ควรปรับปรุงอะไร"))
    bring_in(office, the_form(office), mine)
    assert run("install", FORM).output.startswith(f"{FORM}\tkept\t")
    assert desk.get(f"/{FORM}.xlsx").data == mine
    assert stands(office).state == "changed"


def test_the_librarys_own_file_brought_in_by_hand_is_known(office: Office, desk: FormDesk) -> None:
    assert desk.create(ITEM.content, media_type=XLSX).status_code == 200
    found = stands(office)
    assert (found.state, found.base_version) == ("same", "2570.1")


def test_what_was_brought_in_as_an_xform_is_not_touched(run, office: Office, desk: FormDesk) -> None:
    xml = upload_of(office, OLDER).xml
    assert desk.create(xml).status_code == 200
    assert stands(office).state == "no_workbook"
    assert run("upgrade", FORM).output == f"{FORM}\tno workbook to compare\t2570.1\n"
    assert run("diff", FORM).output == f"{FORM}\tno workbook to compare\n"


def test_a_version_that_a_deleted_form_had_is_counted_up(run, office: Office, planner: Actor) -> None:
    run("install", FORM)
    form_id = the_form(office).id
    unit_of_work(lambda session: lifecycle.delete_form(session, planner, form=session.get(Form, form_id)))
    assert stands(office).state == NOT_INSTALLED
    install_base(office, OLDER)
    assert run("upgrade", FORM).output == f"{FORM}\tpublished\t2570.2\n"
    assert stands(office).state == "same"


def test_a_form_changed_meanwhile_is_left_alone(office: Office, planner: Actor) -> None:
    form = install_base(office, OLDER)
    found = stands(office)
    upload = prepare(found, settings_of(office.app))
    bring_in(office, form, edited(OLDER, version("2570.5"), add_question("of_office", "sat_steps")))
    with pytest.raises(Problem, match=r"409\.133"):
        unit_of_work(
            lambda session: upgrade(session, planner, workspace_id=1, found=found, upload=upload, publishes=True)
        )
    assert current(office).version == "2570.5"
    with pytest.raises(Problem, match=r"409\.132"):
        prepare(standing(reading(), 1, library_form("ci_task_record")), settings_of(office.app))


def test_a_question_that_both_added_differently_stays_the_offices(run, office: Office, desk: FormDesk) -> None:
    form = install_base(office, OLDER)
    bring_in(office, form, edited(OLDER, version("2570.5"), add_question("improve", "like_most", "integer")))
    first = stands(office).conflicts[0]
    assert (first.row, first.column, first.office) == (("improve",), "type", "integer")
    run("upgrade", FORM)
    assert rows_of(desk, f"/{FORM}/draft.xlsx")["improve"]["type"] == "integer"


def test_an_upgrade_that_would_change_the_type_of_a_question_is_refused(
    office: Office, browser: FlaskClient, planner: Actor
) -> None:
    install_base(office, edited(OLDER, put("survey", "report_date", "type", "integer")))
    found = stands(office)
    upload = prepare(found, settings_of(office.app))
    with pytest.raises(Problem, match=r"400\.17"):
        unit_of_work(
            lambda session: upgrade(session, planner, workspace_id=1, found=found, upload=upload, publishes=True)
        )
    assert found.version is not None
    data = {"seen": str(found.version.id), "publish": "yes"}
    shown = browser.post(f"/w/1/library/{FORM}/upgrade", data=data, follow_redirects=True)
    assert "“report_date” เป็นชนิด" in text_of(shown)
    assert current(office).version == "2570.0"


def test_the_deed_is_in_the_audit_trail(run, office: Office) -> None:
    install_base(office, OLDER)
    run("upgrade", FORM)
    [entry] = office.client("admin").get("/v1/audits?action=form.library.upgrade").json
    assert entry["details"]["libraryVersion"] == "2570.1"
    assert entry["details"]["libraryVersionBefore"] == "2570.0"


def test_unknown_forms_and_workspaces_are_told(office: Office) -> None:
    def fails(*arguments: str) -> str:
        done = CliRunner().invoke(library_group, list(arguments), obj=lambda: office.app)
        assert done.exit_code != 0
        return done.output + str(done.exception)

    assert "no ready-made form nothing" in fails("install", "nothing", "--workspace", "1")
    assert "404.1" in fails("list", "--workspace", "99")


def test_the_page_installs_what_is_ticked(browser: FlaskClient, office: Office) -> None:
    page = browser.get("/w/1/library")
    assert "คลังแบบฟอร์ม" in page.text
    assert page.text.count('name="form"') == 10
    sent = browser.post("/w/1/library", data={"form": [FORM, "four_aspect_report"]})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/w/1/library")
    page = browser.get("/w/1/library")
    assert page.text.count('name="form"') == 8
    assert "แบบรายงานผล 4 ประเด็นและถอดบทเรียน, แบบสอบถามความพึงพอใจและการมีส่วนร่วม อุปกรณ์" in text_of(page)
    assert "ตรงกัน" in page.text
    assert stands(office).state == "same"
    browser.post("/w/1/library", data={})
    assert "โปรดเลือกแบบฟอร์มที่จะติดตั้งก่อน" in browser.get("/w/1/library").text


def test_the_page_shows_both_sides_and_upgrades(browser: FlaskClient, office: Office) -> None:
    form = install_base(office, OLDER)
    address = f"/w/1/library/{FORM}"
    assert "ปรับเป็นฉบับใหม่และเผยแพร่" in browser.get(address).text
    bring_in(office, form, edited(OLDER, version("2570.5"), put("survey", "sat_info", THAI, "ข่าวสาร")))
    page = browser.get(address)
    assert {"คลังแบบฟอร์มแก้ไข 2 แถว", "สำนักงานแก้ไข 1 แถว"} <= set(re.findall(r"<h2[^>]*>([^<]+)</h2>", page.text))
    assert "ปรับเป็นฉบับใหม่และเผยแพร่" not in page.text
    stale = browser.post(f"{address}/upgrade", data={"seen": "1", "publish": "yes"}, follow_redirects=True)
    assert "มีผู้แก้ไขแบบฟอร์ม" in stale.text
    seen = re.search(r'name="seen" value="(\d+)"', page.text)
    assert seen is not None
    done = browser.post(f"{address}/upgrade", data={"seen": seen[1], "publish": "yes"})
    assert done.headers["Location"] == f"/w/1/forms/{FORM}"
    assert "นำเข้า “แบบสอบถามความพึงพอใจและการมีส่วนร่วม” เป็นฉบับร่างแล้ว" in browser.get(done.headers["Location"]).text
    assert current(office).version == "2570.5"


def test_a_form_that_is_not_in_the_library_has_no_page(browser: FlaskClient) -> None:
    assert browser.get("/w/1/library/nothing").status_code == 404
    assert browser.post("/w/1/library/nothing/upgrade", data={}).status_code == 404


def test_a_system_upgrade_asks_for_the_right_to_change_the_form(office: Office) -> None:
    install_base(office, OLDER)
    found = stands(office)
    upload = prepare(found, settings_of(office.app))
    stranger = Actor(id=office.ids["stranger"], kind="user", display_name="S", grants=())
    with pytest.raises(Problem, match=r"403\.1"):
        unit_of_work(
            lambda session: upgrade(session, stranger, workspace_id=1, found=found, upload=upload, publishes=True)
        )
    assert (
        unit_of_work(
            lambda session: upgrade(session, SYSTEM, workspace_id=1, found=found, upload=upload, publishes=True)
        ).outcome
        == "published"
    )
