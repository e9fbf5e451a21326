"""What ODK Collect fetches: the form list, manifests, forms and media, under the address it came by."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET

import pytest

from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.roles import APP_USER
from core.auth import accounts
from core.database import db
from core.transaction import unit_of_work
from core.web import settings_of
from forms.models import Form
from tests.integration.forms.conftest import FormDesk
from tests.personas import Office
from tests.support.sample_forms import SIMPLE, WITH_REPEAT, with_media, xform

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture
def desk(office: Office) -> FormDesk:
    return FormDesk(office)


def fetch(desk: FormDesk, path: str, key: str | None = None, **headers: str):
    place = f"/v1/key/{key or desk.office.key}/projects/{desk.office.workspace_id}"
    return desk.office.client().get(place + path, headers={"X-OpenRosa-Version": "1.0", **headers})


def form_list(desk: FormDesk, key: str | None = None, query: str = "") -> list[dict[str, str]]:
    answer = fetch(desk, "/formList" + query, key)
    assert answer.status_code == 200, answer.text
    return entries(answer.data, f"{LIST}xform")


def entries(data: bytes, tag: str) -> list[dict[str, str]]:
    return [{child.tag.partition("}")[2]: child.text or "" for child in item} for item in ET.fromstring(data).iter(tag)]


def path_of(url: str) -> str:
    assert url.startswith("http://localhost/"), url
    return url.removeprefix("http://localhost")


def test_the_list_names_each_form_with_hash_and_address(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.create(WITH_REPEAT)
    key, workspace = desk.office.key, desk.office.workspace_id
    assert form_list(desk) == [
        {
            "formID": "simple",
            "name": "Simple",
            "version": "",
            "hash": f"md5:{hashlib.md5(SIMPLE.encode()).hexdigest()}",
            "downloadUrl": f"http://localhost/v1/key/{key}/projects/{workspace}/forms/simple.xml",
        },
        {
            "formID": "withrepeat",
            "name": "withrepeat",
            "version": "1.0",
            "hash": f"md5:{hashlib.md5(WITH_REPEAT.encode()).hexdigest()}",
            "downloadUrl": f"http://localhost/v1/key/{key}/projects/{workspace}/forms/withrepeat.xml",
        },
    ]


def test_the_answer_is_openrosa_s(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    answer = fetch(desk, "/formList")
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) == 10 * 1024 * 1024
    assert answer.text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n  <xforms xmlns="http://openrosa.org/xforms/xformsList">'
    )


def test_what_is_downloaded_has_the_hash_that_was_told(desk: FormDesk) -> None:
    desk.create(SIMPLE.replace("Simple", "ติดตาม & ประเมิน <1>".replace("&", "&amp;").replace("<", "&lt;")))
    (entry,) = form_list(desk)
    assert entry["name"] == "ติดตาม & ประเมิน <1>"
    got = desk.office.client().get(path_of(entry["downloadUrl"]))
    assert entry["hash"] == f"md5:{hashlib.md5(got.data).hexdigest()}"
    assert got.headers["ETag"]


def test_media_and_lists_are_in_the_manifest_with_their_hashes(desk: FormDesk) -> None:
    name = "ภาพ 1 (é).png"
    desk.create(with_media("groups.csv", name, "gone.csv"), query="")
    desk.upload("withmedia", "%E0%B8%A0%E0%B8%B2%E0%B8%9E%201%20(%C3%A9).png", b"picture", "image/png")
    desk.publish("withmedia", "?ignoreMissingMedia=true")
    (entry,) = form_list(desk)
    manifest = desk.office.client().get(path_of(entry["manifestUrl"]))
    assert manifest.content_type == "text/xml; charset=utf-8"
    files = entries(manifest.data, f"{MANIFEST}mediaFile")
    assert [item["filename"] for item in files] == ["groups.csv", name]
    for item in files:
        got = desk.office.client().get(path_of(item["downloadUrl"]))
        assert got.status_code == 200
        assert item["hash"] == f"md5:{hashlib.md5(got.data).hexdigest()}"


def test_a_form_without_files_has_no_manifest_address_and_an_empty_manifest(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.create(with_media("gone.csv"), query="?publish=true&ignoreMissingMedia=true")
    assert all("manifestUrl" not in entry for entry in form_list(desk))
    answer = fetch(desk, "/forms/simple/manifest")
    assert answer.status_code == 200
    assert entries(answer.data, f"{MANIFEST}mediaFile") == []


def test_a_list_of_one_form(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.create(WITH_REPEAT)
    assert [entry["formID"] for entry in form_list(desk, query="?formID=withrepeat")] == ["withrepeat"]
    assert form_list(desk, query="?formID=nothing") == []


def test_closing_closed_deleted_and_unpublished_forms_are_not_offered(desk: FormDesk) -> None:
    for name in ("a", "b", "c"):
        desk.create(xform({"q": "string"}, xml_form_id=name))
    desk.create(xform({"q": "string"}, xml_form_id="draft"), query="")
    desk.wanna.patch(f"{desk.root}/a", json={"state": "closing"})
    desk.wanna.patch(f"{desk.root}/b", json={"state": "closed"})
    desk.wanna.delete(f"{desk.root}/c")
    assert form_list(desk) == []
    assert fetch(desk, "/forms/a.xml").status_code == 200
    assert {fetch(desk, f"/forms/{name}.xml").status_code for name in ("b", "draft")} == {403}


def test_a_new_version_is_offered_at_once(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.draft("simple", SIMPLE)
    assert form_list(desk)[0]["version"] == ""
    desk.publish("simple", "?version=2")
    assert form_list(desk)[0]["version"] == "2"
    assert b'version="2"' in fetch(desk, "/forms/simple.xml").data
    assert fetch(desk, "/forms/simple.xml?version=").data == SIMPLE.encode()
    assert fetch(desk, "/forms/simple.xml?version=9").status_code == 404


def test_unusual_letters_in_a_form_id_are_escaped_in_addresses(desk: FormDesk) -> None:
    desk.create(xform({"q": "string"}, xml_form_id="แบบ ติดตาม+1"))
    (entry,) = form_list(desk)
    assert " " not in entry["downloadUrl"]
    assert entry["downloadUrl"].isascii()
    assert desk.office.client().get(path_of(entry["downloadUrl"])).status_code == 200


def test_a_device_of_one_form_is_offered_that_form(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    desk.create(WITH_REPEAT)
    key = device_key(desk, "withrepeat")
    assert [entry["formID"] for entry in form_list(desk, key)] == ["withrepeat"]
    assert fetch(desk, "/forms/simple/manifest", key).status_code == 401


def test_people_with_name_and_password_get_plain_addresses(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    for persona in ("wanna", "pakorn", "kwanjai"):
        answer = desk.office.client(persona).get(f"/v1/projects/{desk.office.workspace_id}/formList")
        (entry,) = entries(answer.data, f"{LIST}xform")
        assert entry["downloadUrl"] == f"http://localhost/v1/projects/{desk.office.workspace_id}/forms/simple.xml", (
            persona
        )


def test_a_key_in_the_query_goes_into_the_addresses(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    answer = desk.office.client().get(f"/v1/projects/{desk.office.workspace_id}/formList?st={desk.office.key}")
    (entry,) = entries(answer.data, f"{LIST}xform")
    assert entry["downloadUrl"].startswith(f"http://localhost/v1/key/{desk.office.key}/projects/")


def test_addresses_use_the_public_address_when_one_is_set(desk: FormDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    desk.create(SIMPLE)
    changed = dataclasses.replace(settings_of(desk.office.app), public_url="https://tidtam.example.test/")
    monkeypatch.setitem(desk.office.app.config, "TIDTAM_SETTINGS", changed)
    assert form_list(desk)[0]["downloadUrl"].startswith("https://tidtam.example.test/v1/key/")


@pytest.mark.parametrize(
    "path", ["/formList", "/forms/simple/manifest", "/forms/simple/draft/formList", "/forms/simple/draft/manifest"]
)
def test_nobody_is_asked_for_a_name_and_password_in_the_openrosa_envelope(desk: FormDesk, path: str) -> None:
    desk.create(SIMPLE)
    for client in (desk.office.client(), desk.office.client("stranger")):
        answer = client.get(f"/v1/projects/{desk.office.workspace_id}{path}")
        assert answer.status_code == 401, path
        assert b"OpenRosaResponse" in answer.data
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_key_that_was_taken_away_opens_nothing(desk: FormDesk) -> None:
    desk.create(SIMPLE)
    unit_of_work(
        lambda session: accounts.revoke_app_user(
            session, SYSTEM, workspace_id=desk.office.workspace_id, actor_id=desk.office.device_id
        )
    )
    for path in ("/formList", "/forms/simple.xml", "/forms/simple/manifest", "/forms/simple/attachments/x.csv"):
        assert fetch(desk, path).status_code == 401


class TestDrafts:
    def test_a_draft_is_offered_under_its_token(self, desk: FormDesk) -> None:
        token = desk.create(with_media("groups.csv", xml_form_id="แบบ"), query="").json["draftToken"]
        place = f"/v1/test/{token}/projects/{desk.office.workspace_id}/forms/%E0%B9%81%E0%B8%9A%E0%B8%9A/draft"
        device = desk.office.client()
        (entry,) = entries(device.get(f"{place}/formList").data, f"{LIST}xform")
        assert entry["downloadUrl"] == f"http://localhost{place}.xml"
        assert entry["manifestUrl"] == f"http://localhost{place}/manifest"
        got = device.get(path_of(entry["downloadUrl"]))
        assert entry["hash"] == f"md5:{hashlib.md5(got.data).hexdigest()}"
        (file,) = entries(device.get(path_of(entry["manifestUrl"])).data, f"{MANIFEST}mediaFile")
        assert file["downloadUrl"] == f"http://localhost{place}/attachments/groups.csv"
        content = device.get(path_of(file["downloadUrl"]))
        assert file["hash"] == f"md5:{hashlib.md5(content.data).hexdigest()}"


def device_key(desk: FormDesk, xml_form_id: str) -> str:
    """The key of a device that may open one form."""
    form_id = db.session.query(Form).filter_by(xml_form_id=xml_form_id).one().id
    db.session.rollback()
    workspace_id = desk.office.workspace_id

    def work(session) -> str:
        device_id, key = accounts.create_app_user(
            session,
            SYSTEM,
            workspace_id=workspace_id,
            display_name="แท็บเล็ต 2",
            role_id=None,
            sealing_key=settings_of(desk.office.app).sealing_key(),
        )
        workspaces.assign(
            session, SYSTEM, actor_id=device_id, role_id=APP_USER.id, workspace_id=workspace_id, form_id=form_id
        )
        return key

    return unit_of_work(work)


def test_who_asks_for_a_form_that_is_not_here_is_told_which_one(desk: FormDesk) -> None:
    said = "ไม่มีแบบฟอร์ม gone ในพื้นที่ทำงานนี้"
    manifest = fetch(desk, "/forms/gone/manifest", **{"Accept-Language": "th"})
    assert manifest.status_code == 404
    assert said in manifest.text
    xml = desk.get("/gone.xml")
    assert (xml.json["code"], xml.json["details"]) == (404.1, {"xmlFormId": "gone"})
    assert "There is no form gone in this workspace" in xml.json["message"]
    page = desk.office.browser("wanna").get(f"/w/{desk.office.workspace_id}/forms/gone")
    assert page.status_code == 404
    assert said in page.text
