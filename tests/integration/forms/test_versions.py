"""The list of forms and versions, states, the trash, and who may read what."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.roles import APP_USER
from core.database import db
from core.transaction import unit_of_work
from forms import counts
from forms.models import Form, FormVersion
from tests.integration.forms.conftest import XLSX, FormDesk
from tests.support.sample_forms import SIMPLE, WITH_REPEAT, xform, xlsform


def numbered(version: str) -> str:
    return SIMPLE.replace('id="simple"', f'id="simple" version="{version}"')


def publish_versions(desk: FormDesk, *versions: str) -> None:
    desk.create(SIMPLE)
    for version in versions:
        desk.draft("simple", numbered(version))
        desk.publish("simple")


def test_published_versions_are_listed_newest_first_without_the_draft(desk: FormDesk) -> None:
    publish_versions(desk, "3", "2")
    desk.draft("simple", numbered("4"))
    listed = desk.get("/simple/versions", **{"X-Extended-Metadata": "true"}).json
    assert [item["version"] for item in listed] == ["2", "3", ""]
    assert {item["publishedBy"]["displayName"] for item in listed} == {"Wanna"}


def test_one_version_is_read_by_its_name_and_the_empty_one_by_underscores(desk: FormDesk) -> None:
    publish_versions(desk, "2570.1")
    assert desk.get("/simple/versions/2570.1").json["version"] == "2570.1"
    assert desk.get("/simple/versions/___").json["version"] == ""
    assert desk.get("/simple/versions/2570.1.xml").data == numbered("2570.1").encode()
    assert desk.get("/simple/versions/___.xml").data == SIMPLE.encode()
    assert desk.get("/simple.xml?version=").data == SIMPLE.encode()
    assert desk.get("/simple/versions/2570.1/fields").json[-1]["name"] == "age"
    assert desk.get("/simple/versions/nothing").status_code == 404


def test_a_version_that_no_address_could_name_is_refused(desk: FormDesk) -> None:
    refused = desk.create(numbered("2/&lt;script&gt;"))
    assert (refused.status_code, refused.json["code"]) == (400, 400.8)
    assert refused.json["details"]["field"] == "version"
    assert "must not hold “/”" in refused.json["message"]
    desk.create(SIMPLE, query="")
    assert desk.publish("simple", "?version=1%2F2").json["code"] == 400.8
    assert desk.draft("simple", numbered("1/2")).json["code"] == 400.8
    assert desk.publish("simple", "?version=1-2").status_code == 200


def test_a_version_with_a_slash_from_before_is_still_linked_and_copied(desk: FormDesk) -> None:
    book = xlsform(["text", "a", "A"], form_id="old", version="12")
    desk.create(book, media_type=XLSX)

    def as_it_was(session: Session) -> None:
        row = session.scalars(select(FormVersion).where(FormVersion.version == "12")).one()
        row.version, row.xml = "1/<2", row.xml.replace(b'version="12"', b'version="1/&lt;2"')

    unit_of_work(as_it_was)
    page = desk.office.browser("wanna").get(f"/w/{desk.office.workspace_id}/forms/old").text
    links = [html.unescape(link) for link in re.findall(r'href="(/v1/[^"]+version=[^"]*)"', page)]
    assert len(links) == 2
    answers = [desk.wanna.get(link) for link in links]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].data == book
    assert desk.get("/old.xlsx?version=2").status_code == 404
    assert desk.draft("old", None).status_code == 200
    assert desk.publish("old").json["code"] in {400.8, 409.6}
    assert desk.publish("old", "?version=3").status_code == 200


def test_forms_are_listed_by_title_with_who_made_them(desk: FormDesk) -> None:
    desk.create(WITH_REPEAT)
    desk.create(SIMPLE)
    desk.create(xform({"a": "string"}, xml_form_id="draft", title="A draft"), query="")
    listed = desk.get("", **{"X-Extended-Metadata": "true"}).json
    assert [form["xmlFormId"] for form in listed] == ["draft", "simple", "withrepeat"]
    assert all(form["createdBy"]["displayName"] == "Wanna" for form in listed)
    assert all("deletedAt" not in form for form in listed)
    assert {form["submissions"] for form in listed} == {0}


def test_the_number_of_forms_is_among_the_figures_of_the_workspace(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    answer = desk.wanna.get(f"/v1/projects/{desk.office.workspace_id}", headers={"X-Extended-Metadata": "true"})
    assert answer.json["forms"] == 1


def test_records_are_counted_by_whoever_knows_them(desk: FormDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_providers", [])
    desk.create(SIMPLE)
    counts.provide(
        lambda _session, ids, draft: {form_id: counts.Counts(7 if not draft else 1, 5, 1, 1) for form_id in ids}
    )
    form = desk.get("/simple", **{"X-Extended-Metadata": "true"}).json
    assert (form["submissions"], form["reviewStates"]) == (7, {"received": 5, "hasIssues": 1, "edited": 1})


class TestStates:
    def test_a_form_is_closed_gently_closed_and_opened(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        for state in ("closing", "closed", "open"):
            assert desk.wanna.patch(f"{desk.root}/simple", json={"state": state}).json["state"] == state
        assert [details["state"] for action, details in desk.audit() if action == "form.update"] == [
            "closing",
            "closed",
            "open",
        ]

    @pytest.mark.parametrize(
        "body", [{"state": "broken"}, {"state": 7}, {"state": None}, [], "open", {"webformsEnabled": "no"}]
    )
    def test_any_other_state_is_refused(self, desk: FormDesk, body: object) -> None:
        desk.create(SIMPLE)
        assert desk.wanna.patch(f"{desk.root}/simple", json=body).status_code == 400
        assert desk.get("/simple").json["state"] == "open"

    def test_a_closed_form_is_read_by_those_who_may_read_every_form(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        assert desk.get("/simple.xml", "kwanjai").status_code == 200
        desk.wanna.patch(f"{desk.root}/simple", json={"state": "closed"})
        assert desk.get("/simple.xml", "kwanjai").status_code == 403
        assert desk.get("/simple.xml", "pakorn").status_code == 200


class TestTheTrash:
    def test_a_deleted_form_is_gone_listed_apart_and_can_come_back(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        assert desk.wanna.delete(f"{desk.root}/simple").json == {"success": True}
        assert desk.get("/simple").status_code == 404
        assert desk.get("").json == []
        trash = desk.get("?deleted=true").json
        assert [form["xmlFormId"] for form in trash] == ["simple"]
        assert trash[0]["deletedAt"]
        assert desk.wanna.post(f"{desk.root}/{trash[0]['id']}/restore").json == {"success": True}
        assert desk.get("/simple.xml").data == SIMPLE.encode()

    def test_it_comes_back_only_by_its_number_and_only_when_its_id_is_free(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        number = db.session.query(Form).one().id
        assert desk.wanna.post(f"{desk.root}/{number}/restore").status_code == 404
        desk.wanna.delete(f"{desk.root}/simple")
        assert desk.wanna.post(f"{desk.root}/simple/restore").json["code"] == 400.11
        assert desk.wanna.post(f"{desk.root}/{10**30}/restore").status_code == 400
        desk.create(numbered("2"), query="?ignoreWarnings=true")
        assert desk.wanna.post(f"{desk.root}/{number}/restore").json["code"] == 409.3

    def test_the_trash_is_for_those_who_see_every_form(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        desk.wanna.delete(f"{desk.root}/simple")
        assert len(desk.get("?deleted=true", "pakorn").json) == 1
        assert desk.get("?deleted=true", "kwanjai").status_code == 403
        number = db.session.query(Form).one().id
        assert desk.office.client("pakorn").post(f"{desk.root}/{number}/restore").status_code == 403

    def test_nobody_restores_a_form_of_another_workspace(self, desk: FormDesk) -> None:
        from tests.personas import found_office

        other = FormDesk(found_office(desk.office.app, "สพป.อื่น เขต 1"))
        desk.create(SIMPLE)
        desk.wanna.delete(f"{desk.root}/simple")
        number = db.session.query(Form).one().id
        assert other.wanna.post(f"{other.root}/{number}/restore").status_code == 404


class TestWhoReadsWhat:
    PATHS = ("/simple", "/simple.xml", "/simple/versions", "/simple/fields", "/simple/attachments", "/simple/manifest")

    def test_members_read_a_published_form(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        for persona in ("admin", "wanna", "pakorn", "kwanjai"):
            assert {desk.get(path, persona).status_code for path in self.PATHS} == {200}, persona

    def test_a_stranger_learns_nothing_not_even_whether_it_exists(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        for path in (*self.PATHS[:-1], "", "/simple/draft", "/simple/versions/___"):
            there = desk.get(path, "stranger")
            missing = desk.get(path.replace("simple", "nothing"), "stranger")
            assert (there.status_code, there.json) == (missing.status_code, missing.json) == (403, there.json), path

    def test_a_form_that_was_never_published_is_for_managers(self, desk: FormDesk) -> None:
        desk.create(SIMPLE, query="")
        assert desk.get("/simple").status_code == 200
        assert {desk.get("/simple", persona).status_code for persona in ("pakorn", "kwanjai")} == {403}
        assert desk.get("", "kwanjai").json == []
        assert len(desk.get("", "pakorn").json) == 1

    def test_a_device_of_one_form_sees_that_form_only(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        desk.create(WITH_REPEAT)
        key, form_id = device_of(desk, "simple")
        client = desk.office.client()
        place = f"/v1/key/{key}/projects/{desk.office.workspace_id}"
        assert client.get(f"{place}/forms/simple.xml").status_code == 200
        assert client.get(f"{place}/forms/withrepeat.xml").status_code == 403
        assert client.get(f"{place}/forms/nothing.xml").status_code == 403
        assert form_id > 0

    def test_a_workbook_is_read_by_those_who_may_read_the_form(self, desk: FormDesk) -> None:
        from tests.integration.forms.conftest import XLSX

        desk.create(xlsform(["text", "a", "A"]), media_type=XLSX)
        assert desk.get("/sheet.xlsx", "pakorn").status_code == 200
        assert desk.get("/sheet.xlsx", "stranger").status_code == 403


def device_of(desk: FormDesk, xml_form_id: str) -> tuple[str, int]:
    """A device that may open one form; its key and the form's number."""
    from core.auth import accounts
    from core.web import settings_of

    sealing_key = settings_of(desk.office.app).sealing_key()
    form_id = db.session.query(Form).filter_by(xml_form_id=xml_form_id).one().id
    db.session.rollback()

    def work(session):
        device_id, key = accounts.create_app_user(
            session,
            SYSTEM,
            workspace_id=desk.office.workspace_id,
            display_name="แท็บเล็ต 2",
            role_id=None,
            sealing_key=sealing_key,
        )
        workspaces.assign(
            session,
            SYSTEM,
            actor_id=device_id,
            role_id=APP_USER.id,
            workspace_id=desk.office.workspace_id,
            form_id=form_id,
        )
        return key

    return unit_of_work(work), form_id
