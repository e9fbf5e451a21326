"""Forms out as CSV: columns as in ODK Central, safe in spreadsheets, with repeats and files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.transaction import unit_of_work
from forms.models import Form
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send
from tests.support.records import File, group, make_form, make_submission, question, repeat
from tests.support.small_plan import SmallPlan, found_small_plan

BOM = b"\xef\xbb\xbf"
FIELDS = [
    question("/name", label="ชื่อ"),
    question("/age", "int"),
    question("/spent", "decimal"),
    group("/home", "บ้าน"),
    question("/home/place", "geopoint"),
    question("/home/roles", control="select", choices={"a": "ครู", "b": "ผู้บริหาร"}, label="ตำแหน่ง"),
    question("/project", dimension="project", list_file="projects.csv", label="โครงการ"),
    group("/children"),
    repeat("/children/child"),
    question("/children/child/name", label="ชื่อ"),
    repeat("/children/child/toy"),
    question("/children/child/toy/kind"),
    group("/meta"),
    question("/meta/instanceID"),
    question("/meta/instanceName"),
    question("/meta/audit", "binary"),
    group("/meta/entity"),
    question("/meta/entity/label"),
]
META = (
    "KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion"
)
ROOT = (
    "SubmissionDate,name,age,spent,home-place-Latitude,home-place-Longitude,home-place-Altitude,home-place-Accuracy,"
    f"home-roles,project,meta-instanceID,meta-instanceName,{META}"
)
RECEIVED = dt.datetime(2026, 12, 1, 2, 3, 4, 567000, dt.UTC)
ANSWERS: dict[str, Any] = {
    "name": 'ขวัญใจ ทดลองศรี, "หัวหน้า"',
    "age": 41,
    "spent": 1250.5,
    "home": {"place": {"lat": 13.75, "lon": -100.5, "alt": 2.0, "acc": 4.6}, "roles": ["a", "b"]},
    "children": {"child": [{"name": "หนึ่ง", "toy": [{"kind": "ลูกบอล"}, {"kind": "ว่าว"}]}, {"name": "สอง"}]},
}  # fmt: skip


class World:
    """An office with a form, and what it exports."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.form: Form = unit_of_work(lambda session: make_form(session, office, fields=FIELDS, version="3"))

    def add(self, answers: dict[str, Any] | None = None, instance_id: str = "uuid:one", **columns: Any) -> None:
        given = {"received_at": RECEIVED, "submitter_id": self.office.ids["kwanjai"]} | columns
        unit_of_work(
            lambda session: make_submission(
                session, self.form, ANSWERS if answers is None else answers, instance_id=instance_id, **given
            )
        )

    def fetch(self, ending: str = "csv", query: str = "", persona: str | None = "pakorn") -> Any:
        address = f"/v1/projects/{self.office.workspace_id}/forms/visit/submissions.{ending}?{query}"
        # Read to the end, since an answer left open holds its instant of the database.
        return self.office.client(persona).get(address, buffered=True)

    def text(self, query: str = "") -> str:
        return self.fetch(query=query).get_data().decode()

    def rows(self, query: str = "") -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(query), newline="")))

    def archive(self, query: str = "") -> zipfile.ZipFile:
        answer = self.fetch("csv.zip", query)
        assert answer.status_code == 200
        archive = zipfile.ZipFile(io.BytesIO(answer.get_data()))
        assert archive.testzip() is None
        return archive


@pytest.fixture
def world(office: Office) -> World:
    return World(office)


def test_the_columns_are_those_of_central(world: World) -> None:
    world.add(device_id="tablet-1", review_state="has_issues", files=[File("a.jpg", b"a"), File("b.jpg")])
    head, line, end = world.text().split("\n")
    assert head == ROOT
    assert line == (
        '2026-12-01T02:03:04.567Z,"ขวัญใจ ทดลองศรี, ""หัวหน้า""",41,1250.5,13.75,-100.5,2,4.6,a b,,uuid:one,,'
        f"uuid:one,{world.office.ids['kwanjai']},Kwanjai,1,2,,hasIssues,tablet-1,0,3"
    )
    assert end == ""


