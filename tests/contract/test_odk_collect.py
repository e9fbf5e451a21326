"""ODK Collect's journey over real HTTP, from the QR code to the report that counts the record.

The client here is plain `urllib` and knows only what OpenRosa says; nothing of it is shared with the server.
"""

from __future__ import annotations

import hashlib
import io
import json
import urllib.request
import uuid
import xml.etree.ElementTree as ET  # the client's own reader: these answers are the server's, not a stranger's
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from collect.enrolment import decode_payload
from core.access.actor import SYSTEM
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.library.catalogue import library_forms
from forms.publish import create_form
from forms.uploads import take_upload, type_of_file
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.queries import group_of_project
from tests.personas import Office
from tests.support.live_server import live_server
from tests.support.qr import read_qr

FORM = "school_followup_visit"
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> ET.Element:
        """The body as XML."""
        return ET.fromstring(self.body)


def ask(method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
    """One request, with the headers that OpenRosa clients send."""
    given = {"X-OpenRosa-Version": "1.0", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(url, data=body, method=method, headers=given)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers), error.read())


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    """A running server with the plan and the visit form of the library."""
    settings = settings_of(office.app)
    item = next(item for item in library_forms() if item.form_id == FORM)
    upload = take_upload(item.path.read_bytes(), type_of_file(item.path.name), settings=settings, name=item.path.name)

    def work(session: Any) -> None:
        load_demo_office(session, SYSTEM, office.workspace_id, generate_office())
        create_form(
            session, SYSTEM, workspace_id=office.workspace_id, upload=upload, publish=True, ignore_warnings=True
        )

    unit_of_work(work)
    with live_server(office.app) as url:
        yield url


def scan(office: Office, server: str) -> str:
    """The server address in the QR code of the device's page."""
    picture = ask(
        "GET",
        f"{server}/w/{office.workspace_id}/devices/{office.device_id}/qr.svg",
        Cookie=f"session={office.tokens['wanna']}",
    )
    assert picture.status == 200
    settings = decode_payload(read_qr(picture.body))
    assert settings["general"]["protocol"] == "odk_default"
    address: str = settings["general"]["server_url"]
    assert address.startswith(server)
    return address


def download_form(address: str) -> tuple[ET.Element, dict[str, list[dict[str, str]]]]:
    """The form and its lists, every hash checked."""
    listed = ask("GET", f"{address}/formList")
    assert (listed.status, listed.headers["X-OpenRosa-Version"]) == (200, "1.0")
    [entry] = [item for item in listed.xml.findall(f"{LIST}xform") if item.findtext(f"{LIST}formID") == FORM]
    form = ask("GET", entry.findtext(f"{LIST}downloadUrl", ""))
    assert entry.findtext(f"{LIST}hash") == "md5:" + hashlib.md5(form.body, usedforsecurity=False).hexdigest()
    manifest = ask("GET", entry.findtext(f"{LIST}manifestUrl", ""))
    lists = {}
    for item in manifest.xml.findall(f"{MANIFEST}mediaFile"):
        media = ask("GET", item.findtext(f"{MANIFEST}downloadUrl", ""))
        assert item.findtext(f"{MANIFEST}hash") == "md5:" + hashlib.md5(media.body, usedforsecurity=False).hexdigest()
        lists[item.findtext(f"{MANIFEST}filename", "")] = _rows(media.body)
    return form.xml, lists


def _rows(body: bytes) -> list[dict[str, str]]:
    import csv

    return list(csv.DictReader(io.StringIO(body.decode("utf-8"))))


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(out, "JPEG", quality=90)
    return out.getvalue()


