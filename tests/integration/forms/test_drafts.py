"""Working on a draft: replacing it, testing it with its token, throwing it away."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from core import jobs
from core.database import db
from forms.models import FormVersion
from sync.models import Submission
from tests.conftest import run_jobs
from tests.integration.forms.conftest import FormDesk
from tests.support.sample_forms import SIMPLE, xform

SECOND = SIMPLE.replace('id="simple"', 'id="simple" version="2"')


def drafts_in_database() -> list[bytes]:
    db.session.rollback()
    rows = db.session.query(FormVersion).filter(FormVersion.published_at.is_(None)).order_by(FormVersion.id)
    found = [row.xml for row in rows]
    db.session.rollback()
    return found


def test_a_draft_beside_the_published_version_changes_nothing_for_devices(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    assert desk.draft("simple", SECOND.replace("Simple", "New title")).json == {"success": True}
    assert (desk.get("/simple").json["name"], desk.get("/simple").json["version"]) == ("Simple", "")
    assert desk.get("/simple/draft").json["version"] == "2"
    assert desk.get("/simple/draft.xml").data == SECOND.replace("Simple", "New title").encode()


def test_the_title_follows_the_draft_until_something_is_published(desk: FormDesk) -> None:
    desk.create(SIMPLE, query="")
    desk.draft("simple", SIMPLE.replace("Simple", "Other"))
    assert desk.get("/simple").json["name"] == "Other"


def test_an_empty_body_copies_the_published_version(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    assert desk.draft("simple", None).status_code == 200
    assert desk.get("/simple/draft.xml").data == SIMPLE.encode()


def test_there_is_nothing_to_copy_before_the_first_publishing(desk: FormDesk) -> None:
    desk.create(SIMPLE, query="")
    answer = desk.draft("simple", None)
    assert (answer.json["code"], answer.json["details"]) == (400.2, {"field": "xml"})


def test_the_definition_must_be_of_the_same_form(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    answer = desk.draft("simple", xform({"a": "string"}, xml_form_id="another"))
    assert answer.json["code"] == 400.8
    assert answer.json["details"] == {
        "field": "xmlFormId",
        "value": "another",
        "reason": "does not match the form you are updating",
    }


def test_the_token_stays_while_the_draft_is_replaced_and_ends_with_it(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SECOND)
    token = desk.get("/simple/draft").json["draftToken"]
    desk.draft("simple", SECOND.replace('"2"', '"3"'))
    assert desk.get("/simple/draft").json["draftToken"] == token
    desk.publish("simple")
    desk.draft("simple", SECOND.replace('"2"', '"4"'))
    assert desk.get("/simple/draft").json["draftToken"] != token


def test_deleting_the_draft_leaves_the_published_version(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SECOND)
    assert desk.wanna.delete(f"{desk.root}/simple/draft").json == {"success": True}
    assert desk.get("/simple/draft").status_code == 404
    assert desk.get("/simple").json["version"] == ""
    assert desk.wanna.delete(f"{desk.root}/simple/draft").status_code == 404


def test_the_only_version_of_a_form_is_not_deleted(desk: FormDesk) -> None:
    desk.create(SIMPLE, query="")
    answer = desk.wanna.delete(f"{desk.root}/simple/draft")
    assert (answer.status_code, answer.json["code"]) == (409, 409.7)


def test_replaced_drafts_are_emptied_some_time_after_their_test_records(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    for version in "234":
        desk.draft("simple", SECOND.replace('"2"', f'"{version}"'))
    assert drafts_in_database() == [SECOND.replace('"2"', f'"{version}"').encode() for version in "234"]
    due = {row.name: row.run_after for row in db.session.query(jobs.Job)}
    assert due["sync.wipe_draft"] + dt.timedelta(minutes=9) < due["forms.empty_drafts"]
    db.session.rollback()
    jobs.registry["forms.empty_drafts"]({"form_id": 1})
    assert drafts_in_database() == [b"", b"", SECOND.replace('"2"', '"4"').encode()]
    assert desk.get("/simple/draft").json["version"] == "4"
    assert desk.publish("simple").status_code == 200
    jobs.registry["forms.empty_drafts"]({"form_id": 1})
    assert desk.get("/simple.xml").data == SECOND.replace('"2"', '"4"').encode()


def test_test_records_go_when_the_draft_does_and_real_ones_stay(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SECOND)
    for place, version in (("/forms/simple/draft/submission", "2"), ("/submission", "")):
        record = (
            f'<data id="simple" version="{version}"><meta><instanceID>uuid:1</instanceID></meta><name>x</name></data>'
        )
        file = (io.BytesIO(record.encode()), "a.xml", "text/xml")
        address = f"/v1/projects/{desk.office.workspace_id}{place}"
        assert desk.wanna.post(address, data={"xml_submission_file": file}).status_code == 201
    desk.publish("simple")
    run_jobs()
    db.session.rollback()
    assert [row.is_draft for row in db.session.query(Submission)] == [False]


def test_questions_that_vanish_are_asked_about(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    gone = SIMPLE.replace("age", "address").replace('type="int"', 'type="string"')
    answer = desk.draft("simple", gone)
    assert answer.json["code"] == 400.16
    assert answer.json["details"]["warnings"]["workflowWarnings"] == [{"type": "structureChanged", "details": ["age"]}]
    assert desk.draft("simple", gone, query="?ignoreWarnings=true").status_code == 200


def test_an_id_of_a_deleted_form_is_asked_about(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.wanna.delete(f"{desk.root}/simple")
    answer = desk.create(SECOND, query="")
    assert answer.json["code"] == 400.16
    expected = [{"type": "deletedFormExists", "details": {"xmlFormId": "simple"}}]
    assert answer.json["details"]["warnings"]["workflowWarnings"] == expected
    assert desk.create(SECOND, query="?ignoreWarnings=true").status_code == 200


def test_what_happens_to_drafts_is_in_the_audit_trail(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SECOND)
    desk.wanna.delete(f"{desk.root}/simple/draft")
    trail = desk.audit()
    assert [action for action, _ in trail] == [
        "form.create",
        "form.update.publish",
        "form.update.draft.set",
        "form.update.draft.delete",
    ]
    assert trail[2][1]["newDraftDefId"] == trail[3][1]["oldDraftDefId"]
    assert all(details["xmlFormId"] == "simple" for _, details in trail)


class TestTheTestToken:
    @pytest.fixture
    def token(self, desk: FormDesk) -> str:
        desk.create(SIMPLE)
        desk.draft("simple", SECOND)
        return desk.get("/simple/draft").json["draftToken"]

    def test_it_opens_the_draft_to_a_device_without_a_sign_in(self, desk: FormDesk, token: str) -> None:
        device = desk.office.client()
        place = f"/v1/test/{token}/projects/{desk.office.workspace_id}/forms/simple/draft"
        assert device.get(f"{place}.xml").data == SECOND.encode()
        assert device.get(f"{place}/formList").status_code == 200
        assert device.get(f"{place}/manifest").status_code == 200

    def test_a_wrong_or_old_token_is_told_so(self, desk: FormDesk, token: str) -> None:
        device = desk.office.client()
        for wrong in ("a" * 64, "x", token[:-1], "%00", "ก"):
            answer = device.get(f"/v1/test/{wrong}/projects/{desk.office.workspace_id}/forms/simple/draft.xml")
            assert answer.status_code == 404, wrong
        desk.publish("simple")
        place = f"/v1/test/{token}/projects/{desk.office.workspace_id}/forms/simple/draft"
        assert device.get(f"{place}.xml").json["code"] == 404.4
        assert b"OpenRosaResponse" in device.get(f"{place}/formList").data

    def test_it_opens_no_other_draft_and_nothing_else(self, desk: FormDesk, token: str) -> None:
        desk.create(xform({"a": "string"}, xml_form_id="another"), query="")
        device = desk.office.client()
        below = f"/v1/test/{token}/projects/{desk.office.workspace_id}"
        assert device.get(f"{below}/forms/another/draft.xml").status_code == 404
        for path in ("/forms", "/forms/simple", "/forms/simple.xml", "/formList", "/forms/simple/draft"):
            assert device.get(below + path).status_code == 401, path

    @pytest.mark.usefixtures("token")
    def test_without_a_token_the_draft_is_for_those_who_may_change_the_form(self, desk: FormDesk) -> None:
        assert desk.get("/simple/draft.xml").status_code == 200
        for persona in ("pakorn", "kwanjai", "stranger"):
            assert desk.get("/simple/draft.xml", persona).status_code == 403
        assert desk.office.client().get(f"{desk.root}/simple/draft.xml").status_code == 401