def test_a_record_says_its_own_name_and_the_id_of_its_last_edit(world: World) -> None:
    world.add(edits=2, instance_name="เยี่ยมบ้านห้วยหมอก")
    row = world.rows()[0]
    assert row["meta-instanceName"] == "เยี่ยมบ้านห้วยหมอก"
    assert (row["KEY"], row["Edits"]) == ("uuid:one", "2")
    assert row["meta-instanceID"].startswith("uuid:")
    assert row["meta-instanceID"] != row["KEY"], "an edit has an id of its own, and the key stays"
    assert "meta-audit" not in row
    assert "meta-entity-label" not in row


@pytest.mark.parametrize("prefix", ["", "orx:"])
def test_what_a_device_says_of_its_record_is_in_the_export(office: Office, prefix: str) -> None:
    publish(office)
    said = "<orx:instanceID>uuid:sent</orx:instanceID><orx:instanceName>เยี่ยม</orx:instanceName>"
    xml = visit_instance("", school="x").decode().replace("<orx:meta></orx:meta>", f"<orx:meta>{said}</orx:meta>")
    assert send(office, xml.replace("<orx:", f"<{prefix}").replace("</orx:", f"</{prefix}").encode()).status_code == 201
    address = f"/v1/projects/{office.workspace_id}/forms/visit/submissions.csv"
    text = office.client("pakorn").get(address, buffered=True).get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["meta-instanceID"], row["meta-instanceName"]) == ("uuid:sent", "เยี่ยม")


def test_repeats_have_tables_of_their_own_with_keys(world: World) -> None:
    world.add()
    archive = world.archive()
    assert archive.namelist() == ["visit.csv", "visit-child.csv", "visit-toy.csv"]
    assert archive.read("visit.csv").decode().split("\n")[0] == ROOT
    assert archive.read("visit-child.csv").decode() == (
        "name,PARENT_KEY,KEY\nหนึ่ง,uuid:one,uuid:one/children/child[1]\nสอง,uuid:one,uuid:one/children/child[2]\n"
    )
    assert archive.read("visit-toy.csv").decode() == (
        "kind,PARENT_KEY,KEY\n"
        "ลูกบอล,uuid:one/children/child[1],uuid:one/children/child[1]/toy[1]\n"
        "ว่าว,uuid:one/children/child[1],uuid:one/children/child[1]/toy[2]\n"
    )


def test_a_form_without_records_has_its_heads(world: World) -> None:
    assert world.text() == f"{ROOT}\n"
    assert world.archive().read("visit-toy.csv").decode() == "kind,PARENT_KEY,KEY\n"


def test_repeats_of_one_name_are_numbered(world: World) -> None:
    fields = [repeat("/a"), repeat("/a/x"), question("/a/x/q"), repeat("/x"), question("/x/q")]
    world.form = unit_of_work(lambda session: make_form(session, world.office, fields=fields, version="4"))
    world.add({"a": [{"x": [{"q": "in"}]}], "x": [{"q": "out"}]})
    archive = world.archive()
    assert archive.namelist() == ["visit.csv", "visit-a.csv", "visit-x~1.csv", "visit-x~2.csv"]
    assert b"in,uuid:one/a[1],uuid:one/a[1]/x[1]" in archive.read("visit-x~1.csv")


def test_newest_records_come_first_and_rejected_ones_are_there_with_their_state(world: World) -> None:
    for number, state in enumerate(("received", "rejected", "approved", "edited"), 1):
        world.add({}, f"uuid:{number}", review_state=state)
    world.add({}, "uuid:gone", deleted_at=RECEIVED)
    world.add({}, "uuid:draft", is_draft=True)
    assert [(row["KEY"], row["ReviewState"]) for row in world.rows()] == [
        ("uuid:4", "edited"), ("uuid:3", "approved"), ("uuid:2", "rejected"), ("uuid:1", ""),
    ]  # fmt: skip
    assert [row["KEY"] for row in world.rows("review_state=counted")] == ["uuid:4", "uuid:3", "uuid:1"]
    assert [row["KEY"] for row in world.rows("review_state=approved")] == ["uuid:3"]


