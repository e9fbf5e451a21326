"""Signing in and out, one's account, workspaces, people, devices, accounts, and the audit trail, as people use them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.actor import SYSTEM
from core.auth import accounts
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office, found_office


@pytest.fixture
def address(office: Office) -> str:
    """Wanna's e-mail address; her password is `PASSWORD`."""
    give_password(office, "wanna")
    return email_of(office, "wanna")


def email_of(office: Office, persona: str) -> str:
    return f"{persona}{office.workspace_id}@example.test"


def give_password(office: Office, persona: str) -> None:
    work = lambda session: accounts.set_password(session, SYSTEM, user_id=office.ids[persona], password=PASSWORD)  # noqa: E731
    unit_of_work(work)


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=fields)


def shown_password(answer: TestResponse) -> str:
    found = re.search(r'class="secret">([^<]+)<', answer.text)
    assert found is not None
    return found[1]


# Signing in


def test_the_sign_in_page_is_in_thai_and_needs_nobody(office: Office) -> None:
    answer = office.client().get("/sign-in")
    assert answer.status_code == 200
    assert "เข้าสู่ระบบ" in answer.text
    assert 'lang="th"' in answer.text


def test_signing_in_leads_to_where_the_reader_wanted_to_go(office: Office, address: str) -> None:
    client = office.app.test_client()
    wanted = f"/w/{office.workspace_id}/people"
    refused = client.get(wanted + "?a=1&b=2")
    assert refused.status_code == 302
    assert refused.location.startswith("/sign-in?next=")
    form = client.get(refused.location)
    assert f'value="{wanted}?a=1&amp;b=2"' in form.text
    answer = send(client, "/sign-in", email=address.upper(), password=PASSWORD, next=wanted)
    assert (answer.status_code, answer.location) == (303, wanted)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get(wanted).status_code == 200


def test_over_https_the_session_cookie_is_guarded_by_its_name(office: Office, address: str) -> None:
    client = office.app.test_client()
    answer = client.post("/sign-in", data={"email": address, "password": PASSWORD}, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "/a\nb", ""]
)
def test_signing_in_never_leads_to_another_site(office: Office, address: str, elsewhere: str) -> None:
    client = office.app.test_client()
    answer = send(client, "/sign-in", email=address, password=PASSWORD, next=elsewhere)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/language/en", query_string={"next": elsewhere}).location == "/"


def test_a_wrong_password_shows_the_form_again_with_what_was_typed(office: Office, address: str) -> None:
    answer = send(office.app.test_client(), "/sign-in", email=address, password="wrong")
    assert answer.status_code == 401
    assert "อีเมลหรือรหัสผ่านไม่ถูกต้อง" in answer.text
    assert address in answer.text
    assert "wrong" not in answer.text


def test_an_account_nobody_has_answers_as_a_wrong_password_does(office: Office, address: str) -> None:
    known = send(office.app.test_client(), "/sign-in", email=address, password="wrong")
    unknown = send(office.app.test_client(), "/sign-in", email="nobody@example.test", password="wrong")
    assert known.status_code == unknown.status_code
    assert known.text.replace(address, "") == unknown.text.replace("nobody@example.test", "")


def test_too_many_wrong_passwords_are_answered_429_with_a_time_to_wait(office: Office, address: str) -> None:
    client = office.app.test_client()
    statuses = [send(client, "/sign-in", email=address, password=f"wrong {n}").status_code for n in range(12)]
    assert statuses[:10] == [401] * 10
    assert statuses[10:] == [429] * 2
    answer = send(client, "/sign-in", email=address, password=PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 303),
    ],
)
def test_another_site_cannot_sign_its_visitors_in(
    office: Office, address: str, headers: dict[str, str], expected: int
) -> None:
    fields = {"email": address, "password": PASSWORD}
    assert office.app.test_client().post("/sign-in", data=fields, headers=headers).status_code == expected


def test_an_older_browser_that_hides_its_origin_signs_in_from_our_own_page(office: Office, address: str) -> None:
    client = office.app.test_client()
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"email": address, "password": PASSWORD}, headers={"Origin": "null"})
    assert answer.status_code == 303


def test_a_second_tab_may_sign_in_although_the_first_did(office: Office, address: str) -> None:
    client = office.browser("pakorn")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    assert send(client, "/sign-in", email=address, password=PASSWORD).status_code == 303


def test_who_is_signed_in_needs_no_sign_in_form(office: Office) -> None:
    answer = office.browser("wanna").get("/sign-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")


def test_signing_out_ends_the_session_at_once(office: Office) -> None:
    client = office.browser("wanna")
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert office.browser("wanna").get("/account").status_code == 302
    assert office.client("wanna").get("/v1/users/current").status_code == 401


def test_a_form_without_its_csrf_token_is_refused(office: Office) -> None:
    client = office.browser("wanna")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    answer = client.post("/sign-out")
    assert answer.status_code == 403
    assert "โปรดโหลดหน้าใหม่" in answer.text
    assert client.get("/account").status_code == 200


def test_the_hidden_field_of_a_page_is_its_csrf_token(office: Office) -> None:
    client = office.browser("wanna")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/account").text)
    assert token is not None
    assert send(client, "/account/language", csrf=unescape(token[1]), language="en").status_code == 303


# One's own account and language


