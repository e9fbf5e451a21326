"""Hostile records on a real server: a clear no in the right envelope, never a 5xx, and the server lives on."""

from __future__ import annotations

import http.client
import time
from typing import Any
from xml.sax.saxutils import escape

import pytest
from defusedxml import ElementTree
from sqlalchemy import select

from core.access.actor import SYSTEM
from core.access.roles import APP_USER
from core.auth.accounts import create_app_user, revoke_app_user
from core.storage import blob_store
from core.transaction import unit_of_work
from core.web import settings_of
from sync.models import Attachment, SubmissionVersion
from tests.faults.server import RealServer
from tests.support import hostile
from tests.support.hostile import body_of, record, xml_part
from tests.support.raw_http import ENVELOPE, api, bearer, post, raw_request, require


@pytest.mark.parametrize("name", hostile.broken_xml())
def test_xml_that_is_broken_or_dangerous_is_refused_on_every_wire(server: RealServer, name: str) -> None:
    xml = hostile.broken_xml()[name]
    began = time.monotonic()
    require(post(server, body_of(xml_part(xml))), {400})
    for method, path in (("POST", api(server)), ("PUT", api(server, "/uuid:hostile"))):
        status, answer, headers = server.request(
            method, path, xml, bearer(server, "wanna") | {"Content-Type": "text/xml"}
        )
        assert (status, headers["content-type"]) == (400, "application/json"), answer[:300]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", hostile.odd_xml())
def test_odd_and_sound_xml_is_taken_and_stored_as_it_is(server: RealServer, name: str) -> None:
    xml = hostile.odd_xml()[name]
    began = time.monotonic()
    for _ in range(2):
        require(post(server, body_of(xml_part(xml))), {201, 202})
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("name", hostile.broken_multipart())
def test_a_body_that_is_no_sound_multipart_is_refused(server: RealServer, name: str) -> None:
    body, content_type, statuses = hostile.broken_multipart()[name]
    answer = post(server, body, content_type)
    if answer[0] == http.client.REQUEST_HEADER_FIELDS_TOO_LARGE:
        return
    require(answer, statuses)


@pytest.mark.parametrize("name", hostile.odd_files())
def test_a_file_with_an_odd_name_or_type_is_kept_byte_for_byte(server: RealServer, name: str) -> None:
    number = list(hostile.odd_files()).index(name)
    content = b"" if name == "zero bytes" else f"content {number} ".encode() * 3
    head = hostile.odd_files()[name][0]
    instance = f"uuid:file-{number}"
    xml = record(instance=instance).encode()
    for _ in range(2):
        require(post(server, body_of(xml_part(xml), (head, content))), {201})
    with server.inside() as session:
        version = select(SubmissionVersion.id).where(SubmissionVersion.instance_id == instance)
        row = session.scalars(select(Attachment).where(Attachment.submission_version_id.in_(version))).one()
        assert blob_store().read(str(row.blob_sha256)) == content
        assert row.name.strip()
        assert not set(row.name) & set(map(chr, range(32)))
        assert len(row.media_type or "") < 120
    path = api(server, f"/{instance}/attachments")
    assert server.request("GET", path, headers=bearer(server, "wanna"))[0] == 200


@pytest.mark.parametrize("form", ["nobody", "ก" * 1_700, "../x", "visit'--", "<b>", "a b", "%00", "\u202e"])
def test_an_unknown_form_is_answered_404(server: RealServer, form: str) -> None:
    require(post(server, body_of(xml_part(record(form=escape(form)).encode()))), {404})


def test_a_missing_wrong_or_revoked_key_is_answered_401(server: RealServer) -> None:
    body = body_of(xml_part(record().encode()))
    plain = f"/v1/projects/{server.office.workspace_id}/submission"
    require(post(server, body, path=plain), {401})
    for key in ("x", "a" * 64, "%00", "%ff", "..", "a" * 5_000, "%0d%0aSet-Cookie:x"):
        require(
            post(server, body, path=f"/v1/key/{key}/projects/{server.office.workspace_id}/submission"), {400, 401, 404}
        )
    require(post(server, body, path=plain, Authorization="Bearer nonsense"), {401})
    require(post(server, body, path=plain, Authorization="Basic !!!!"), {401})
    require(post(server, body, path=plain, Authorization="Nothing at all"), {401})

    before = server.path
    _give_a_new_key(server)
    require(post(server, body, path=before), {401})
    require(post(server, body), {201, 202})