def test_the_filters_of_reports_narrow_an_export(world: World) -> None:
    world.add({"project": "p1"}, "uuid:1", report_date=dt.date(2026, 10, 1))
    world.add({"project": "p2"}, "uuid:2", report_date=dt.date(2026, 9, 30))
    assert [row["KEY"] for row in world.rows("project=p1&fiscal_year=2570")] == ["uuid:1"]
    assert [row["KEY"] for row in world.rows("fiscal_year=2569")] == ["uuid:2"]


def test_people_get_the_mark_that_makes_spreadsheets_read_thai_and_programs_do_not(world: World) -> None:
    address = f"/v1/projects/{world.office.workspace_id}/forms/visit/submissions.csv"
    browser, program = world.office.browser("pakorn"), world.office.client("pakorn")
    assert browser.get(address).get_data().startswith(BOM + b"SubmissionDate")
    assert browser.get(f"{address}?bom=false").get_data().startswith(b"SubmissionDate")
    assert program.get(address).get_data().startswith(b"SubmissionDate")
    assert program.get(f"{address}?bom=true").get_data().startswith(BOM)
    archive = zipfile.ZipFile(io.BytesIO(browser.get(f"{address}.zip").get_data()))
    assert all(archive.read(name).startswith(BOM) for name in archive.namelist())


@pytest.mark.parametrize("text", ["=1+1", "+66812345678", "-2+3", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "-"])
def test_a_text_that_looks_like_a_formula_is_made_harmless(world: World, text: str) -> None:
    world.add({"name": text, "children": {"child": [{"name": text}]}})
    assert world.rows()[0]["name"] == f"'{text}"
    assert world.rows("raw=true")[0]["name"] == text
    child = world.archive().read("visit-child.csv").decode()
    assert next(csv.DictReader(io.StringIO(child, newline="")))["name"] == f"'{text}"


def test_numbers_stay_numbers(world: World) -> None:
    world.add({"age": -5, "spent": -0.25, "name": "-12.5", "home": {"place": {"lat": -1.0, "lon": -2.5}}})
    row = world.rows()[0]
    assert (row["age"], row["spent"], row["name"]) == ("-5", "-0.25", "-12.5")
    assert (row["home-place-Latitude"], row["home-place-Altitude"]) == ("-1", "")


@pytest.mark.parametrize(
    "text", ["บรรทัด\nสอง", "a\r\nb", "a\rb", 'สาม "คำ", พูด', "😀 👩‍🏫 נכון", "  ช่องว่าง  ", "น้ำใจ", "x" * 100_000]
)  # fmt: skip
def test_text_comes_back_exactly(world: World, text: str) -> None:
    world.add({"name": text})
    assert world.rows()[0]["name"] == text


def test_odd_answers_are_exported_as_they_are(world: World) -> None:
    world.add({"age": "สี่สิบ", "home": {"place": "ที่ใดที่หนึ่ง", "roles": "a"}, "children": "none", "name": {"x": 1}})
    row = world.rows()[0]
    assert (row["age"], row["home-place-Latitude"], row["home-roles"], row["name"]) == (
        "สี่สิบ", "ที่ใดที่หนึ่ง", "a", '{"x":1}',
    )  # fmt: skip


def test_columns_can_be_split_and_shortened_as_in_central(world: World) -> None:
    world.add()
    row = world.rows("splitSelectMultiples=true&groupPaths=false")[0]
    assert (row["roles"], row["roles/a"], row["roles/b"]) == ("a b", "1", "1")


def test_questions_of_earlier_versions_are_there_when_asked_for(world: World) -> None:
    world.add({"name": "เดิม"})
    world.form = unit_of_work(lambda session: make_form(session, world.office, fields=FIELDS[1:2], version="4"))
    assert "name" not in world.rows()[0]
    row = world.rows("deletedFields=true")[0]
    assert (row["name"], row["FormVersion"]) == ("เดิม", "3")


