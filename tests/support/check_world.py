"""An office with a small plan and forms of the library, whose records come in through the intake and are checked."""

from __future__ import annotations

import datetime as dt
import html
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from plan import activities, projects
from plan.models import (
    Indicator,
    Officer,
    ResponsibilityLine,
    ResponsibilityOrder,
    Round,
)
from sync.checks import jobs
from sync.checks.codes import REPORT_DATE
from sync.checks.models import SubmissionCheck
from sync.models import Submission
from tests.personas import Office
from tests.support.forms import TestForm, publish
from tests.support.library_forms import library_xform
from tests.support.openrosa import send
from tests.support.small_plan import activity_data, found_small_plan

Answers = dict[str, Any]
DAY = "2026-12-15"
PHOTO = ("a.jpg", b"a picture")
EVIDENCE = {"evidence_title": "ภาพการประชุม", "evidence_type": "photo", "evidence_photo": "a.jpg"}


def xml_of(form_id: str, version: str, answers: Answers, *, instance_id: str, deprecated: str = "") -> bytes:
    """A record's XML: groups are dicts, repeats lists of dicts, everything else text."""
    meta = f"<orx:instanceID>{instance_id}</orx:instanceID>"
    meta += f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>" if deprecated else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form_id}" version="{version}">{_nodes(answers)}'
        f"<orx:meta>{meta}</orx:meta></data>"
    ).encode()


def _nodes(answers: Answers) -> str:
    return "".join(
        f"<{name}>{_nodes(turn) if isinstance(turn, dict) else html.escape(str(turn))}</{name}>"
        for name, value in answers.items()
        for turn in (value if isinstance(value, list) else [value])
    )


