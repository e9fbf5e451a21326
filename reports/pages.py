"""Pages of reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from flask import Blueprint, current_app, g, render_template, request

from core.access.guard import allow
from core.database import utc_now
from core.i18n import fiscal_year
from core.transaction import reading
from core.web import settings_of
from forms.queries import find_form, form_by_id, list_forms
from plan.clock import office_today
from plan.queries import labels
from reports import choosers, filter_choices, form_report, page_tables, project_view, words
from reports.documents import r01, r05
from reports.figures import half_up, percent, root_half_up
from reports.filters import APPROVED, Filters
from reports.form_report import FormReport
from reports.links import (
    choosers_page,
    form_page,
    progress_records,
    project_page,
    record_page,
    records_page,
    with_query,
)
from reports.names import choice_names, group_name, plan_names
from reports.page_tables import NUMERIC, RATED, RECORDS
from reports.problems import Problem
from reports.queries import counts_of_forms
from reports.reader import reader_language
from reports.roles import roles_of
from sync.pages import page_key

blueprint = Blueprint("report_pages", __name__, template_folder="templates")
W = "/w/<int:workspace_id>"


@blueprint.get(f"{W}/reports")
@allow("report.read", per_form=True)
def index(workspace_id: int) -> str:
    """The reports there are: those of the catalogue, and one for each form."""
    session = reading()
    counted = counts_of_forms(session, workspace_id)
    forms = [
        (item, *counted.get(item.id, (0, None)), form_page(workspace_id, item.xml_form_id, "report"))
        for item in list_forms(session, workspace_id)
        if item.form.current_version_id is not None and g.actor.can("report.read", workspace_id, item.id)
    ]
    return render_template(
        "reports/index.html",
        forms=sorted(forms, key=lambda row: row[1] == 0),
        catalogue=g.actor.can("report.read", workspace_id),
    )


@blueprint.get(f"{W}/forms/<xml_form_id>/report")
@allow("report.read", per_form=True)
def form(workspace_id: int, xml_form_id: str) -> str:
    """A form summed up by one of its dimensions."""
    session = reading()
    found = find_form(session, g.actor, workspace_id, xml_form_id, "report.read")
    (filters, nonsense), language = Filters.understood(request.args), reader_language()
    report = form_report.load(session, found, filters, by=request.args.get("by", ""), language=language)
    figure = _figure(report)
    lines = page_tables.lines(report)
    charted = page_tables.columns(report, NUMERIC | RATED, language)
    return render_template(
        "reports/form.html",
        report=report,
        groupings=_groupings(report, language),
        lines=lines,
        total=page_tables.total(report),
        columns=page_tables.columns(report, NUMERIC, language),
        rated=page_tables.columns(report, RATED, language),
        ratings=page_tables.ratings(report, language),
        distributions=page_tables.distributions(report, language),
        charted=charted,
        figure=figure,
        figure_title=next((column.title for column in charted if column.name == figure), ""),
        bars=page_tables.bars(figure, lines),
        most_bars=page_tables.MOST_BARS,
        csv=_csv_address(workspace_id, xml_form_id, filters),
        **_filter_form(
            workspace_id,
            filters,
            report.roles.dimensions,
            rounds=filter_choices.rounds_of(report.roles, language),
            nonsense=nonsense,
        ),
    )


@blueprint.get(f"{W}/forms/<xml_form_id>/report/answers")
@allow("report.read", per_form=True)
def answers(workspace_id: int, xml_form_id: str) -> str:
    """The records behind one figure of the distribution of answers, the newest first."""
    session, language = reading(), reader_language()
    found = find_form(session, g.actor, workspace_id, xml_form_id, "report.read")
    g.actor.require("submission.list", workspace_id, found.id)
    filters, nonsense = Filters.understood(request.args)
    question, choice = request.args.get("question", ""), request.args.get("choice", "")
    roles = roles_of(form_report.version_of(session, found))
    chosen = choosers.choosers(session, found, roles, filters, question, choice)
    choices = filter_choices.choices_for(session, workspace_id, filters, filters.chosen(), language)
    keys = chosen.page(page_key("before"))
    shown, more = keys[: choosers.PAGE], len(keys) > choosers.PAGE
    here = choosers_page(workspace_id, xml_form_id, filters, question, choice)
    return render_template(
        "reports/answers.html",
        form_title=form_report.title_of(session, found),
        question=words.title(chosen.question, language),
        choice=choice_names(chosen.question.field, language).get(choice, choice),
        chosen=chosen,
        percent=half_up(percent(chosen.answers, chosen.answered)),
        lines=choosers.lines(session, workspace_id, chosen, shown),
        record_of=lambda record: record_page(workspace_id, xml_form_id, record.instance_id),
        report_page=with_query(form_page(workspace_id, xml_form_id, "report"), filters.query()),
        next_url=f"{here}&before={shown[-1]}" if more else "",
        as_of=filters.as_of,
        said=_said(filters, choices | {"round": filter_choices.rounds_of(roles, language)}),
        nonsense=_left_out(nonsense),
    )


@blueprint.get(f"{W}/reports/R01")
@allow("report.read")
def progress(workspace_id: int) -> str:
    """Progress and disbursement by group, or of one group by project."""
    session, today = reading(), office_today()
    filters, nonsense = Filters.understood(request.args)
    report = r01.load(session, workspace_id, filters, today=today)
    filters = filters.with_(fiscal_year=report.fiscal_year)
    drill = with_query(f"/w/{workspace_id}/reports/R01", filters.with_(group="").query())
    return render_template(
        "reports/r01.html",
        report=report,
        names=plan_names(
            session, workspace_id, "group", [filters.group, *(line.key for line in report.groups)], reader_language()
        ),
        drill=lambda code: f"{drill}&group={quote(code)}",
        back=drill,
        page_of=lambda uuid: project_page(workspace_id, uuid),
        records_of=lambda uuid: progress_records(workspace_id, report, uuid, filters),
        statuses=words.STATUSES,
        kinds=words.STATUS_KINDS,
        **_filter_form(workspace_id, filters, ("group",), nonsense=nonsense),
    )


@blueprint.get(f"{W}/reports/R05")
@allow("report.read")
def coverage(workspace_id: int) -> str:
    """Which schools were visited, by district, and which were not."""
    session, today = reading(), office_today()
    filters, nonsense = Filters.understood(request.args)
    report = r05.load(session, workspace_id, filters, today=today)
    filters = filters.with_(fiscal_year=report.fiscal_year)
    visit_form = form_by_id(session, workspace_id, r05.FORM)
    rounds = []
    if visit_form is not None:
        roles = roles_of(form_report.version_of(session, visit_form))
        rounds = filter_choices.rounds_of(roles, reader_language())
    return render_template(
        "reports/r05.html",
        report=report,
        names=labels(session, workspace_id, "district", [line.key for line in report.districts]),
        records_of=lambda code, **more: (
            records_page(workspace_id, r05.FORM, filters.with_(district=code or filters.district), **more)
            if code in report.exact
            else ""
        ),
        schools_of=lambda code: with_query(
            form_page(workspace_id, r05.FORM, "report"),
            filters.with_(district=code or filters.district).query(by="school"),
        ),
        has_form=visit_form is not None,
        **_filter_form(workspace_id, filters, ("district", "group", "officer"), rounds=rounds, nonsense=nonsense),
    )


@blueprint.get(f"{W}/reports/projects/<uuid>")
@allow("report.read")
def project(workspace_id: int, uuid: str) -> str:
    """One project across all forms, with its newest pictures or with all of them."""
    language = reader_language()
    view = project_view.load(
        reading(),
        g.actor,
        workspace_id,
        uuid,
        today=office_today(),
        language=language,
        most_pictures=None if request.args.get("photos") == "all" else project_view.MOST_PICTURES,
    )
    return render_template(
        "reports/project.html",
        view=view,
        today=office_today(),
        totals=[(report, page_tables.total(report), _shown_columns(report, language)) for report in view.forms],
        record_of=lambda entry: record_page(workspace_id, r01.FORM, entry.instance_id),
        form_titles={report.form.xml_form_id: report.title for report in view.forms},
        photo_record=lambda photo: record_page(workspace_id, photo.xml_form_id, photo.instance_id),
        report_of=lambda report: with_query(
            form_page(workspace_id, report.form.xml_form_id, "report"), report.filters.query(by="quarter")
        ),
        group=group_name(view.project.group, language),
        group_page=f"/w/{workspace_id}/reports/R01?fiscal_year={view.project.year_be}&group={quote(view.project.group_code)}",
        status=words.STATUSES.get(view.state.status, view.state.status),
        kind=words.STATUS_KINDS.get(view.state.status, "muted"),
    )


@blueprint.app_template_filter("half_up")
def _rounded(value: object, places: int = 2) -> object:
    """A fraction as a decimal, for the filters that write numbers."""
    return half_up(value, places)  # type: ignore[arg-type]  # templates pass fractions or nothing


@blueprint.app_template_filter("root_half_up")
def _root(value: object, places: int = 2) -> object:
    """The square root of a fraction."""
    return root_half_up(value, places)  # type: ignore[arg-type]  # templates pass fractions or nothing


def _figure(report: FormReport) -> str:
    """Which figure the chart shows.

    Raises:
        Problem 400.198: the form has none of this name.

    """
    wanted = request.args.get("figure", "") or RECORDS
    known = [one.name for one in report.roles.measures if one.kind != "share"]
    if wanted not in {RECORDS, *known}:
        raise Problem("400.198", value=wanted[:200], allowed=", ".join([RECORDS, *known]))
    return wanted


def _groupings(report: FormReport, language: str) -> list[tuple[str, str, str]]:
    """The tabs: name, label, address. A figure that was chosen for the chart stays chosen."""
    page = form_page(report.form.workspace_id, report.form.xml_form_id, "report")
    figure = request.args.get("figure", "")
    return [
        (
            name,
            words.dimension(report.roles.grouping(name), language),
            with_query(page, report.filters.query(by=name, figure=figure)),
        )
        for name in report.roles.groupings
    ]


def _shown_columns(report: FormReport, language: str) -> list[page_tables.Column]:
    return page_tables.columns(report, NUMERIC | RATED, language)


def _csv_address(workspace_id: int, xml_form_id: str, filters: Filters) -> str:
    """The export of the records that a report counts."""
    address = f"/v1/projects/{workspace_id}/forms/{quote(xml_form_id, safe='')}/submissions.csv.zip"
    return with_query(address, filters.query(attachments="false", review_state=filters.review_state))


def _said(filters: Filters, choices: filter_choices.Choices) -> list[str]:
    """The filters in words, which paper needs as much as the screen."""
    found = []
    for name, value in filters.parameters().items():
        if name in {"as_of", "review_state"}:
            continue
        named = dict(choices.get(name, ())).get(value, value)
        found.append(f"{words.part(name)} {named}")
    if filters.review_state == APPROVED:
        found.append(str(words.REVIEW_STATES[APPROVED]))
    return found


def _left_out(nonsense: Mapping[str, str]) -> list[str]:
    """What was left out of the filters, in words."""
    return [f"{words.part(name)} “{text}”" for name, text in nonsense.items()]


def _filter_form(
    workspace_id: int,
    filters: Filters,
    dimensions: Iterable[str],
    *,
    rounds: list[tuple[str, str]] | None = None,
    nonsense: Mapping[str, str],
) -> dict[str, object]:
    """What the filters' template needs. `nonsense` are parts of the address that were left out of the filters."""
    choices = filter_choices.choices_for(reading(), workspace_id, filters, dimensions, reader_language())
    if rounds:
        choices["round"] = rounds
    year = str(fiscal_year(office_today()))
    if not choices["fiscal_year"]:
        choices["fiscal_year"] = [(year, year)]
    return {
        "filters": filters,
        "choices": choices,
        "nonsense": _left_out(nonsense),
        "review_states": [(state, words.REVIEW_STATES[state]) for state in filter_choices.review_choices()],
        "now": utc_now().astimezone(settings_of(current_app).zone),
        "said": _said(filters, choices),
        "is_narrowed": filters != Filters(fiscal_year=filters.fiscal_year),
    }
