"""A tablet is lost: the office ends the sign-in that is on it, and no other."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from core.auth.models import SessionRow
from core.database import utc_now
from core.transaction import unit_of_work
from tests.personas import PASSWORD, Office, found_office
from tests.support.credentials import bearer, give_password
from tests.support.forms import publish

LOST, OTHER = "web:lost", "web:other"


def sign_in(office: Office, email: str, install: str) -> str:
    """The token of a tablet that signed in and said how it stands."""
    body = {"email": email, "password": PASSWORD, "installId": install}
    token: str = office.app.test_client().post("/v1/field/sign-ins", json=body).json["token"]
    path = f"/v1/projects/{office.workspace_id}/devices/{install}"
    said = {"label": f"แท็บเล็ต {install}", "clock": utc_now().isoformat(), "unsentRecords": 2}
    answer = bearer(office.app.test_client(), token).put(path, json=said)
    assert answer.status_code == 200, answer.text
    return token


def works(office: Office, token: str) -> bool:
    return bearer(office.app.test_client(), token).get("/v1/field/me").status_code == 200


def buttons(office: Office, search: str = "", name: str = "") -> list[str]:
    """Where each button leads that signs a tablet out, of the tablets looked for or of one person."""
    path = f"/w/{office.workspace_id}/devices/tablets?search={search}&lang=en"
    rows = office.browser("wanna").get(path).text.split("<tr>")
    return [found for row in rows if name in row for found in re.findall(r'action="([^"]+/sign-out)"', row)]


@pytest.fixture
def tokens(office: Office) -> dict[str, str]:
    """Kwanjai is signed in on two tablets."""
    publish(office)
    email = give_password(office, "kwanjai")
    return {install: sign_in(office, email, install) for install in (LOST, OTHER)}


def test_its_sign_in_ends_at_once_and_those_on_other_tablets_go_on(office: Office, tokens: dict[str, str]) -> None:
    page = office.browser("wanna").post(f"{buttons(office, LOST)[0]}?lang=en", follow_redirects=True).text
    assert "The tablet is signed out." in page
    assert (works(office, tokens[LOST]), works(office, tokens[OTHER])) == (False, True)
    # It stays listed with what it holds, and there is nothing more to end on it.
    assert "web:lost" in page
    assert len(buttons(office)) == 1


def test_the_history_says_who_did_it(office: Office, tokens: dict[str, str]) -> None:
    office.browser("wanna").post(buttons(office, LOST)[0])
    history = office.browser("wanna").get(f"/w/{office.workspace_id}/audit?lang=en").text
    assert "Wanna signed a person out on the tablet แท็บเล็ต web:lost." in history


def test_another_person_on_the_same_tablet_stays_signed_in(office: Office, tokens: dict[str, str]) -> None:
    other = sign_in(office, give_password(office, "admin"), LOST)
    assert len(buttons(office)) == 3
    [kwanjais] = buttons(office, LOST, "Kwanjai")
    office.browser("wanna").post(kwanjais)
    assert (works(office, tokens[LOST]), works(office, other)) == (False, True)


def test_it_can_be_done_once_only(office: Office, tokens: dict[str, str]) -> None:
    path = buttons(office, LOST)[0]
    office.browser("wanna").post(path)
    assert office.browser("wanna").post(path).status_code == 404


def test_a_sign_in_that_came_to_its_end_is_not_offered(office: Office, tokens: dict[str, str]) -> None:
    on_tablets = update(SessionRow).where(SessionRow.install_id != "")
    unit_of_work(lambda session: session.execute(on_tablets.values(expires_at=utc_now())))
    assert not works(office, tokens[LOST])
    assert buttons(office) == []


def test_a_tablet_of_another_workspace_is_not_found(office: Office, tokens: dict[str, str]) -> None:
    other = found_office(office.app, "another")
    path = buttons(office, LOST)[0].replace(f"/w/{office.workspace_id}/", f"/w/{other.workspace_id}/")
    assert other.browser("wanna").post(path).status_code == 404
    assert works(office, tokens[LOST])


def test_who_only_looks_on_is_offered_nothing(office: Office, tokens: dict[str, str]) -> None:
    path = buttons(office, LOST)[0]
    assert office.browser("pakorn").post(path).status_code == 403
    assert works(office, tokens[LOST])