def visit(
    version: str, school: dict[str, str], project: dict[str, str], officer: dict[str, str], names: list[str]
) -> bytes:
    """A filled visit with three photos."""
    evidence = "".join(
        f"<evidence><evidence_type>photo</evidence_type><evidence_title>ภาพกิจกรรม</evidence_title>"
        f"<evidence_photo>{name}</evidence_photo><shows_people>no</shows_people><publishable>yes</publishable></evidence>"
        for name in names[1:]
    )
    return (
        f'<data id="{FORM}" version="{version}"><deviceid>collect:tablet-7</deviceid>'
        f"<start>2026-11-20T09:00:00.000+07:00</start><end>2026-11-20T10:00:00.000+07:00</end>"
        f"<report_date>2026-11-20</report_date><officer>{officer['name']}</officer>"
        f"<group_code>{officer['group_code']}</group_code>"
        f"<visit><visit_round>1</visit_round><visit_mode>onsite</visit_mode><district>{school['district_code']}</district>"
        f"<school>{school['name']}</school></visit><project_item><project>{project['name']}</project>"
        f"<school_status>in_progress</school_status><target_planned>40</target_planned><target_actual>30</target_actual>"
        f"<problem_kinds>none</problem_kinds><urgent>no</urgent><item_photo>{names[0]}</item_photo></project_item>"
        f"<summary><overall_level>4</overall_level><revisit>no</revisit></summary>{evidence}"
        f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:{uuid.uuid4()}</orx:instanceID>'
        f"</orx:meta></data>"
    ).encode()


def post(address: str, xml: bytes, files: dict[str, bytes]) -> Answer:
    """One POST of a record, as Collect writes it."""
    boundary = uuid.uuid4().hex
    parts = [("xml_submission_file", "visit.xml", "text/xml", xml)]
    parts += [(name, name, "image/jpeg", content) for name, content in files.items()]
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for field, name, kind, content in parts
    )
    return ask(
        "POST",
        f"{address}/submission?deviceID=collect%3Atablet-7",
        body + f"--{boundary}--\r\n".encode(),
        Content_Type=f"multipart/form-data; boundary={boundary}",
    )


def report(office: Office, server: str, by: str) -> Any:
    """The JSON report of the form."""
    url = f"{server}/v1/projects/{office.workspace_id}/reports/forms/{FORM}?by={by}"
    return json.loads(ask("GET", url, Authorization=f"Bearer {office.tokens['wanna']}").body)


def test_a_visit_with_three_photos_travels_from_the_qr_code_to_the_report(office: Office, server: str) -> None:
    address = scan(office, server)
    form, lists = download_form(address)
    assert {"schools.csv", "projects.csv", "officers.csv", "districts.csv"} <= lists.keys()
    assert len(lists["schools.csv"]) == 250
    head = ask("HEAD", f"{address}/submission")
    assert head.status == 204
    assert int(head.headers["X-OpenRosa-Accept-Content-Length"]) > 0

    root = next(item for item in form.iter() if item.get("id") == FORM)
    school, project, officer = lists["schools.csv"][3], lists["projects.csv"][5], lists["officers.csv"][7]
    photos = {f"{number}.jpg": photo(colour) for number, colour in enumerate(("teal", "gold", "navy"))}
    xml = visit(root.get("version", ""), school, project, officer, list(photos))
    names = list(photos)
    first = post(address, xml, {names[0]: photos[names[0]]})
    second = post(address, xml, {name: photos[name] for name in names[1:]})
    for answer in (first, second):
        assert answer.status == 201, answer.body
        assert answer.xml.tag == f"{RESPONSE}OpenRosaResponse"

    by_project, by_group = report(office, server, "project"), report(office, server, "group")
    lines = {line["key"]: line for line in by_project["rows"]}
    assert lines[project["name"]]["records"] == 1
    reached = lines[project["name"]]["figures"]["project_item/target_actual"]
    assert reached["percent"]["value"] == 75
    assert {line["key"]: line["records"] for line in by_group["rows"]}[officer["group_code"]] == 1
    assert group_of_project(reading(), office.workspace_id)[project["name"]]

    instance = ET.fromstring(xml).find(".//{http://openrosa.org/xforms}instanceID")
    assert instance is not None
    base = f"{server}/v1/projects/{office.workspace_id}/forms/{FORM}/submissions/{instance.text}/attachments"
    for name, content in photos.items():
        assert ask("GET", f"{base}/{name}", Authorization=f"Bearer {office.tokens['wanna']}").body == content
