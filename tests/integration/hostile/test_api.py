"""Every address under ``/v1`` with hostile parts and bodies: never a 5xx, always JSON or the envelope of its wire."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from core.auth import accounts
from core.http.audience import Audience, audience_of
from core.transaction import unit_of_work
from tests.personas import Office
from tests.support.access_table import routes
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

HOSTILE_PARTS = [
    "%00", "%ff", "..", "-1", "0", "1e3", "99999999999999999999999", "๑", "%F0%9F%8F%AB", "a%0D%0Ab", "'--", "<b>", "%25", "x" * 5_000,
]  # fmt: skip
HOSTILE_BODIES = [
    b"", b"{", b"[]", b'"x"', b"null", b"1e999", b"\0", b"\xff\xfe{}", '{"name": "é"}'.encode("latin-1"), b'{"name": "\\ud800"}',
    b'{"name": "\\u0000"}', b'{"name": {"a": [1, null]}}', b'{"name": ' + b"[" * 5_000, b'{"a": ' * 5_000 + b"1" + b"}" * 5_000,
    b'{"email": 1, "password": [], "displayName": {}, "roleId": "x", "name": 3, "xmlFormId": [], "state": 7, "version": {}}',
    b'{"email": "' + b"e" * 100_000 + b'@x.y", "name": "' + b"n" * 100_000 + b'"}', b"NaN", b"x" * 300_000,
]  # fmt: skip
HOSTILE_QUERIES = [
    "limit=-1", "offset=-1", "limit=x", "limit=99999999999999999999", "$top=-1", "$skip=x", "$filter=((((", "$filter=%00", "start=%00",
    "since=nonsense", "by=%00", "by=nobody", "q=%ff", "page=-1", "publish=maybe", "year=-1", "year=99999999999999999", "version=%00",
    "$expand=x", "$count=x", "$skiptoken=x", "action=%00", "before=-9", "format=x", "lang=%00", "deletedFields=x", "st=%00",
]  # fmt: skip


def addresses(rule: Rule, part: str, office: Office | None = None) -> str:
    """A route's address; with an office its workspace and form are real and only the rest is `part`."""
    real = {} if office is None else {"workspace_id": str(office.workspace_id), "xml_form_id": "visit"}
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: real.get(found[1], part), rule.rule)


def api_routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for method, rule in routes(app):
        if rule.rule.startswith("/v1/"):
            yield method, rule


class Attacker:
    """A client with the rights of a manager or of the whole site, which signs in again when a request took them away."""

    def __init__(self, office: Office, persona: str) -> None:
        self._office, self._persona = office, persona
        self.sent = 0

    def send(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> None:
        answer = self._client().open(path, method=method, data=body, content_type=content_type, buffered=True)
        self.sent += 1
        assert answer.status_code < 500, (method, path[:300], body[:200], answer.get_data()[:500])
        if answer.status_code >= 400 and answer.data:
            wanted = "text/xml" if audience_of(answer.request.path) is Audience.OPENROSA else "application/json"
            assert answer.content_type.startswith(wanted), (method, path[:300], answer.content_type)

    def _client(self) -> FlaskClient:
        office = self._office
        opened = unit_of_work(
            lambda session: accounts.open_session(session, actor_id=office.ids[self._persona], seconds=3600)
        )
        client = office.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {opened.token}"
        return client


@pytest.fixture
def prepared(office: Office) -> Office:
    """An office with a form and a record."""
    publish(office)
    assert send(office, visit_instance("uuid:1", note="x", photo="a.jpg"), ("a.jpg", b"photo")).status_code == 201
    return office


def test_hostile_parts_of_an_address_never_bring_a_5xx(prepared: Office) -> None:
    attacker = Attacker(prepared, "admin")
    for method, rule in api_routes(prepared.app):
        for number, part in enumerate(HOSTILE_PARTS if rule.arguments else []):
            # In every other address only the last parts are hostile, or nothing would get beyond the workspace.
            attacker.send(method, addresses(rule, part, prepared if number % 2 else None), b"{}")
    assert attacker.sent > 500


def test_hostile_bodies_never_bring_a_5xx(prepared: Office) -> None:
    attacker = Attacker(prepared, "wanna")
    for method, rule in api_routes(prepared.app):
        if method in {"POST", "PUT", "PATCH"}:
            for body in HOSTILE_BODIES:
                attacker.send(method, addresses(rule, "1", prepared), body)
            for kind in ("text/xml", "multipart/form-data", "application/vnd.ms-excel", "image/jpeg; charset=\x7f", ""):
                attacker.send(method, addresses(rule, "uuid:1", prepared), b"PK\x03\x04 \0\xff", kind)
    assert attacker.sent > 500


def test_hostile_queries_never_bring_a_5xx(prepared: Office) -> None:
    attacker = Attacker(prepared, "wanna")
    for method, rule in api_routes(prepared.app):
        if method == "GET":
            for query in HOSTILE_QUERIES:
                attacker.send(method, f"{addresses(rule, 'uuid:1', prepared)}?{query}")
    assert attacker.sent > 500
