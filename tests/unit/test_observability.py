"""What the server writes about itself: no key and no token ever, and request ids that cannot carry anything else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from core.observability import REQUEST_ID, masked
from core.transaction import unit_of_work
from forms.publish import save_draft
from forms.queries import draft_version, form_by_id
from tests.faults.server import RealServer
from tests.personas import PASSWORD, Office

MADE_UP = "Zq9" + "x" * 61
"""A token of the right length that nobody has."""


@pytest.fixture(params=["json", "console"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealServer]:
    made = RealServer(tmp_path, log_level="DEBUG", log_format=request.param, allow_basic_over_http="yes")
    made.start()
    yield made
    made.stop()


def token_of_a_draft(server: RealServer) -> str:
    with server.inside():

        def work(session: object) -> str:
            form = form_by_id(session, server.office.workspace_id, "visit")
            save_draft(session, _manager(server.office), form=form, upload=None, ignore_warnings=True)
            return draft_version(session, form).draft_token or ""

        return unit_of_work(work)


def _manager(office: Office) -> object:
    from core.access.actor import Actor, Grant

    return Actor(id=office.ids["wanna"], kind="user", grants=(Grant(5, office.workspace_id),))


def everything_with_a_secret(server: RealServer, draft_token: str) -> dict[str, list[tuple[int, str]]]:
    """Send each secret in every way a client may, right and wrong; the statuses, and the secrets sent."""
    office = server.office
    project = f"projects/{office.workspace_id}"
    bearer = office.tokens["wanna"]
    basic = base64.b64encode(f"wanna1@example.test:{PASSWORD}".encode()).decode()
    sent = {
        office.key: [
            ("GET", f"/v1/key/{office.key}/{project}/formList", {}),
            ("GET", f"/v1/key/{office.key}/{project}/nowhere", {}),
            ("POST", f"/v1/key/{office.key}/{project}/submission", {}),
            ("GET", f"/v1/key/{office.key}", {}),
            ("GET", f"/elsewhere/v1/key/{office.key}/{project}/formList", {}),
            ("GET", f"//v1/key/{office.key}/{project}/formList", {}),
            ("GET", f"/v1/{project}/formList?st={office.key}", {}),
            ("GET", f"/v1/{project}/formList?formID=visit&st={office.key}", {}),
            ("GET", f"/v1/{project}/formList", {"Authorization": f"Bearer {office.key}"}),
            ("GET", f"/sign-in?next={quote(f'/v1/key/{office.key}/{project}/formList')}", {}),
        ],
        draft_token: [
            ("GET", f"/v1/test/{draft_token}/{project}/forms/visit/draft/formList", {}),
            ("GET", f"/v1/test/{draft_token}/{project}/forms/other/draft/formList", {}),
        ],
        MADE_UP: [
            ("GET", f"/v1/key/{MADE_UP}/{project}/formList", {}),
            ("GET", f"/v1/test/{MADE_UP}/{project}/forms/visit/draft/formList", {}),
            ("GET", f"/v1/{project}", {"Authorization": f"Bearer {MADE_UP}"}),
            ("GET", "/", {"Cookie": f"session={MADE_UP}"}),
            ("GET", "/healthz", {"X-Request-ID": f"/v1/key/{MADE_UP}/x"}),
        ],
        bearer: [
            ("GET", f"/v1/{project}", {"Authorization": f"Bearer {bearer}"}),
            ("GET", "/", {"Cookie": f"session={bearer}"}),
            ("DELETE", f"/v1/sessions/{bearer}", {"Authorization": f"Bearer {bearer}"}),
            ("DELETE", f"/v1/sessions/{bearer}", {"Authorization": f"Bearer {bearer}"}),
        ],
        PASSWORD: [("POST", "/v1/sessions", {"Content-Type": "application/json"})],
        basic: [("GET", f"/v1/{project}", {"Authorization": f"Basic {basic}"})],
    }
    answers: dict[str, list[tuple[int, str]]] = {}
    for secret, requests in sent.items():
        for method, path, headers in requests:
            body = (
                json.dumps({"email": "wanna1@example.test", "password": secret}).encode() if secret == PASSWORD else b""
            )
            status, _, given = server.request(method, path, body, headers)
            answers.setdefault(secret, []).append((status, given.get("x-request-id", "")))
    return answers


def test_no_device_key_token_or_password_is_ever_in_the_log(server: RealServer) -> None:
    answers = everything_with_a_secret(server, token_of_a_draft(server))
    server.stop()
    log = server.log()
    statuses = [status for each in answers.values() for status, _ in each]
    assert 200 in statuses, "Some of these requests are right ones"
    assert {400, 401, 404} & set(statuses)
    assert max(statuses) < 500
    for secret in answers:
        assert secret not in log
        assert quote(secret, safe="") not in log
    # Every one of these requests left its line, so the log was really looked at.
    assert sum("formList" in line for line in log.splitlines()) >= 6
    assert all(request_id in log for each in answers.values() for _, request_id in each)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/v1/key/abc/projects/1/formList", "/v1/key/…/projects/1/formList"),
        ("/v1/test/abc/projects/1", "/v1/test/…/projects/1"),
        ("/v1/key/abc", "/v1/key/…"),
        ("/v1/sessions/abc", "/v1/sessions/…"),
        ("/v1/sessions/current", "/v1/sessions/current"),
        ("/v1/sessions/restore", "/v1/sessions/restore"),
        ("GET /v1/projects/1/formList?st=abc&formID=x", "GET /v1/projects/1/formList?st=…&formID=x"),
        ("/v1/projects/1/forms/key/submissions", "/v1/projects/1/forms/key/submissions"),
    ],
)
def test_addresses_are_shown_without_their_secret(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("given", ["a", "6c1f-22.b_Z", "x" * 64])
def test_a_safe_request_id_comes_back(app: Flask, given: str) -> None:
    assert app.test_client().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "x" * 65, "a b", "a\tb", '"}{"level":"error', "<script>", "ไทย", "../v1/key/abc", "a;b", "a\u2028b"]
)
def test_any_other_is_replaced_by_one_of_ours(app: Flask, given: str) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given.encode().decode("latin-1")})
    ours = answer.headers["X-Request-ID"]
    assert ours != given
    assert REQUEST_ID.fullmatch(ours)


def test_metrics_name_no_person_and_no_record(office: Office) -> None:
    client = office.client("wanna")
    assert client.get(office.device(f"projects/{office.workspace_id}/formList")).status_code == 200
    text = client.get("/metrics").get_data(as_text=True)
    assert "tidtam_requests_total" in text
    for secret in (office.key, office.tokens["wanna"], "example.test"):
        assert secret not in text
