"""Workspaces, people, devices, accounts and the audit trail, as people use them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import audit
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office, found_office
from tests.support.credentials import email_of, give_password
from tests.support.forms import publish


@pytest.fixture
def address(office: Office) -> str:
    """Wanna's e-mail address; her password is `PASSWORD`."""
    return give_password(office, "wanna")


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=fields)


def shown_password(answer: TestResponse) -> str:
    found = re.search(r'class="secret">([^<]+)<', answer.text)
    assert found is not None
    return found[1]


# Workspaces


def test_the_first_page_leads_to_the_only_workspace(office: Office) -> None:
    assert office.browser("wanna").get("/").location == f"/w/{office.workspace_id}"
    found_office(office.app, "สพป.อื่น")
    assert office.browser("wanna").get("/").location == f"/w/{office.workspace_id}"
    assert office.browser("admin").get("/").location == "/workspaces"


def test_a_person_without_a_workspace_is_told_whom_to_ask(office: Office) -> None:
    answer = office.browser("stranger").get("/", follow_redirects=True)
    assert "ท่านยังไม่ได้อยู่ในพื้นที่ทำงานใด" in answer.text
    assert "สพป." not in answer.text


def test_who_only_fills_forms_is_led_to_the_app_and_never_in_a_circle(office: Office) -> None:
    client = office.browser("kwanjai")
    page = client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert 'href="/app/"' in page.text
    assert f'href="/w/{office.workspace_id}"' not in page.text
    refused = client.get(f"/w/{office.workspace_id}")
    assert refused.status_code == 403
    assert 'class="btn btn-primary" href="/"' in refused.text


def test_an_administrator_creates_a_workspace(office: Office) -> None:
    client = office.browser("admin")
    answer = send(client, "/workspaces", name=" สพม. ธารานคร ")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "สพม. ธารานคร" in page.text
    assert "สร้างพื้นที่ทำงานแล้ว" in page.text
    assert send(client, "/workspaces", name="  ").status_code == 400
    assert send(office.browser("wanna"), "/workspaces", name="x").status_code == 403


def test_a_refused_workspace_keeps_its_description_and_names_the_field_in_thai(office: Office) -> None:
    answer = send(office.browser("admin"), "/workspaces", name=" ", description="กลุ่มนิเทศ อาคาร 2")
    assert answer.status_code == 400
    assert "กลุ่มนิเทศ อาคาร 2" in answer.text
    assert "ยังขาดข้อมูลที่จำเป็น: ชื่อ" in answer.text


def test_names_are_short_enough_for_a_line(office: Office) -> None:
    admin, root = office.browser("admin"), f"/w/{office.workspace_id}"
    longest, too_long = "ก" * 200, "ก" * 201
    for path, field in (("/workspaces", "name"), (f"{root}/devices", "display_name")):
        assert send(admin, path, **{field: longest}).status_code == 303
        refused = send(admin, path, **{field: too_long})
        assert refused.status_code == 400
        assert "ใช้ค่าของ ชื่อ ไม่ได้: ยาวเกิน 200 ตัวอักษร" in refused.text
        assert f'value="{too_long}"' in refused.text
    for path, method in (("/v1/projects", "POST"), (f"/v1/projects/{office.workspace_id}", "PATCH")):
        answer = office.client("admin").open(path, method=method, json={"name": too_long})
        assert (answer.status_code, answer.json["code"]) == (400, 400.8)
    devices = f"/v1/projects/{office.workspace_id}/app-users"
    for path, method in ((devices, "POST"), (f"{devices}/{office.device_id}", "PATCH")):
        answer = office.client("admin").open(path, method=method, json={"displayName": too_long})
        assert (answer.status_code, answer.json["code"]) == (400, 400.8)
        assert answer.json["details"]["reason"] == "It is longer than 200 characters. Shorten it."


def test_a_workspace_that_is_not_there_answers_404_to_administrators_and_403_to_others(office: Office) -> None:
    for workspace_id in (999_999, 2**63, 10**30):
        assert office.browser("admin").get(f"/w/{workspace_id}/people").status_code == 404
    assert office.browser("wanna").get("/w/999999/people").status_code == 403


# People


