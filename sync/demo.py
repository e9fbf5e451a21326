"""The demo office, filled through the same services as a real one: people, devices, plan, forms and their records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import workspaces
from core.access.actor import SYSTEM, Actor
from core.access.roles import ADMINISTRATOR, APP_USER, COLLECTOR, MANAGER
from core.auth import accounts, queries
from core.settings import Settings
from core.storage import spool_bytes
from forms.publish import create_form, publish_draft, save_draft
from forms.uploads import Upload
from plan.demo.generate import generate_office
from plan.demo.images import file_bytes
from plan.demo.instance_xml import to_instance_xml
from plan.demo.model import DemoOffice
from plan.demo.submission_model import OLD_VISIT_VERSION, VISIT_FORM, DemoSubmission
from plan.demo.submissions import generate_progress_reports, generate_visits
from plan.demo_loader import load_demo_office
from sync.attachments import ReceivedFile
from sync.instance import read_instance
from sync.intake import Arrival
from sync.queries import find_target

SIGN_INS = {
    "planner": ("planner@demo.example", "วางแผน ตัวอย่างดี"),
    "officer": ("officer@demo.example", "เยี่ยมโรงเรียน ตัวอย่างดี"),
    "administrator": ("admin@demo.example", "ดูแลระบบ ตัวอย่างดี"),
}
MEDIA_TYPES = {"photo": "image/jpeg", "signature": "image/png", "document": "application/pdf"}


@dataclass(frozen=True)
class FoundedDemo:
    """The demo's workspace, and its devices by group code (the one for people outside the groups has an empty code)."""

    workspace_id: int
    devices: dict[str, Actor]


def is_loaded(session: Session) -> bool:
    """Whether this server holds the demo office."""
    return queries.user_by_email(session, SIGN_INS["planner"][0]) is not None


def found(
    session: Session, office: DemoOffice, uploads: list[Upload], passwords: dict[str, str], settings: Settings
) -> FoundedDemo:
    """Workspace, people, devices, plan and published forms; the records follow one by one.

    The visit form is published twice, since one tablet still uses last year's version.
    """
    workspace = workspaces.create_workspace(session, SYSTEM, name=office.short_name_th, description=office.name_th)
    roles = {"planner": MANAGER, "officer": COLLECTOR, "administrator": ADMINISTRATOR}
    for who, (email, name) in SIGN_INS.items():
        user_id = accounts.create_user(session, SYSTEM, email=email, display_name=name, password=passwords[who])
        place = None if who == "administrator" else workspace.id
        workspaces.assign(session, SYSTEM, actor_id=user_id, role_id=roles[who].id, workspace_id=place)
    load_demo_office(session, SYSTEM, workspace.id, office)
    for upload in uploads:
        _publish(session, workspace.id, upload)
    devices = {}
    for code, name in [("", "ผู้บริหาร"), *((group.code, group.name_th) for group in office.groups)]:
        actor_id, _ = accounts.create_app_user(
            session,
            SYSTEM,
            workspace_id=workspace.id,
            display_name=f"แท็บเล็ต {name}",
            role_id=APP_USER.id,
            sealing_key=settings.sealing_key(),
        )
        devices[code] = Actor(id=actor_id, kind="app_user", display_name=name)
    return FoundedDemo(workspace.id, devices)


def submissions(office: DemoOffice) -> Iterator[DemoSubmission]:
    """All records of the demo, each as often as its tablet sent it."""
    for submission in (*generate_visits(office), *generate_progress_reports(office)):
        for _ in range(submission.times_sent):
            yield submission


def arrival_of(
    session: Session,
    demo: FoundedDemo,
    office: DemoOffice,
    submission: DemoSubmission,
    settings: Settings,
    *,
    small: bool,
) -> Arrival:
    """A demo record as it arrives, with the files that come along; `small` draws smaller photos."""
    root = {"id": submission.form_id, "version": submission.form_version}
    xml = to_instance_xml(submission, root)
    instance = read_instance(xml)
    groups = {officer.code: officer.group_code or "" for officer in office.officers}
    files = [
        ReceivedFile(file.name, spool_bytes(file_bytes(file, small=small)), MEDIA_TYPES[file.kind])
        for file in submission.files
        if file.arrives
    ]
    return Arrival(
        actor=demo.devices[groups.get(submission.officer_code, "")],
        workspace_id=demo.workspace_id,
        target=find_target(session.connection(), demo.workspace_id, instance.xml_form_id, instance.version),
        instance=instance,
        xml=xml,
        received_at=submission.received_at.astimezone(dt.UTC),
        zone=settings.zone,
        files=files,
        device_id=submission.device_id,
        user_agent="ODK Collect (demo)",
    )


def demo_office() -> DemoOffice:
    """The invented office; the same every time."""
    return generate_office()


def _publish(session: Session, workspace_id: int, upload: Upload) -> None:
    form = create_form(session, SYSTEM, workspace_id=workspace_id, upload=upload, ignore_warnings=True)
    if upload.form.xml_form_id == VISIT_FORM:
        publish_draft(session, SYSTEM, form=form, version=OLD_VISIT_VERSION)
        save_draft(session, SYSTEM, form=form, upload=upload, ignore_warnings=True)
    publish_draft(session, SYSTEM, form=form)
