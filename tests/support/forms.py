"""Small forms for tests, published through the tables so that tests of other packages do not lean on publishing."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from core.database import utc_now
from core.transaction import unit_of_work
from forms.models import Form, FormVersion
from forms.xform import read_xform
from tests.personas import Office

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa" xmlns:tidtam="urn:tidtam:report">'
)


@dataclass(frozen=True)
class TestForm:
    """A published form. `version_ids` by version string."""

    __test__ = False

    id: int
    xml_form_id: str
    version_ids: dict[str, int]


def visit_xform(xml_form_id: str = "visit", version: str = "1") -> bytes:
    """A visit: text, number, date, dimensions, a repeat and two photos."""
    questions = {
        "report_date": ("date", 'tidtam:dimension="date"'), "group_code": ("string", 'tidtam:dimension="group"'),
        "project": ("string", 'tidtam:dimension="project"'), "school": ("string", 'tidtam:dimension="school"'),
        "note": ("string", ""), "pupils": ("int", 'tidtam:measure="sum"'), "spent": ("decimal", 'tidtam:measure="sum"'),
        "place": ("geopoint", ""), "photo": ("binary", ""), "photo2": ("binary", ""), "room/name": ("string", ""),
        "room/seats": ("int", ""),
    }  # fmt: skip
    binds = "".join(f'<bind nodeset="/data/{n}" type="{t}" {extra}/>' for n, (t, extra) in questions.items())
    flat = "".join(f"<{name}/>" for name in questions if "/" not in name)
    body = "".join(
        f'<upload ref="/data/{n}" mediatype="image/*"><label>{n}</label></upload>' if t == "binary"
        else f'<input ref="/data/{n}"><label>{n}</label></input>'
        for n, (t, _) in questions.items() if "/" not in n
    )  # fmt: skip
    return (
        f"{HEAD}<h:head><h:title>แบบติดตาม</h:title><model><instance>"
        f'<data id="{xml_form_id}" version="{version}">{flat}<room><name/><seats/></room>'
        f"<meta><instanceID/><instanceName/></meta></data></instance>{binds}</model></h:head>"
        f'<h:body>{body}<group ref="/data/room"><label>room</label><repeat nodeset="/data/room">'
        f'<input ref="/data/room/name"><label>name</label></input><input ref="/data/room/seats"><label>seats</label></input>'
        f"</repeat></group></h:body></h:html>"
    ).encode()


def visit_instance(
    instance_id: str | None = None,
    *,
    xml_form_id: str = "visit",
    version: str = "1",
    deprecated: str | None = None,
    **answers: Any,
) -> bytes:
    """A filled visit. An empty `instance_id` leaves it out; rooms are given as ``rooms=[("ป.1", 30)]``."""
    rooms = answers.pop("rooms", [])
    flat = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    repeats = "".join(f"<room><name>{name}</name><seats>{seats}</seats></room>" for name, seats in rooms)
    own = f"uuid:{uuid.uuid4()}" if instance_id is None else instance_id
    meta = f"<orx:instanceID>{own}</orx:instanceID>" if own else ""
    meta += f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>" if deprecated else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{xml_form_id}" version="{version}">{flat}{repeats}'
        f"<orx:meta>{meta}</orx:meta></data>"
    ).encode()


def publish(office: Office, *, xml_form_id: str = "visit", version: str = "1", xml: bytes | None = None) -> TestForm:
    """Publish a version of a form; the form is made when it is not there."""
    text = xml or visit_xform(xml_form_id, version)
    parsed = read_xform(text)

    def work(session: Any) -> TestForm:
        form = session.query(Form).filter_by(workspace_id=office.workspace_id, xml_form_id=parsed.xml_form_id).first()
        if form is None:
            form = Form(workspace_id=office.workspace_id, xml_form_id=parsed.xml_form_id, created_at=utc_now())
            session.add(form)
            session.flush()
        row = FormVersion(
            form_id=form.id, version=parsed.version, title=parsed.title, xml=text,
            hash=hashlib.md5(text, usedforsecurity=False).hexdigest(), fields=[item.to_json() for item in parsed.fields],
            languages=list(parsed.languages), warnings=[], created_at=utc_now(), published_at=utc_now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        form.current_version_id = row.id
        versions = session.query(FormVersion).filter_by(form_id=form.id).all()
        return TestForm(form.id, form.xml_form_id, {item.version: item.id for item in versions})

    return unit_of_work(work)
