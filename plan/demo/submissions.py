"""The submissions of the demo: school visits and quarterly progress reports, in the order of their arrival.

Both are generators: the plan of all of them is made at once (a few milliseconds), the answers one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from plan.demo.chance import demo_uuid
from plan.demo.model import DemoOffice
from plan.demo.progress_answers import ROUND, progress_record
from plan.demo.progress_plan import PlannedReport, plan_reports
from plan.demo.submission_model import (
    CURRENT_VERSIONS,
    OLD_VISIT_VERSION,
    PROGRESS_FORM,
    VISIT_FORM,
    DemoEntity,
    DemoSubmission,
    Trouble,
)
from plan.demo.visit_answers import visit_record
from plan.demo.visit_plan import PlannedVisit, plan_visits
from plan.demo.visit_trouble import with_trouble

_SENT_AGAIN = 3


def generate_visits(office: DemoOffice) -> Iterator[DemoSubmission]:
    """176 visits to 147 schools; each instance comes once, `times_sent` says how often to send it."""
    for visit in with_trouble(plan_visits(office)):
        yield _visit(office, visit)


def generate_progress_reports(office: DemoOffice) -> Iterator[DemoSubmission]:
    """The 74 progress reports of quarter 1; 4 of the 78 due are missing, 2 projects are cancelled."""
    for report in plan_reports(office):
        yield _progress(office, report)


def _visit(office: DemoOffice, visit: PlannedVisit) -> DemoSubmission:
    record = visit_record(office, visit)
    code = f"{visit.school.code}/{visit.device_id}/{visit.started_at:%Y%m%d}"
    old = visit.trouble == Trouble.OLD_FORM_VERSION
    return DemoSubmission(
        form_id=VISIT_FORM,
        form_version=OLD_VISIT_VERSION if old else CURRENT_VERSIONS[VISIT_FORM],
        instance_id=f"uuid:{demo_uuid('visit', code)}",
        instance_name=f"{visit.school.code} {record.report_date.isoformat()}",
        answers=record.answers,
        files=record.files,
        started_at=visit.started_at + record.clock_error,
        ended_at=visit.ended_at + record.clock_error,
        received_at=visit.received_at,
        officer_code=visit.officer.code,
        device_id=visit.device_id,
        entity=DemoEntity("schools", visit.school.uuid, visit.base_version),
        times_sent=_SENT_AGAIN if visit.trouble == Trouble.SENT_THREE_TIMES else 1,
        trouble=visit.trouble,
    )


def _progress(office: DemoOffice, report: PlannedReport) -> DemoSubmission:
    answers, files = progress_record(office, report)
    code = report.project.code
    return DemoSubmission(
        form_id=PROGRESS_FORM,
        form_version=CURRENT_VERSIONS[PROGRESS_FORM],
        instance_id=f"uuid:{demo_uuid('progress', f'{code}/{ROUND}')}",
        instance_name=f"{code} {ROUND} {report.ended_at.date().isoformat()}",
        answers=answers,
        files=files,
        started_at=report.started_at,
        ended_at=report.ended_at,
        received_at=report.received_at,
        officer_code=report.officer.code,
        device_id=report.device_id,
        entity=DemoEntity("projects", report.project.uuid, 1),
        trouble=report.trouble,
    )