def test_a_manager_adds_a_person_who_has_an_account(office: Office) -> None:
    client, path = office.browser("wanna"), f"/w/{office.workspace_id}/people"
    answer = send(client, path, email=email_of(office, "stranger"), role="8")
    assert (answer.status_code, answer.location) == (303, path)
    assert "Stranger อยู่ในพื้นที่ทำงานนี้แล้ว" in client.get(path).text
    again = send(client, path, email=email_of(office, "stranger"), role="6")
    assert again.status_code == 409
    assert "เปลี่ยนบทบาทในรายการแทน" in again.text


def test_a_manager_cannot_create_accounts_and_is_told_whom_to_ask(office: Office) -> None:
    answer = send(office.browser("wanna"), f"/w/{office.workspace_id}/people", email="new@example.test", role="8")
    assert answer.status_code == 404
    assert "new@example.test" in answer.text
    assert "ขอให้ผู้ดูแลระบบสร้างบัญชี" in answer.text


def test_an_administrator_adds_a_new_person_with_a_password_shown_once(office: Office) -> None:
    client, path = office.browser("admin"), f"/w/{office.workspace_id}/people"
    answer = send(client, path, email="New@Example.test", display_name="ใหม่ มาแล้ว", role="6")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ใหม่ มาแล้ว" in answer.text
    password = shown_password(answer)
    assert password not in client.get(path).text
    signed_in = send(office.app.test_client(), "/sign-in", email="new@example.test", password=password)
    assert signed_in.status_code == 303


def test_a_role_is_changed_and_a_person_taken_out(office: Office) -> None:
    client, root = office.browser("wanna"), f"/w/{office.workspace_id}/people/{office.ids['kwanjai']}"
    assert send(client, f"{root}/role", role="6").status_code == 303
    assert office.browser("kwanjai").get(f"/w/{office.workspace_id}/people").status_code == 403
    assert send(client, f"{root}/role", role="5").status_code == 303
    assert office.browser("kwanjai").get(f"/w/{office.workspace_id}/people").status_code == 200
    assert client.post(f"{root}/remove").status_code == 303
    assert office.browser("kwanjai").get(f"/w/{office.workspace_id}/people").status_code == 403
    assert client.post(f"{root}/remove").status_code == 404


def test_a_manager_does_not_shut_himself_out_by_a_slip_in_the_list_of_roles(office: Office) -> None:
    client, path = office.browser("wanna"), f"/w/{office.workspace_id}/people"
    assert f"{path}/{office.ids['wanna']}/role" not in client.get(path).text
    refused = send(client, f"{path}/{office.ids['wanna']}/role", role="6")
    assert refused.status_code == 409
    assert "ขอให้ผู้จัดการคนอื่น" in refused.text
    assert client.get(path).status_code == 200
    assert send(office.browser("admin"), f"{path}/{office.ids['wanna']}/role", role="6").status_code == 303


def test_the_reason_of_a_refused_address_is_in_thai(office: Office) -> None:
    for name in ("actor", "before"):
        answer = office.browser("admin").get(f"/audit?{name}=x")
        assert answer.status_code == 400
        assert "ต้องเป็นจำนวนเต็ม" in answer.text
        assert "It must" not in answer.text


@pytest.mark.parametrize("role", ["1", "2", "9", "99", "", "x", "-1"])
def test_only_roles_of_a_workspace_can_be_given_on_its_page(office: Office, role: str) -> None:
    root = f"/w/{office.workspace_id}/people"
    assert send(office.browser("admin"), root, email=email_of(office, "stranger"), role=role).status_code in {400, 404}
    answer = send(office.browser("admin"), f"{root}/{office.ids['kwanjai']}/role", role=role)
    assert answer.status_code in {400, 404}


# Devices


def test_no_page_leads_a_viewer_to_the_devices(office: Office) -> None:
    publish(office)
    path = f"/w/{office.workspace_id}/forms/visit"
    link = f'href="/w/{office.workspace_id}/devices"'
    assert link not in office.browser("pakorn").get(path).text
    assert link in office.browser("wanna").get(path).text


