"""A form that is saved after its session ended: nothing that was typed is lost."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.personas import PASSWORD, Office
from tests.support.credentials import give_password

TYPED = {"name": 'สำนักงาน "ใหม่" <b>', "description": "บรรทัดแรก\r\nบรรทัดที่สอง"}


def fields_of(answer: TestResponse) -> dict[str, str]:
    """The hidden fields of a page's last form that has some."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', answer.text.split("<main")[1])
    return {unescape(name): unescape(value) for name, value in found}


def test_what_was_typed_before_the_session_ended_is_saved_after_signing_in(office: Office) -> None:
    address = give_password(office, "admin")
    client = office.app.test_client()
    refused = client.post("/workspaces", data=TYPED | {"csrf": "old"})
    assert refused.status_code == 401
    assert "<b>" not in refused.text
    kept = fields_of(refused)
    assert kept["next"] == "/workspaces"
    wrong = client.post("/sign-in", data=kept | {"email": address, "password": "wrong"})
    again = client.post("/sign-in", data=fields_of(wrong) | {"email": address, "password": PASSWORD})
    assert again.status_code == 200
    assert 'action="/workspaces"' in again.text
    assert PASSWORD not in again.text
    assert client.post("/workspaces", data=fields_of(again)).status_code == 303
    assert unescape(TYPED["name"]) in unescape(client.get("/workspaces").text)


def test_a_form_with_the_token_of_an_older_session_can_be_saved_with_one_press(office: Office) -> None:
    client = office.browser("admin")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    refused = client.post("/workspaces?from=%E0%B8%81%23+1", data=TYPED | {"csrf": "of the session before"})
    assert refused.status_code == 403
    assert 'action="/workspaces?from=%E0%B8%81%23+1"' in refused.text
    kept = fields_of(refused)
    assert {name: kept[name] for name in TYPED} == TYPED
    assert client.post("/workspaces", data=kept).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}, {"Origin": "null"}]
)
def test_what_another_site_wrote_is_never_offered_to_be_sent(office: Office, headers: dict[str, str]) -> None:
    client = office.browser("admin")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    for browser in (client, office.client()):
        refused = browser.post("/workspaces", data=TYPED, headers=headers)
        assert refused.status_code in {401, 403}
        assert "สำนักงาน" not in refused.text
        assert 'action="/workspaces"' not in refused.text


def test_passwords_files_and_large_texts_are_not_written_into_the_page(office: Office) -> None:
    client = office.client()
    secrets = {"old": "my old secret", "new": "my new secret", "again": "my new secret"}
    assert "secret" not in client.post("/account/password", data=secrets).text
    assert "x" * 100 not in client.post("/workspaces", data={"name": "x" * 300_000}).text
    with_file = {"name": "ติดไฟล์", "file": (io.BytesIO(b"x"), "a.txt")}
    assert "ติดไฟล์" not in client.post("/workspaces", data=with_file, content_type="multipart/form-data").text


@pytest.mark.parametrize(
    "unsent",
    ["{", "[]", "null", '["//evil.test", []]', '["/x", [["a"]]]', "[" * 100_000, '["/x", 5]', "1", '["/\\ud800", []]'],
)
def test_a_kept_form_that_is_none_changes_nothing_about_signing_in(office: Office, unsent: str) -> None:
    fields = {"email": give_password(office, "wanna"), "password": PASSWORD, "unsent": unsent}
    answer = office.app.test_client().post("/sign-in", data=fields)
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_way_to_sign_in_leads_back_to_the_page(office: Office) -> None:
    refused = office.client().post("/workspaces")
    assert 'href="/sign-in?next=/workspaces"' in refused.text
    odd = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert office.client().get("/users", headers=odd).headers["HX-Redirect"] == "/sign-in?next=/"
    fragment = office.client().get("/users", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/a?b=1"})
    assert fragment.headers["HX-Redirect"] == "/sign-in?next=/a%3Fb%3D1"
