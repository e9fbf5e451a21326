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
from plan.demo.records import generate_records
from plan.demo.submission_model import OLD_VISIT_VERSION, VISIT_FORM, DemoSubmission
from plan.demo_loader import load_demo_office, load_standard_issues
from plan.people import update_officer
from plan.queries.people import find_officer
from sync.arrival import Arrival
from sync.attachments import ReceivedFile
from sync.entities import mirror
from sync.instance import read_instance
from sync.queries import find_target

SIGN_INS = {
    "planner": ("planner@demo.example", "วางแผน ตัวอย่างดี"),
    "officer": ("officer@demo.example", "นภัสสร บุญทดลอง"),
    "administrator": ("admin@demo.example", "ดูแลระบบ ตัวอย่างดี"),
}
SUPERVISOR = "OFF-042"
"""The officer of the plan who has the officer's account: a supervisor who visits schools."""
MEDIA_TYPES = {"photo": "image/jpeg", "signature": "image/png", "document": "application/pdf"}


@dataclass(frozen=True)
class FoundedDemo:
    """The demo's workspace, its forms, and its devices by officer."""

    workspace_id: int
    form_ids: tuple[int, ...]
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
    user_ids = {}
    for who, (email, name) in SIGN_INS.items():
        user_id = accounts.create_user(session, SYSTEM, email=email, display_name=name, password=passwords[who])
        user_ids[who] = user_id
        place = None if who == "administrator" else workspace.id
        workspaces.assign(session, SYSTEM, actor_id=user_id, role_id=roles[who].id, workspace_id=place)
    load_demo_office(session, SYSTEM, workspace.id, office)
    load_standard_issues(session, workspace.id, office)
    _give_account(session, workspace.id, office, user_ids["officer"])
    # Records change rows of the plan's lists, so these are there before the first record comes.
    mirror.mirror_plan(session, workspace.id)
    form_ids = tuple(_publish(session, workspace.id, upload) for upload in uploads)
    return FoundedDemo(workspace.id, form_ids, _devices(session, workspace.id, office, settings))


def _give_account(session: Session, workspace_id: int, office: DemoOffice, user_id: int) -> None:
    """Tell the plan whose account it is, so that lists and tasks on a tablet are those of that person."""
    found = next(officer for officer in office.officers if officer.code == SUPERVISOR)
    changes = {"user_actor_id": user_id}
    row = find_officer(session, workspace_id, str(found.uuid))
    update_officer(
        session, SYSTEM, workspace_id=workspace_id, uuid=row.uuid, version=row.version, changes=changes,
        today=found.active_from,
    )  # fmt: skip


def _devices(session: Session, workspace_id: int, office: DemoOffice, settings: Settings) -> dict[str, Actor]:
    """One device for each group, and one for people outside the groups; by the officers who hold them."""
    devices = {}
    for code, name in [("", "ผู้บริหาร"), *((group.code, group.name_th) for group in office.groups)]:
        actor_id, _ = accounts.create_app_user(
            session,
            SYSTEM,
            workspace_id=workspace_id,
            display_name=f"แท็บเล็ต {name}",
            role_id=APP_USER.id,
            sealing_key=settings.sealing_key(),
        )
        devices[code] = Actor(id=actor_id, kind="app_user", display_name=name)
    return {officer.code: devices[officer.group_code or ""] for officer in office.officers}


def submissions(office: DemoOffice, now: dt.datetime, *, full: bool) -> Iterator[DemoSubmission]:
    """All records of the demo as they come in, each as often as its tablet sent it; `full` is the load test's volume.

    The newest ones are of the days before `now`, so that the home page shows an office at work.
    """
    for submission in generate_records(office, now, full=full):
        for _ in range(submission.times_sent):
            yield submission


def arrival_of(
    session: Session,
    demo: FoundedDemo,
    submission: DemoSubmission,
    settings: Settings,
    *,
    small: bool,
) -> Arrival:
    """A demo record as it arrives, with the files that come along; `small` draws smaller photos."""
    root = {"id": submission.form_id, "version": submission.form_version}
    xml = to_instance_xml(submission, root)
    instance = read_instance(xml)
    files = [
        ReceivedFile(file.name, spool_bytes(file_bytes(file, small=small)), MEDIA_TYPES[file.kind])
        for file in submission.files
        if file.arrives
    ]
    return Arrival(
        actor=demo.devices[submission.officer_code],
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


def _publish(session: Session, workspace_id: int, upload: Upload) -> int:
    form = create_form(session, SYSTEM, workspace_id=workspace_id, upload=upload, ignore_warnings=True)
    if upload.form.xml_form_id == VISIT_FORM:
        publish_draft(session, SYSTEM, form=form, version=OLD_VISIT_VERSION)
        save_draft(session, SYSTEM, form=form, upload=upload, ignore_warnings=True)
    publish_draft(session, SYSTEM, form=form)
    return form.id