def test_a_device_is_added_set_up_and_revoked(office: Office) -> None:
    client, path = office.browser("wanna"), f"/w/{office.workspace_id}/devices"
    answer = send(client, path, display_name="แท็บเล็ต 7", all_forms="yes")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.headers["Cache-Control"] == "no-store"
    key = re.search(r"http://localhost(/v1/key/[A-Za-z0-9_-]{64}/projects/\d+)", page.text)
    assert key is not None
    assert "แท็บเล็ต 7" in client.get(path).text
    assert office.client().get(key[1]).status_code in {200, 403}
    assert client.post(answer.location + "/revoke").status_code == 303
    assert office.client().get(key[1]).status_code == 401
    assert "ยกเลิกแล้ว" in client.get(path).text
    assert key[1] not in client.get(answer.location).text


def test_a_device_without_a_name_is_refused_on_the_page(office: Office) -> None:
    assert send(office.browser("wanna"), f"/w/{office.workspace_id}/devices", display_name=" ").status_code == 400


def test_the_devices_of_another_workspace_are_not_found(office: Office) -> None:
    other = found_office(office.app, "สพป.อื่น")
    page = f"/w/{office.workspace_id}/devices/{other.device_id}"
    assert office.browser("wanna").get(page).status_code == 404
    assert office.browser("wanna").post(page + "/revoke").status_code == 404
    assert office.client().get(other.device("users/current")).status_code == 404


# Accounts


def test_an_administrator_creates_closes_and_opens_an_account(office: Office) -> None:
    client = office.browser("admin")
    created = send(client, "/users", email="clerk@example.test", display_name="เสมียน")
    password = shown_password(created)
    user_id = re.search(r"/users/(\d+)/close", client.get("/users?q=clerk").text)
    assert user_id is not None
    sign_in = {"email": "clerk@example.test", "password": password}
    assert office.app.test_client().post("/sign-in", data=sign_in).status_code == 303
    assert client.post(f"/users/{user_id[1]}/close").status_code == 303
    assert office.app.test_client().post("/sign-in", data=sign_in).status_code == 401
    assert client.post(f"/users/{user_id[1]}/open").status_code == 303
    assert office.app.test_client().post("/sign-in", data=sign_in).status_code == 303
    assert send(client, "/users", email="clerk@example.test", display_name="x").status_code == 409
    assert send(client, "/users", email="no address", display_name="x").status_code == 400


def test_a_reset_password_is_shown_once_and_ends_the_old_one(office: Office, address: str) -> None:
    answer = office.browser("admin").post(f"/users/{office.ids['wanna']}/password")
    assert office.browser("wanna").get("/account").status_code == 302
    old = {"email": address, "password": PASSWORD}
    assert office.app.test_client().post("/sign-in", data=old).status_code == 401
    assert send(office.app.test_client(), "/sign-in", email=address, password=shown_password(answer)).status_code == 303


def test_an_administrator_cannot_close_the_own_account(office: Office) -> None:
    assert office.browser("admin").post(f"/users/{office.ids['admin']}/close").status_code == 409
    assert office.browser("admin").get("/users").status_code == 200


def test_accounts_are_searched_by_name_and_address(office: Office) -> None:
    page = office.browser("admin").get("/users?q=wan+example").text
    assert email_of(office, "wanna") in page
    assert email_of(office, "pakorn") not in page
    assert "ไม่พบบัญชีที่ตรงกัน" in office.browser("admin").get("/users?q=%25").text


# Names


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff\u200d", "\u202e\u2060", "\u00ad", "\u3164"])
def test_names_are_what_is_seen_of_them_and_never_nothing(office: Office, unseen: str) -> None:
    browser, root = office.browser("wanna"), f"/w/{office.workspace_id}"
    assert send(browser, f"{root}/devices", display_name=unseen).status_code == 400
    device = send(browser, f"{root}/devices", display_name=f"แท็บ{unseen}เล็ต 7{unseen}").location
    assert "<h1>แท็บเล็ต 7</h1>" in browser.get(device).text
    admin = office.browser("admin")
    assert send(admin, "/workspaces", name=unseen).status_code == 400
    assert send(admin, "/workspaces", name=f"สพป.{unseen}ใหม่").status_code == 303
    assert ">สพป.ใหม่<" in admin.get("/workspaces").text
    person = {"email": f"new{unseen}@example.test", "display_name": f"ก{unseen} สมมติ", "role": "6"}
    assert "new@example.test" in send(admin, f"{root}/people", **person).text
    assert ">ก สมมติ<" in browser.get(f"{root}/people").text


