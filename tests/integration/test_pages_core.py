"""Signing in and out, one's account, the menu, refusals and static files, as people meet them."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.auth.models import SignInFailure
from core.database import utc_now
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office
from tests.support.credentials import give_password


@pytest.fixture
def address(office: Office) -> str:
    """Wanna's e-mail address; her password is `PASSWORD`."""
    return give_password(office, "wanna")


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=fields)


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
    "elsewhere",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "/a\nb", ""],
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


def test_wrong_passwords_of_one_lock_out_nobody_else_in_the_office(office: Office, address: str) -> None:
    client = office.app.test_client()
    for n in range(12):
        send(client, "/sign-in", email="nobody@example.test", password=f"wrong {n}")
    assert send(client, "/sign-in", email=address, password=PASSWORD).status_code == 303


def test_an_address_that_tries_many_accounts_has_to_wait_too(office: Office, address: str) -> None:
    at = utc_now() - dt.timedelta(minutes=4)
    _note_failures(office, [SignInFailure(account=f"a{n}", address="127.0.0.1", at=at) for n in range(100)])
    answer = send(office.app.test_client(), "/sign-in", email=address, password=PASSWORD)
    assert answer.status_code == 429


def test_the_time_to_wait_is_the_time_that_is_left(office: Office, address: str) -> None:
    at = utc_now() - dt.timedelta(minutes=9)
    _note_failures(office, [SignInFailure(account=address, address="10.0.0.9", at=at) for _ in range(10)])
    answer = send(office.app.test_client(), "/sign-in", email=address, password=PASSWORD)
    left = int(answer.headers["Retry-After"])
    assert answer.status_code == 429
    assert 50 <= left <= 60
    assert f" {left} " in answer.text


def test_what_a_signed_in_person_mistypes_does_not_count_for_the_address(office: Office) -> None:
    at = utc_now() - dt.timedelta(minutes=1)
    _note_failures(office, [SignInFailure(account=f"a{n}", address="127.0.0.1", at=at) for n in range(99)])
    fields = {"old": "not it", "new": "a new long password", "again": "a new long password"}
    for _ in range(10):
        assert send(office.browser("wanna"), "/account/password", **fields).status_code == 400
    assert send(office.browser("wanna"), "/account/password", **fields).status_code == 429
    pakorn = give_password(office, "pakorn")
    assert send(office.app.test_client(), "/sign-in", email=pakorn, password=PASSWORD).status_code == 303


def _note_failures(office: Office, rows: list[SignInFailure]) -> None:
    with office.app.app_context():
        unit_of_work(lambda session: session.add_all(rows))


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
    assert (
        here.post("/account/password", data=fields | {"old": PASSWORD, "new": "short", "again": "short"}).status_code
        == 400
    )
    assert here.post("/account/password", data=fields | {"old": PASSWORD}).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert send(office.app.test_client(), "/sign-in", email=address, password="a new long password").status_code == 303


def test_a_device_key_opens_no_account_page(office: Office) -> None:
    assert office.client().get(f"/account?st={office.key}").status_code == 403


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


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/w/1/people", 403), ("/users?q=%00", 400)])
def test_a_refused_page_has_one_name_in_its_title_and_its_heading(office: Office, path: str, status: int) -> None:
    persona = "admin" if status == 400 else "pakorn"
    answer = office.browser(persona).get(path)
    heading = re.search(r"<h1>([^<]+)</h1>", answer.text)
    assert answer.status_code == status
    assert heading is not None
    assert f"<title>{heading[1]} – " in answer.text


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
