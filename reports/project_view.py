"""One project across all forms: how it stands, its progress reports, what every form says of it, and its pictures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.access.actor import Actor
from forms.queries import list_forms
from plan import queries as plan
from plan.models import Project
from reports import evidence, form_report
from reports.documents import r01
from reports.evidence import Picture
from reports.filters import Filters
from reports.form_report import FormReport
from reports.measures import plain_number
from reports.queries import Selection, count, records
from reports.roles import roles_of

MOST_PICTURES = 24
"""Pictures on the page until more are asked for."""


@dataclass(frozen=True)
class ProgressEntry:
    """One progress report."""

    instance_id: str
    report_date: dt.date
    progress: Decimal | None
    disbursed: Decimal | None
    incomplete: bool


@dataclass(frozen=True)
class ProjectView:
    """Everything reports know of a project. `pictures` are the newest of `picture_count`, or all of them."""

    project: Project
    state: r01.ProjectState
    line: r01.Line
    entries: list[ProgressEntry]
    forms: list[FormReport]
    pictures: list[Picture]
    picture_count: int


def load(
    session: Session,
    actor: Actor,
    workspace_id: int,
    uuid: str,
    *,
    today: dt.date,
    language: str,
    most_pictures: int | None = MOST_PICTURES,
) -> ProjectView:
    """The view of a project, of the forms that the actor may see reports of, with all its pictures or the newest.

    Raises:
        Problem 404.1: the plan has no such project.

    """
    project = plan.find_project(session, workspace_id, uuid)
    filters = Filters(project=project.uuid)
    reports: list[FormReport] = []
    selections: list[Selection] = []
    entries: list[ProgressEntry] = []
    for item in list_forms(session, workspace_id):
        if item.form.current_version_id is None or not actor.can("report.read", workspace_id, item.form.id):
            continue
        roles = roles_of(form_report.version_of(session, item.form))
        selection = Selection(form_id=item.form.id, filters=filters)
        if "project" not in roles.dimensions or not count(session, selection).records:
            continue
        reports.append(form_report.load(session, item.form, filters, by="quarter", language=language, roles=roles))
        selections.append(selection)
        if item.form.xml_form_id == r01.FORM:
            entries = _entries(session, selection)
    state = _state(project, entries, today)
    photos = evidence.pictures_of(session, selections, project.uuid)
    pictures = evidence.described(session, workspace_id, photos[:most_pictures])
    return ProjectView(project, state, r01.line(project.uuid, [state]), entries, reports, pictures, len(photos))


def _entries(session: Session, selection: Selection) -> list[ProgressEntry]:
    found = sorted(records(session, selection), key=lambda record: record.order, reverse=True)
    return [
        ProgressEntry(
            record.instance_id,
            record.report_date,
            _number(record.answers.get(r01.PROGRESS)),
            _number(record.answers.get(r01.DISBURSED)),
            record.incomplete,
        )
        for record in found
    ]


def _state(project: Project, entries: list[ProgressEntry], today: dt.date) -> r01.ProjectState:
    last = entries[0] if entries else None
    return r01.ProjectState(
        uuid=project.uuid,
        code=project.code,
        name=project.name,
        group=project.group_code,
        budget=project.budget_total,
        planned=plan.planned_progress(project, today),
        disbursed=last.disbursed if last else None,
        progress=last.progress if last else None,
        reported_on=last.report_date if last else None,
        status=project.current_status,
    )


def _number(value: object) -> Decimal | None:
    found = plain_number(value)
    return found if isinstance(found, Decimal) else None
