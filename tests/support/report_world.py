"""An office with a small plan and a visit form of every kind of question, for tests of reports."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from forms.models import Form
from plan import projects
from reports import form_report
from reports.filters import Filters
from reports.form_report import FormReport
from tests.personas import Office
from tests.support.records import group, make_form, make_submission, question, repeat
from tests.support.small_plan import SmallPlan, found_small_plan, project_data

SCALE = {"5": "มากที่สุด", "4": "มาก", "3": "ปานกลาง", "2": "น้อย", "1": "น้อยที่สุด"}
FIELDS = [
    question("/report_date", "date", dimension="date"),
    question("/officer", dimension="officer", list_file="officers.csv"),
    question("/group_code", dimension="group"),
    question("/school", dimension="school", list_file="schools.csv"),
    question("/mode", dimension="visit_mode", choices={"onsite": "ลงพื้นที่", "phone": "โทรศัพท์"}, label="วิธีติดตาม"),
    question("/pupils", "int", measure="sum", label="จำนวนนักเรียน"),
    question("/spent", "decimal", measure="sum"),
    question("/problems", control="select", choices={"budget": "งบประมาณ", "time": "เวลา"}, measure="share"),
    repeat("/item"),
    question("/item/project", dimension="project", list_file="projects.csv"),
    question("/item/planned", "int", measure="sum"),
    question("/item/actual", "int", measure="percent_of:planned"),
    group("/item/ratings", "ระดับความเหมาะสม"),
    question("/item/ratings/one", choices=SCALE, measure="rating", label="ปัจจัยนำเข้า"),
    question("/item/ratings/two", choices=SCALE, measure="rating", label="ผลผลิต"),
]


class World:
    """An office with a small plan, a second project of another group, and a visit form."""

    def __init__(self, office: Office, planner: Actor) -> None:
        self.office, self.workspace_id = office, office.workspace_id

        def work(session: Session) -> tuple[SmallPlan, str, Form]:
            plan = found_small_plan(session, planner, office.workspace_id)
            data = project_data(code="SUP-70-01", name="นิเทศบูรณาการ", group_code="SUP", owner_code=None)
            other = projects.create_project(session, planner, workspace_id=office.workspace_id, data=data).uuid
            return plan, other, make_form(session, office, fields=FIELDS)

        self.plan, self.other, self.form = unit_of_work(work)

    def add(self, answers: dict[str, Any], **columns: Any) -> int:
        return unit_of_work(lambda session: make_submission(session, self.form, answers, **columns).id)

    def report(self, by: str = "", **filters: Any) -> FormReport:
        return form_report.load(reading(), self.form, Filters(**filters), by=by)

    def get(self, persona: str | None = "pakorn", query: str = "", form: str = "visit") -> Any:
        return self.office.client(persona).get(f"/v1/projects/{self.workspace_id}/reports/forms/{form}?{query}")


def item(project: str, planned: int, actual: int | None = None, **ratings: str) -> dict[str, Any]:
    return {"project": project, "planned": planned, "ratings": ratings} | ({} if actual is None else {"actual": actual})