def _give_a_new_key(server: RealServer) -> None:
    office = server.office

    def work(session: Any) -> tuple[int, str]:
        revoke_app_user(session, SYSTEM, workspace_id=office.workspace_id, actor_id=office.device_id)
        sealing_key = settings_of(office.app).sealing_key()
        return create_app_user(
            session,
            SYSTEM,
            workspace_id=office.workspace_id,
            display_name="แท็บเล็ต 2",
            role_id=APP_USER.id,
            sealing_key=sealing_key,
        )

    with server.inside():
        office.device_id, office.key = unit_of_work(work)
    server.path = office.device(f"projects/{office.workspace_id}/submission")


PATHS = [
    "/v1/projects/%00/submission", "/v1/projects/%ff/submission", "/v1/projects/-1/submission", "/v1/projects/0/submission",
    "/v1/projects/99999999999999999999999999/submission", "/v1/projects/1.5/submission", "/v1/projects/1%00/submission",
    "/v1/projects/๑/submission", "/v1/projects/1/2/3/submission", "/v1/projects/1/forms/%00/draft/submission",
    "/v1/projects/1/forms/%ff%fe/draft/submission", "/v1/projects/1/forms/visit/draft/submission",
    f"/v1/projects/1/forms/{'x' * 5_000}/draft/submission", "/v1/projects/1/forms/..%2f..%2f/draft/submission",
    "/v1/test/%00/projects/1/forms/visit/draft/submission", "/v1/test/x/projects/1/forms/visit/draft/submission",
    "/v1/projects/1/formList", "/v1/projects/1/forms/visit/manifest", "/v1/projects/1/submission?deviceID=%00",
    "/v1/projects/1/submission/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_absurd_addresses_of_the_submission_wire_are_answered_in_the_envelope(server: RealServer, path: str) -> None:
    wire = path.encode().decode("latin-1")
    key = f"/v1/key/{server.office.key}"
    for address in {wire, wire.replace("/v1/", f"{key}/", 1) if "/test/" not in wire else wire}:
        for method in ("POST", "GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            status, body, headers = raw_request(server, method, address)
            assert status < 500, (method, address, body[:300])
            if status >= 400 and body:
                assert headers["content-type"] == "text/xml; charset=utf-8", (method, address, status)
                assert ElementTree.fromstring(body).tag == ENVELOPE


@pytest.mark.parametrize(
    "rest",
    [
        "/%00", "/%ff", "/..", "/" + "x" * 5_000, "/uuid:none", "/uuid:none/attachments", "/uuid:none/attachments/%00",
        "/uuid:none/attachments/..%2f..%2fetc%2fpasswd", "/uuid:none/attachments/" + "y" * 5_000, "/uuid:none/versions",
        "/uuid:none.xml", "/uuid:none/restore", "?limit=-1", "?limit=99999999999999999999", "?before=-1", "?before=x", "?limit=%00",
        "?limit=1e9", "?before=9223372036854775808", "?limit=0", "/%F0%9F%8F%AB", "/a%0Ab", "/" + "%E0%B8%81" * 1_000,
    ],
)  # fmt: skip
def test_absurd_addresses_of_the_api_are_answered_and_never_with_5xx(server: RealServer, rest: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for body, kind in (
            (b"", "application/json"),
            (b"{}", "application/json"),
            (b"[1]", "text/xml"),
            (b"\0", "image/jpeg"),
        ):
            status, answer, _ = raw_request(
                server, method, api(server, rest), body, bearer(server, "wanna") | {"Content-Type": kind}
            )
            assert status < 500, (method, rest, answer[:300])