class World:
    """The office; `plan` holds the UUIDs. The project has two activities of 40 and 60, and 100,000 baht."""

    def __init__(self, office: Office, planner: Actor, *form_ids: str) -> None:
        self.office, self.planner, self.workspace_id = office, planner, office.workspace_id

        def work(session: Session) -> tuple[Any, str]:
            plan = found_small_plan(session, planner, office.workspace_id)
            data = activity_data(plan.project, name="นิเทศติดตาม", weight=Decimal("60.00"))
            return plan, activities.create_activity(session, planner, workspace_id=office.workspace_id, data=data).uuid

        self.plan, self.second_activity = unit_of_work(work)
        self.forms: dict[str, TestForm] = {name: publish(office, xml=library_xform(name)) for name in form_ids}

    def progress(self, **changes: Any) -> Answers:
        """A progress report in which nothing is wrong, but for the changes."""
        return {
            "report_date": DAY,
            "officer": "OFF-001",
            "report_round": "q1",
            "project": self.plan.project,
            "activity_item": [{"activity": self.plan.activity}, {"activity": self.second_activity}],
            "budget_item": {"budget_source": "area_office", "source_allocated": "100000"},
            "evidence": EVIDENCE,
        } | changes

    def visit(self, **changes: Any) -> Answers:
        """A visit in which nothing is wrong, but for the changes."""
        school = changes.pop("school", self.plan.school)
        return {
            "report_date": DAY,
            "officer": "OFF-001",
            "visit": {"visit_round": "1", "visit_mode": "onsite", "school": school},
            "evidence": EVIDENCE,
        } | changes

    def completion(self, **changes: Any) -> Answers:
        """A completion report in which only the approvals are missing, but for the changes."""
        return {
            "report_date": DAY,
            "officer": "OFF-001",
            "s1_project": {"project": self.plan.project},
            "s5_activity": [{"activity": self.plan.activity}, {"activity": self.second_activity}],
            "s6_budget": {"budget_sources": "area_office", "budget_received": "100000"},
            "budget_spent": "99999.5",
            "budget_remaining": "0.5",
            "sign": {"sign_reporter": "a.jpg"},
            "att_photo": {"photo": "a.jpg", "photo_caption": "ภาพ"},
        } | changes

    def result(self, **changes: Any) -> Answers:
        """A result of the indicator by the officer whom `give_order` makes responsible."""
        return {
            "report_date": DAY,
            "officer": "OFF-002",
            "indicator": self.plan.indicator,
            "report_round": "q1",
            "result_kind": "self",
            "evidence": EVIDENCE,
        } | changes

    def send(
        self, form_id: str, answers: Answers, *files: tuple[str, bytes], edits: str = "", check: bool = True
    ) -> str:
        """Send a record with a device and have it checked; its instance id."""
        own = f"uuid:{uuid.uuid4()}"
        version = next(iter(self.forms[form_id].version_ids))
        self.send_again(form_id, version, own, answers, *files, edits=edits)
        if check:
            self.check(form_id)
        return own

    def send_again(
        self, form_id: str, version: str, own: str, answers: Answers, *files: tuple[str, bytes], edits: str = ""
    ) -> None:
        """One POST of a record."""
        answer = send(self.office, xml_of(form_id, version, answers, instance_id=own, deprecated=edits), *files)
        assert answer.status_code == 201, answer.get_data(as_text=True)

    def check(self, form_id: str, *, thorough: bool = False) -> None:
        """Do what the job does that the intake asked for."""
        jobs.check_records({"form_id": self.forms[form_id].id, "thorough": thorough})

    def plan_changed(self, form_id: str) -> None:
        """Do what the jobs do after a change of the plan."""
        jobs.check_plan_changes({})
        self.check(form_id)

    def codes(self, instance_id: str, *, state: str = "open") -> list[str]:
        """The codes of a record's findings, but for its date: these records are of a fixed day, whatever today is."""
        found = (item for item in self.found(instance_id) if item.state == state)
        return sorted(item.code for item in found if item.code != REPORT_DATE)

    def found(self, instance_id: str) -> list[SubmissionCheck]:
        """The findings of a record."""
        session = reading()
        session.expire_all()
        statement = select(SubmissionCheck).where(SubmissionCheck.submission_id == self.id_of(instance_id))
        return list(session.scalars(statement.order_by(SubmissionCheck.id)))

    def id_of(self, instance_id: str) -> int:
        """Key of a record."""
        return reading().scalars(select(Submission.id).where(Submission.instance_id == instance_id)).one()

    def change_project(self, **changes: Any) -> None:
        """Change the project as its page does."""
        unit_of_work(
            lambda session: projects.update_project(
                session,
                self.planner,
                workspace_id=self.workspace_id,
                uuid=self.plan.project,
                version=0,
                changes=changes,
            )
        )

    def set_in_plan(self, table: Any, condition: Any, **values: Any) -> None:
        """Change the plan's rows; `touch_plan` says so."""
        unit_of_work(lambda session: session.execute(update(table).where(condition).values(**values)))
        self.touch_plan()

    def touch_plan(self) -> None:
        """Count the plan's revision up, as every change of it does."""
        from plan.editing import bump

        unit_of_work(lambda session: bump(session, self.workspace_id))

    def close_rounds(self, day: dt.date) -> None:
        """Have every round of the year end on a day in the past."""
        self.set_in_plan(Round, Round.workspace_id == self.workspace_id, opens_on=day, due_on=day, closes_on=day)

    def give_account(self, code: str, actor_id: int | None, **values: Any) -> None:
        """An officer signs in as this actor."""
        condition = (Officer.workspace_id == self.workspace_id) & (Officer.code == code)
        self.set_in_plan(Officer, condition, user_actor_id=actor_id, **values)

    def give_order(
        self, first: dt.date, last: dt.date, *, state: str = "in_force", supersedes: int | None = None
    ) -> int:
        """An order makes OFF-002 responsible for the indicator; its key."""

        def work(session: Session) -> int:
            order = ResponsibilityOrder(
                workspace_id=self.workspace_id, order_no=str(uuid.uuid4()), title="คำสั่ง", valid_from=first,
                valid_to=last, state=state, supersedes_id=supersedes,
            )  # fmt: skip
            session.add(order)
            session.flush()
            officer = session.scalars(select(Officer).where(Officer.uuid == self.plan.officer)).one()
            indicator = session.scalars(select(Indicator).where(Indicator.uuid == self.plan.indicator)).one()
            session.add(
                ResponsibilityLine(
                    workspace_id=self.workspace_id, order_id=order.id, officer_id=officer.id, role="owner",
                    indicator_id=indicator.id,
                )
            )  # fmt: skip
            return order.id

        made = unit_of_work(work)
        self.touch_plan()
        return made