def test_labels_in_words(world: World, planner: Actor) -> None:
    def work(session: Session) -> SmallPlan:
        return found_small_plan(session, planner, world.office.workspace_id)

    plan = unit_of_work(work)
    world.add(ANSWERS | {"project": plan.project})
    world.add({"project": "unknown"}, "uuid:two")
    newer, row = world.rows("labels=th")
    assert (row["ตำแหน่ง"], row["โครงการ"]) == ("ครู, ผู้บริหาร", "พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์")
    assert (row["ชื่อ"], row["age"], newer["โครงการ"]) == (ANSWERS["name"], "41", "unknown")
    assert world.archive("labels=th").read("visit-child.csv").decode().startswith("ชื่อ,PARENT_KEY,KEY\nหนึ่ง")


def test_files_come_along_byte_for_byte(world: World) -> None:
    photo = bytes(range(256)) * 4096
    world.add(files=[File("ภาพ.jpg", photo), File("b.pdf", b"%PDF", media_type="application/pdf"), File("late.jpg")])
    archive = world.archive()
    assert archive.namelist()[3:] == ["media/ภาพ.jpg", "media/b.pdf"]
    assert archive.read("media/ภาพ.jpg") == photo
    assert len(world.archive("attachments=false").namelist()) == 3


def test_different_files_of_one_name_lie_in_folders_of_their_records(world: World) -> None:
    world.add({}, "uuid:1", files=[File("photo.jpg", b"one"), File("same.jpg", b"same")])
    world.add({}, "uuid:2", files=[File("photo.jpg", b"two"), File("same.jpg", b"same")])
    archive = world.archive()
    found = {name: archive.read(name) for name in archive.namelist() if name.startswith("media/")}
    assert found == {
        "media/uuid_1/photo.jpg": b"one", "media/uuid_2/photo.jpg": b"two", "media/same.jpg": b"same",
    }  # fmt: skip


def test_no_file_leads_out_of_the_archive(world: World) -> None:
    names = ["../../etc/passwd", "/abs.jpg", "..\\win.ini", "a\x01b.jpg", "con:.jpg", "..", "ก" * 200 + ".jpg"]
    world.add(files=[File(name, name.encode()) for name in names])
    media = [name for name in world.archive().namelist() if name.startswith("media/")]
    assert len(media) == len(names)
    for name in media:
        parts = name.split("/")
        assert ".." not in parts
        assert parts[:2] == ["media", "uuid_one"]
        assert all(len(part.encode()) <= 240 for part in parts)
        assert not set(name) & set('\\:*?"<>|\x01')


def test_a_file_that_the_store_lost_is_named_and_the_rest_comes(world: World) -> None:
    from core.storage import blob_store, spool_bytes

    world.add(files=[File("gone.jpg", b"gone"), File("here.jpg", b"here")])
    blob_store().path_of(spool_bytes(b"gone").sha256).unlink()
    archive = world.archive()
    assert archive.read("media-missing.txt").decode() == "media/gone.jpg\n"
    assert archive.read("media/here.jpg") == b"here"


def test_what_a_browser_is_told_of_the_download(world: World) -> None:
    answer = world.fetch("csv.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"visit.zip\"; filename*=UTF-8''visit.zip"
    table = world.fetch()
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="visit.csv"' in table.headers["Content-Disposition"]
    assert world.fetch("csv.zip").status_code == 200


@pytest.mark.parametrize(("persona", "status"), [("stranger", 403), ("kwanjai", 403), (None, 401), ("wanna", 200)])
def test_who_may_export(world: World, persona: str | None, status: int) -> None:
    for ending in ("csv", "csv.zip"):
        assert world.fetch(ending, persona=persona).status_code == status
    missing = f"/v1/projects/{world.office.workspace_id}/forms/missing/submissions.csv"
    assert world.office.client("wanna").get(missing).status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [("bom=maybe", "400.197"), ("raw=2", "400.197"), ("labels=la", "400.199"), ("fiscal_year=x", "400.191"),
     ("attachments=no", "400.197"), ("as_of=x", "400.193")],
)  # fmt: skip
def test_nonsense_is_refused(world: World, query: str, code: str) -> None:
    for ending in ("csv", "csv.zip"):
        answer = world.fetch(ending, query)
        assert (answer.status_code, str(answer.get_json()["code"])) == (400, code)