# Audit trail


def test_the_audit_trail_says_in_thai_who_did_what(office: Office) -> None:
    send(office.browser("wanna"), f"/w/{office.workspace_id}/devices", display_name="แท็บเล็ต 9")
    send(office.browser("wanna"), f"/w/{office.workspace_id}/people/{office.ids['kwanjai']}/role", role="6")
    page = office.browser("wanna").get(f"/w/{office.workspace_id}/audit").text
    assert "Wanna เพิ่มอุปกรณ์ แท็บเล็ต 9" in page
    assert "Wanna ให้บทบาทผู้ดูข้อมูลแก่ Kwanjai" in page
    english = office.browser("wanna").get(f"/w/{office.workspace_id}/audit?lang=en").text
    assert "Wanna gave Kwanjai the role Project Viewer." in english


def test_the_audit_trail_is_filtered_and_paged_by_key(office: Office) -> None:
    client, path = office.browser("wanna"), f"/w/{office.workspace_id}/audit"
    for number in range(60):
        send(client, f"/w/{office.workspace_id}/devices", display_name=f"T{number:02}")
    devices = client.get(path, query_string={"topic": "devices", "actor": office.ids["wanna"]}).text
    assert "T59" in devices
    assert "ให้บทบาท" not in devices
    older = re.search(r'href="([^"]+before=\d+)"', devices)
    assert older is not None
    second = client.get(unescape(older[1])).text
    assert "อุปกรณ์ T09</td>" in second
    assert "อุปกรณ์ T10</td>" not in second
    assert "topic=devices" in older[1]
    assert client.get(path + "?actor=0").text.count("<time") == 0
    assert client.get(path + "?before=x").status_code == 400


def test_an_action_nobody_described_is_shown_under_its_name(office: Office) -> None:
    unit_of_work(
        lambda session: audit.record(
            session,
            actor_id=office.ids["wanna"],
            action="thing.mended",
            workspace_id=office.workspace_id,
            subject="thing:7",
        )
    )
    page = office.browser("wanna").get(f"/w/{office.workspace_id}/audit").text
    assert "Wanna: thing.mended thing:7" in page


def test_the_audit_trail_says_states_in_words_and_leads_to_the_form(office: Office) -> None:
    publish(office)
    root = f"/w/{office.workspace_id}"
    send(office.browser("wanna"), f"{root}/forms/visit/state", state="closed")
    link = f'<a href="{root}/forms/visit">visit</a>'
    page = office.browser("wanna").get(f"{root}/audit").text
    assert f"Wanna เปลี่ยนสถานะแบบฟอร์ม {link} จาก เปิดใช้งาน เป็น ปิดแล้ว" in page
    english = office.browser("admin").get("/audit?lang=en").text
    assert f"Wanna changed the state of the form {link} from open to closed." in english


def test_a_version_without_a_name_is_a_dash_and_a_form_that_is_gone_is_no_link(office: Office) -> None:
    form, root = publish(office), f"/w/{office.workspace_id}"

    def note(session: Any) -> None:
        for version in ("", "<i>"):
            audit.record(
                session,
                actor_id=office.ids["wanna"],
                action="form.update.publish",
                workspace_id=office.workspace_id,
                subject=f"form:{form.id}",
                details={"xmlFormId": "visit", "version": version},
            )

    unit_of_work(note)
    link = f'<a href="{root}/forms/visit">visit</a>'
    there = office.browser("wanna").get(f"{root}/audit?lang=en").text
    assert f"published version “–” of the form {link}." in there
    assert f"published version “&lt;i&gt;” of the form {link}." in there
    send(office.browser("wanna"), f"{root}/forms/visit/delete")
    gone = office.browser("wanna").get(f"{root}/audit?lang=en").text
    assert "published version “–” of the form visit." in gone


def test_the_trail_of_the_server_is_for_administrators(office: Office) -> None:
    assert "เข้าสู่ระบบ" in office.browser("admin").get("/audit").text
    assert office.browser("wanna").get("/audit").status_code == 403
