"""The codes that set up devices: what is in them, and who may see them."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import pytest
from markupsafe import escape

from collect import enrolment
from collect.enrolment import decode_payload, qr_svg, settings_json, settings_qr_payload
from core.access.actor import SYSTEM
from core.auth import accounts
from core.transaction import unit_of_work
from tests.integration.forms.conftest import FormDesk
from tests.personas import Office
from tests.support.sample_forms import SIMPLE


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The settings of each code that is drawn."""
    found: list[dict[str, Any]] = []
    import collect.pages

    def spy(payload: str) -> bytes:
        found.append(decode_payload(payload))
        return qr_svg(payload)

    monkeypatch.setattr(collect.pages.enrolment, "qr_svg", spy)
    return found


def test_a_payload_is_deflated_json_in_base64_with_the_three_parts() -> None:
    payload = settings_qr_payload(
        settings_json(server_url="https://x.test/v1/key/k/projects/1", project_name="สพป.ธารานคร")
    )
    settings = json.loads(zlib.decompress(base64.b64decode(payload)))
    assert settings == {
        "general": {
            "protocol": "odk_default",
            "server_url": "https://x.test/v1/key/k/projects/1",
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": "สพป.ธารานคร", "icon": "ส", "color": "#0b4f5c"},
    }
    assert decode_payload(payload) == settings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "aGVsbG8=",
        base64.b64encode(zlib.compress(b"[]")).decode(),
        base64.b64encode(zlib.compress(b"{" * 200_000)).decode(),
    ],
)
def test_anything_else_is_no_payload(text: str) -> None:
    with pytest.raises(ValueError, match="settings code"):
        decode_payload(text)


def test_the_picture_obeys_the_content_security_policy() -> None:
    svg = qr_svg("x" * 400).decode()
    assert svg.startswith("<svg")
    assert not re.search(r"style=|<script|<style|\son\w+=|href", svg)


def test_a_manager_sees_the_code_of_a_device_and_it_works(office: Office, made: list[dict[str, Any]]) -> None:
    FormDesk(office).create(SIMPLE)
    answer = office.browser("wanna").get(f"/w/{office.workspace_id}/devices/{office.device_id}/qr.svg")
    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"
    url = made[0]["general"]["server_url"]
    assert url == f"http://localhost/v1/key/{office.key}/projects/{office.workspace_id}"
    assert made[0]["project"]["name"] == "สพป.ธารานคร เขต 1"
    assert made[0]["general"]["metadata_username"] == "แท็บเล็ต 1"
    listed = office.client().get(url.removeprefix("http://localhost") + "/formList")
    assert b"<formID>simple</formID>" in listed.data


def test_the_code_of_our_own_client_holds_the_link_that_the_page_shows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(enrolment, "qr_svg", lambda payload: drawn.append(payload) or qr_svg(payload))
    browser = office.browser("wanna")
    page = f"/w/{office.workspace_id}/devices/{office.device_id}"
    answer = browser.get(f"{page}/app-qr.svg")
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (
        200,
        "image/svg+xml",
        "no-store",
    )
    link = f"http://localhost/app/#/enrol?w={office.workspace_id}&k={office.key}"
    assert drawn == [link]
    shown = browser.get(page)
    assert shown.headers["Cache-Control"] == "no-store"
    assert f'value="{escape(link)}"' in shown.text
    assert f"{page}/app-qr.svg" in shown.text
    assert f"{page}/qr.svg" in shown.text


def test_who_has_an_account_is_told_the_address_of_the_client(office: Office) -> None:
    shown = office.browser("wanna").get(f"/w/{office.workspace_id}/people").text
    assert 'value="http://localhost/app/"' in shown
    assert "enrol" not in shown
    assert "https://" not in shown


@pytest.mark.parametrize(("host", "is_warned"), [("office.example:8080", True), ("127.0.0.1:8080", False)])
def test_an_address_from_which_the_client_cannot_work_offline_is_told(
    office: Office, host: str, is_warned: bool
) -> None:
    browser = office.client("wanna")
    for path in ("people", f"devices/{office.device_id}"):
        shown = browser.get(f"/w/{office.workspace_id}/{path}", headers={"Host": host}).text
        assert ("https://" in shown) is is_warned


@pytest.mark.parametrize("persona", ["pakorn", "kwanjai", "stranger"])
def test_nobody_else_sees_a_code(office: Office, persona: str) -> None:
    FormDesk(office).create(SIMPLE, query="")
    browser = office.browser(persona)
    assert browser.get(f"/w/{office.workspace_id}/devices/{office.device_id}/qr.svg").status_code == 403
    assert browser.get(f"/w/{office.workspace_id}/devices/{office.device_id}/app-qr.svg").status_code == 403
    assert browser.get(f"/w/{office.workspace_id}/forms/simple/draft/qr.svg").status_code == 403


def test_a_device_of_another_workspace_or_without_a_key_has_no_code(office: Office) -> None:
    from tests.personas import found_office

    other = found_office(office.app, "สพป.อื่น เขต 1")
    browser = office.browser("wanna")
    assert browser.get(f"/w/{office.workspace_id}/devices/{other.device_id}/qr.svg").status_code == 404
    assert browser.get(f"/w/{other.workspace_id}/devices/{other.device_id}/qr.svg").status_code == 403
    assert browser.get(f"/w/{office.workspace_id}/devices/{office.ids['pakorn']}/qr.svg").status_code == 404
    unit_of_work(
        lambda session: accounts.revoke_app_user(
            session, SYSTEM, workspace_id=office.workspace_id, actor_id=office.device_id
        )
    )
    assert browser.get(f"/w/{office.workspace_id}/devices/{office.device_id}/qr.svg").status_code == 404
    assert browser.get(f"/w/{office.workspace_id}/devices/{office.device_id}/app-qr.svg").status_code == 404
    assert browser.get(f"/w/{office.workspace_id}/devices/{other.device_id}/app-qr.svg").status_code == 404
    page = browser.get(f"/w/{office.workspace_id}/devices/{office.device_id}").text
    assert "enrol" not in page


def test_the_code_of_a_draft_opens_just_that_draft(office: Office, made: list[dict[str, Any]]) -> None:
    desk = FormDesk(office)
    token = desk.create(SIMPLE, query="").json["draftToken"]
    answer = office.browser("wanna").get(f"/w/{office.workspace_id}/forms/simple/draft/qr.svg")
    assert answer.status_code == 200
    url = made[0]["general"]["server_url"]
    assert url == f"http://localhost/v1/test/{token}/projects/{office.workspace_id}/forms/simple/draft"
    assert made[0]["project"]["name"] == "ฉบับร่าง: Simple"
    assert office.client().get(url.removeprefix("http://localhost") + "/formList").status_code == 200
    desk.publish("simple")
    assert office.browser("wanna").get(f"/w/{office.workspace_id}/forms/simple/draft/qr.svg").status_code == 404
