"""An office whose forms ask for evidence, on a running server, and the photos and documents that people take."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from PIL import Image

from core.access.actor import SYSTEM
from core.transaction import unit_of_work
from core.web import settings_of
from forms.install import PUBLISHED, install
from forms.uploads import take_upload, type_of_file
from plan.people import update_officer
from plan.queries.people import find_officer
from sync.entities import mirror
from tests.support.field_quick import QuickOffice
from tests.support.library import library_form
from tests.support.small_plan import SmallPlan, found_small_plan

VISIT = "school_followup_visit"
PHOTOS = ("ป้ายโรงเรียน", "ห้องเรียน", "อาคาร")
TABLET = {"width": 800, "height": 1280}
HERE = {"latitude": 10.49312, "longitude": 99.180034, "accuracy": 8}
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"><h:head>'
)


def evidence_form(xml_form_id: str, version: str = "1") -> bytes:
    """Two pages: what was seen, and the evidence of it: three photos, a signature, a file."""
    uploads = [
        *((f"photo{number}", "image/*", "", label) for number, label in enumerate(PHOTOS, start=1)),
        ("signature", "image/*", "signature", "ลายมือชื่อ"),
        ("document", "application/*", "", "เอกสาร"),
    ]
    names = [name for name, *_ in uploads]
    body = "".join(
        f'<upload ref="/data/evidence/{name}" mediatype="{kind}" appearance="{look}"><label>{label}</label></upload>'
        for name, kind, look, label in uploads
    )
    return (
        f'{_HEAD}<h:title>หลักฐาน</h:title><model><instance><data id="{xml_form_id}" version="{version}">'
        "<seen><school/><note/></seen><evidence>"
        + "".join(f"<{name}/>" for name in names)
        + "</evidence><meta><instanceID/><instanceName/></meta></data></instance>"
        '<bind nodeset="/data/seen/school" type="string" required="true()"/>'
        '<bind nodeset="/data/seen/note" type="string"/>'
        + "".join(f'<bind nodeset="/data/evidence/{name}" type="binary"/>' for name in names)
        + '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>'
        '<bind nodeset="/data/meta/instanceName" type="string" calculate="/data/seen/school"/></model></h:head><h:body>'
        '<group ref="/data/seen" appearance="field-list"><label>สิ่งที่พบ</label>'
        '<input ref="/data/seen/school"><label>โรงเรียน</label></input>'
        '<input ref="/data/seen/note"><label>บันทึก</label></input></group>'
        f'<group ref="/data/evidence" appearance="field-list"><label>หลักฐาน</label>{body}</group></h:body></h:html>'
    ).encode()


@dataclass
class FieldOffice(QuickOffice):
    """A running server; the form of a test is `evidence_form`."""

    plan: SmallPlan | None = None

    def publish(self, version: str = "1", form: str = "") -> None:
        """Publish the form of this test."""
        self.form = form
        query = "publish=true&ignoreWarnings=true"
        self.rest("POST", f"{self.workspace}/forms?{query}", evidence_form(form, version), "application/xml")

    def publish_visit(self) -> None:
        """A small plan, and the library's form of a school visit on its lists, as the office installs it."""
        path = library_form(VISIT).path
        office = self.server.office

        def found(session: Any) -> None:
            self.plan = found_small_plan(session, SYSTEM, office.workspace_id)

        def bring(session: Any) -> str:
            upload = take_upload(
                path.read_bytes(), type_of_file(path.name), settings=settings_of(current_app), name=path.name
            )
            return install(session, SYSTEM, workspace_id=office.workspace_id, upload=upload).outcome

        with self.server.inside():
            unit_of_work(found)
            unit_of_work(lambda session: mirror.mirror_plan(session, office.workspace_id))
            assert unit_of_work(bring) == PUBLISHED
        self.form = VISIT

    def make_officer(self, email: str, uuid: str) -> None:
        """Tell the plan whose account it is."""

        def work(session: Any) -> None:
            place = self.server.office.workspace_id
            row = find_officer(session, place, uuid)
            update_officer(
                session, SYSTEM, workspace_id=place, uuid=row.uuid, version=row.version,
                changes={"user_actor_id": self.people[email]}, today=dt.date(2026, 11, 1),
            )  # fmt: skip

        with self.server.inside():
            unit_of_work(work)

    def enrolment_link(self, address: str) -> str:
        """The link of the office's device, as its QR code holds it."""
        office = self.server.office
        return f"{address}/app/#/enrol?w={office.workspace_id}&k={office.key}"

    def submitters(self) -> dict[str, int]:
        """Who sent each record of this test's form: actor ids by instance ID."""
        sql = (
            "SELECT s.instance_id, s.submitter_id FROM submission s JOIN form f ON f.id = s.form_id"
            " WHERE f.xml_form_id = ?"
        )
        return dict(self.query(sql, self.form))

    def uploads(self) -> list[tuple[str, bool]]:
        """Uploads of files for this test's form: the file's name, and whether it is finished."""
        sql = (
            "SELECT u.name, u.finished_at IS NOT NULL FROM upload u JOIN form f ON f.id = u.form_id"
            " WHERE f.xml_form_id = ? ORDER BY u.created_at"
        )
        return [(row[0], bool(row[1])) for row in self.query(sql, self.form)]

    def blobs_are_whole(self, hashes: list[str]) -> bool:
        """Whether the server's bytes have the hashes they are filed under."""
        return all(hashlib.sha256(self._bytes_of(one)).hexdigest() == one for one in hashes)

    def _bytes_of(self, sha256: str) -> bytes:
        found = [path for path in (self.server.folder / "blobs").rglob(f"*{sha256[4:]}*") if path.is_file()]
        assert len(found) == 1, (sha256, found)
        return found[0].read_bytes()


def jpeg(folder: Path, name: str, *, size: tuple[int, int] = (900, 600), seed: int = 0) -> Path:
    """A photo that does not compress to nothing."""
    noise = random.Random(seed).randbytes(size[0] * size[1] * 3)
    content = io.BytesIO()
    Image.frombytes("RGB", size, noise).save(content, "JPEG", quality=60)
    path = folder / f"{name}.jpg"
    path.write_bytes(content.getvalue())
    return path


def large_document(folder: Path, megabytes: int) -> Path:
    """A file of bytes that repeat nowhere."""
    path = folder / "report.pdf"
    path.write_bytes(b"%PDF-1.7\n" + random.Random(50).randbytes(megabytes * 1024 * 1024 - 9))
    return path