def test_the_language_switch_is_remembered_and_comes_back_to_the_page(office: Office) -> None:
    client = office.browser("wanna")
    answer = client.get("/language/en?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "My account" in client.get("/account").text
    client.get("/language/th")
    assert "บัญชีของฉัน" in client.get("/account").text
    assert client.get("/language/fr").status_code == 404


def test_the_language_of_an_account_holds_on_other_devices(office: Office) -> None:
    send(office.browser("wanna"), "/account/language", language="en")
    assert "My account" in office.browser("wanna").get("/account").text
    assert send(office.browser("wanna"), "/account/language", language="xx").status_code == 404


def test_changing_the_password_asks_the_old_one_and_ends_other_sessions(office: Office, address: str) -> None:
    here, elsewhere = office.app.test_client(), office.app.test_client()
    for client in (here, elsewhere):
        send(client, "/sign-in", email=address, password=PASSWORD)
    token = re.search(r'name="csrf" value="([^"]+)"', here.get("/account").text)
    assert token is not None
    fields = {"csrf": token[1], "new": "a new long password", "again": "a new long password"}
    wrong = here.post("/account/password", data=fields | {"old": "not it"})
    assert wrong.status_code == 400
    assert "รหัสผ่านปัจจุบันไม่ถูกต้อง" in wrong.text
    assert here.post("/account/password", data=fields | {"old": PASSWORD, "again": "x"}).status_code == 400
    assert here.post("/account/password", data=fields | {"old": PASSWORD, "new": "short", "again": "short"}).status_code == 400
    assert here.post("/account/password", data=fields | {"old": PASSWORD}).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert send(office.app.test_client(), "/sign-in", email=address, password="a new long password").status_code == 303


def test_a_device_key_opens_no_account_page(office: Office) -> None:
    assert office.client().get(f"/account?st={office.key}").status_code == 403


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


def test_an_administrator_creates_a_workspace(office: Office) -> None:
    client = office.browser("admin")
    answer = send(client, "/workspaces", name=" สพม. ธารานคร ")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "สพม. ธารานคร" in page.text
    assert "สร้างพื้นที่ทำงานแล้ว" in page.text
    assert send(client, "/workspaces", name="  ").status_code == 400
    assert send(office.browser("wanna"), "/workspaces", name="x").status_code == 403


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


@pytest.mark.parametrize("role", ["1", "2", "9", "99", "", "x", "-1"])
def test_only_roles_of_a_workspace_can_be_given_on_its_page(office: Office, role: str) -> None:
    root = f"/w/{office.workspace_id}/people"
    assert send(office.browser("admin"), root, email=email_of(office, "stranger"), role=role).status_code in {400, 404}
    answer = send(office.browser("admin"), f"{root}/{office.ids['kwanjai']}/role", role=role)
    assert answer.status_code in {400, 404}


# Devices


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
    from core import audit

    unit_of_work(
        lambda session: audit.record(
            session, actor_id=office.ids["wanna"], action="thing.mended", workspace_id=office.workspace_id, subject="thing:7"
        )
    )
    page = office.browser("wanna").get(f"/w/{office.workspace_id}/audit").text
    assert "Wanna: thing.mended thing:7" in page


def test_the_trail_of_the_server_is_for_administrators(office: Office) -> None:
    assert "เข้าสู่ระบบ" in office.browser("admin").get("/audit").text
    assert office.browser("wanna").get("/audit").status_code == 403


# Navigation, refusals, files


def test_the_menu_holds_only_pages_the_reader_may_open(office: Office) -> None:
    root = f"/w/{office.workspace_id}"
    planner = office.browser("wanna").get(f"{root}/people").text
    assert f'href="{root}/devices"' in planner
    assert f'href="{root}/people" aria-current="page"' in planner
    for link in re.findall(rf'<a href="({root}[^"]*)"', planner):
        assert office.browser("wanna").get(link).status_code == 200


def test_a_refused_page_says_so_in_the_readers_language(office: Office) -> None:
    answer = office.browser("pakorn").get(f"/w/{office.workspace_id}/people")
    assert answer.status_code == 403
    assert "ไม่มีสิทธิ์" in answer.text
    assert "403.1" in answer.text
    fragment = office.browser("pakorn").get(f"/w/{office.workspace_id}/people", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text


def test_pages_hold_nothing_that_the_content_security_policy_forbids(office: Office) -> None:
    root = f"/w/{office.workspace_id}"
    paths = ["/account", "/workspaces", "/users", "/audit", f"{root}/people", f"{root}/devices", f"{root}/audit"]
    for path in [*paths, f"{root}/devices/{office.device_id}", "/nothing"]:
        page = office.browser("admin").get(path).text
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|<style", page), path
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page), path


def test_static_files_have_their_hash_in_the_address_and_may_be_kept_for_a_year(office: Office) -> None:
    page = office.client().get("/sign-in").text
    addresses = re.findall(r'"(/static/[^"]+\?v=[0-9a-f]+)"', page)
    assert len(addresses) >= 4
    total = len(page.encode())
    for path in set(addresses):
        answer = office.client().get(path, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"], path
        total += len(answer.data)
    assert total < 120_000


def test_a_static_file_under_an_old_hash_is_asked_for_again(office: Office) -> None:
    answer = office.client().get("/static/tidtam.css?v=old")
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    again = office.client().get("/static/tidtam.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert office.client().get("/static/../app.py").status_code == 404


def test_a_null_character_is_refused_and_nothing_breaks(office: Office) -> None:
    client = office.browser("admin")
    assert client.get("/users?q=%00").status_code == 400
    assert client.get("/v1/users?q=%00").status_code == 400
    assert client.get("/v1/roles/%00").status_code == 404
    assert send(client, "/workspaces", name="a\0b").status_code == 400
    assert send(office.app.test_client(), "/sign-in", email="a\0b", password="x").status_code in {400, 401}
    assert office.client().get("/v1/users/current", auth=("a\0b", "x")).status_code == 401
