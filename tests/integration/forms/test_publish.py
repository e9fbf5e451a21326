"""Publishing: when it is refused, and what follows from it."""

from __future__ import annotations

import hashlib

import pytest

from core.database import db
from core.jobs import Job
from forms.definitions import definition
from forms.models import Form
from tests.integration.forms.conftest import FormDesk
from tests.support.sample_forms import SIMPLE, with_media

SECOND = SIMPLE.replace('id="simple"', 'id="simple" version="2"')


def file_waiting_jobs() -> int:
    db.session.rollback()
    return db.session.query(Job).filter_by(name="sync.file_waiting").count()


def test_publishing_makes_the_draft_what_devices_get(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SECOND)
    assert desk.publish("simple").json == {"success": True}
    form = desk.get("/simple").json
    assert (form["version"], form["hash"]) == ("2", hashlib.md5(SECOND.encode()).hexdigest())
    assert form["updatedAt"] is not None
    assert desk.get("/simple/draft").status_code == 404


def test_records_that_waited_for_the_version_are_filed_afterwards(desk: FormDesk) -> None:
    desk.create(SIMPLE, query="")
    assert file_waiting_jobs() == 0
    desk.publish("simple")
    assert file_waiting_jobs() == 1


def test_a_version_can_be_given_on_the_way_and_is_in_the_xml_too(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SIMPLE)
    assert desk.publish("simple", "?version=new").status_code == 200
    expected = SIMPLE.replace('<data id="simple">', '<data id="simple" version="new">').encode()
    assert desk.get("/simple.xml").data == expected
    assert desk.get("/simple").json["hash"] == hashlib.md5(expected).hexdigest()


def test_a_version_is_published_once(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SIMPLE)
    answer = desk.publish("simple")
    assert (answer.status_code, answer.json["code"]) == (409, 409.6)
    assert answer.json["details"] == {"xmlFormId": "simple", "version": ""}
    assert desk.publish("simple", "?version=2").status_code == 200
    desk.draft("simple", SIMPLE)
    assert desk.publish("simple", "?version=2").status_code == 409


def test_a_version_of_a_deleted_form_is_not_used_again(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.wanna.delete(f"{desk.root}/simple")
    assert desk.create(SIMPLE, query="?publish=true&ignoreWarnings=true").json["code"] == 409.6
    assert desk.create(SECOND, query="?publish=true&ignoreWarnings=true").status_code == 200


def test_there_must_be_a_draft(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    assert desk.publish("simple").status_code == 404
    assert desk.publish("nothing").status_code == 404


@pytest.mark.parametrize("persona", ["pakorn", "kwanjai", "stranger"])
def test_only_managers_publish(desk: FormDesk, persona: str) -> None:
    desk.create(SIMPLE, query="")
    assert desk.office.client(persona).post(f"{desk.root}/simple/draft/publish").status_code == 403


class TestTypesOfQuestions:
    def test_a_question_keeps_its_type_over_all_versions(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        answer = desk.draft("simple", SIMPLE.replace('type="int"', 'type="date"'))
        assert answer.json["code"] == 400.17
        machine = {"path": "/age", "type": "int", "newType": "date", "version": ""}
        assert answer.json["details"] == machine | {"question": "age", "was": "integer", "becomes": "date"}
        desk.draft("simple", SECOND.replace("age", "number"), query="?ignoreWarnings=true")
        desk.publish("simple")
        older = desk.draft("simple", SIMPLE.replace('type="int"', 'type="date"'), query="?ignoreWarnings=true")
        assert older.json["details"]["path"] == "/age"

    def test_becoming_text_is_allowed_and_turning_back_is_not(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        text = SIMPLE.replace('type="int"', 'type="string"')
        assert desk.draft("simple", text).json["code"] == 400.16
        assert desk.draft("simple", text, query="?ignoreWarnings=true").status_code == 200
        desk.publish("simple", "?version=two")
        answer = desk.draft("simple", SIMPLE)
        assert (answer.json["code"], answer.json["details"]["type"]) == (400.17, "string")

    def test_drafts_that_were_thrown_away_bind_nobody(self, desk: FormDesk) -> None:
        desk.create(SIMPLE)
        extra = '<bind nodeset="/data/name" type="string"/><bind nodeset="/data/more" type="int"/>'
        draft = SIMPLE.replace("<age/>", "<age/><more/>").replace('<bind nodeset="/data/name" type="string"/>', extra)
        assert desk.draft("simple", draft).status_code == 200
        assert desk.draft("simple", draft.replace('more" type="int"', 'more" type="date"')).status_code == 200


class TestMissingFiles:
    def test_publishing_is_refused_with_their_names(self, desk: FormDesk) -> None:
        desk.create(with_media("one.csv", "two.png"), query="")
        answer = desk.publish("withmedia")
        assert (answer.status_code, answer.json["code"]) == (409, 409.131)
        assert answer.json["details"]["names"] == ["one.csv", "two.png"]
        assert "one.csv, two.png" in answer.json["message"]
        assert desk.create(with_media("x.csv", xml_form_id="other")).status_code == 409
        assert desk.get("/other").status_code == 404

    def test_it_goes_on_once_they_are_there(self, desk: FormDesk) -> None:
        desk.create(with_media("one.csv", "two.png"), query="")
        desk.upload("withmedia", "one.csv", b"name,label\n1,One\n")
        assert desk.publish("withmedia").json["details"]["names"] == ["two.png"]
        desk.upload("withmedia", "two.png", b"\x89PNG", "image/png")
        assert desk.publish("withmedia").status_code == 200

    def test_it_goes_on_when_asked_to(self, desk: FormDesk) -> None:
        assert desk.create(with_media("one.csv"), query="?publish=true&ignoreMissingMedia=true").status_code == 200
        assert (
            desk.create(with_media("x.csv", xml_form_id="b"), query="?publish=true&ignoreWarnings=true").status_code
            == 200
        )

    def test_lists_of_the_plan_are_never_missing(self, desk: FormDesk) -> None:
        assert desk.create(with_media("projects.csv", "schools.csv")).status_code == 200


def test_what_is_read_from_a_published_version_is_kept_in_memory_and_a_draft_is_not(desk: FormDesk) -> None:
    desk.create(SIMPLE, query="")
    db.session.rollback()
    version_id = db.session.query(Form).one().draft_version_id
    assert version_id is not None
    assert definition(db.session, version_id).version == ""
    db.session.rollback()
    desk.publish("simple", "?version=7")
    assert definition(db.session, version_id).version == "7"
    db.session.rollback()


def test_publishing_is_in_the_audit_trail(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SIMPLE)
    desk.publish("simple", "?version=2")
    action, details = desk.audit()[-1]
    assert action == "form.update.publish"
    assert details["version"] == "2"
    assert details["newDefId"] != details["oldDefId"]
