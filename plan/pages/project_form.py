"""The form of a project: money by source in one field each, one target by number and one by quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from core.transaction import reading
from plan import queries, words
from plan.clock import office_today
from plan.list_rows import number_text
from plan.models import FiscalYear, Project
from plan.models.projects import PROJECT_STATUSES
from plan.pages.common import chosen_year, open_years, options, root
from plan.pages.edit import EditPage, Input

# Sources with a field of their own; a project with none of them uses no money.
_MONEY = {"budgetAreaOffice": "area_office", "budgetObec": "obec", "budgetOther": "other"}
_OTHER_NAME = "budgetOtherName"
_TARGETS = ("targetText", "targetValue", "targetUnit", "targetQuality")


def project_form(workspace_id: int, project: Project | None) -> EditPage:
    """The form for a new project, or of one that is there."""
    years, year = chosen_year(workspace_id)
    if project is not None:
        year = project.fiscal_year
    inputs = [
        *_names(workspace_id, project, years, year),
        *_state(project),
        *_dates(project, year),
        *_money(project),
        *_aims(project),
        _indicators(workspace_id, project, year),
    ]
    back = f"{root(workspace_id)}/projects"
    return EditPage(
        title=gettext("Change the project") if project else gettext("New project"),
        lead=project.name if project else "",
        back=f"{back}/{project.uuid}" if project else back,
        version=project.version if project else None,
        inputs=inputs,
    )


def project_payload(page: EditPage, project: Project | None) -> tuple[EditPage, dict[str, Any]]:
    """What the schema reads, with the form's own fields for money and targets put together.

    Money and targets that come back as they were shown are left alone, so that what only programs can enter (a
    second giver, a third target) is not lost by editing the name. The page handed back knows beside which field a
    fault of a line belongs.
    """
    given = page.given()
    own = {*_MONEY, _OTHER_NAME, *_TARGETS}
    payload = {name: value for name, value in given.items() if name not in own}
    shown = {item.name: "" if item.value is None else str(item.value) for item in page.inputs}
    changed = {name for name in own if given[name].strip() != shown[name]}
    places = {"budgets": "budgetAreaOffice"}
    if project is None or changed & {*_MONEY, _OTHER_NAME}:
        payload["budgets"] = _budgets(given, places)
    if project is None or changed & set(_TARGETS):
        payload["targets"] = _targets(given, project)
        places |= {
            "targets.0.value": "targetValue",
            "targets.0.unit": "targetUnit",
            "targets.0.text": "targetText",
            "targets.1.text": "targetQuality",
        }
    return replace(page, places=places), payload


def _budgets(given: dict[str, Any], places: dict[str, str]) -> list[dict[str, Any]]:
    """A line for each source with an amount; without any the project uses no money."""
    lines: list[dict[str, Any]] = []
    for name, source in _MONEY.items():
        # An amount of nothing, in digits of either script, is no line.
        if not given[name].strip("0.,๐ "):
            continue
        places[f"budgets.{len(lines)}.amount"] = name
        places[f"budgets.{len(lines)}.sourceOther"] = _OTHER_NAME
        lines.append({"source": source, "amount": given[name]})
        if source == "other":
            lines[-1]["sourceOther"] = given[_OTHER_NAME]
    return lines or [{"source": "none", "amount": "0"}]


def _targets(given: dict[str, Any], project: Project | None) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    if given["targetValue"].strip() or given["targetText"].strip():
        made.append(
            {
                "kind": "quantity",
                "text": given["targetText"],
                "value": given["targetValue"].strip() or None,
                "unit": given["targetUnit"],
            }
        )
    if given["targetQuality"].strip():
        made.append({"kind": "quality", "text": given["targetQuality"]})
    kept = [] if project is None else _beyond_the_first(project.targets)
    return made + kept


def _beyond_the_first(targets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[str] = set()
    rest = []
    for item in targets:
        if item["kind"] in seen:
            rest.append(item)
        seen.add(item["kind"])
    return rest


def _names(
    workspace_id: int, project: Project | None, years: Sequence[FiscalYear], year: FiscalYear | None
) -> list[Input]:
    groups = [(row.code, row.name_th) for row in queries.groups(reading(), workspace_id)]
    of_year = Input(
        name="yearBe",
        label=gettext("Fiscal year"),
        kind="select",
        value=year.year_be if year else "",
        options=open_years(years),
        required=True,
    )
    return [
        Input(
            name="name",
            label=gettext("Name of the project"),
            value=project.name if project else "",
            required=True,
            wide=True,
        ),
        Input(name="code", label=gettext("Code"), value=project.code if project else "", required=True),
        *([] if project else [of_year]),
        Input(
            name="groupCode",
            label=gettext("Group"),
            kind="select",
            value=project.group_code if project else "",
            options=groups,
            required=True,
        ),
        _owner(workspace_id, project),
    ]


def _owner(workspace_id: int, project: Project | None) -> Input:
    """Who works here today, and whoever is named already."""
    today = office_today()
    officers = [
        (row.code, f"{row.name} ({row.group.name_th})" if row.group else row.name)
        for row in queries.officers(reading(), workspace_id)
        if row.active_on(today) or (project is not None and row.code == project.owner_code)
    ]
    return Input(
        name="ownerCode",
        label=gettext("Responsible officer"),
        kind="select",
        value=project.owner_code if project else "",
        options=[("", gettext("Not named yet")), *officers],
    )


def _state(project: Project | None) -> list[Input]:
    return [
        Input(
            name="status",
            label=gettext("State"),
            kind="select",
            value=project.status if project else "proposed",
            options=options({name: words.PROJECT_STATUS[name] for name in PROJECT_STATUSES}),
            required=True,
            heading=gettext("State and approval"),
            hint=gettext("Progress reports say how a running project stands."),
        ),
        Input(
            name="statusReason",
            label=gettext("Reason"),
            value=project.status_reason if project else "",
            hint=gettext("Needed for a project that is postponed or cancelled."),
        ),
        Input(
            name="approved",
            label=gettext("The project is approved"),
            kind="tick",
            value=bool(project and project.approved),
        ),
        Input(
            name="approvalNo",
            label=gettext("Number of the approval"),
            value=project.approval_no if project else "",
        ),
        Input(
            name="approvedOn",
            label=gettext("Approved on"),
            kind="date",
            value=project.approved_on if project else "",
        ),
    ]


def _dates(project: Project | None, year: FiscalYear | None) -> list[Input]:
    return [
        Input(
            name="startsOn",
            label=gettext("First day"),
            kind="date",
            value=project.starts_on if project else (year.starts_on if year else ""),
            required=True,
            heading=gettext("Time"),
        ),
        Input(
            name="endsOn",
            label=gettext("Last day"),
            kind="date",
            value=project.ends_on if project else (year.ends_on if year else ""),
            required=True,
        ),
        Input(
            name="carryOver",
            label=gettext("Carrying over into the next fiscal year is approved"),
            kind="tick",
            value=bool(project and project.carry_over),
        ),
    ]


def _money(project: Project | None) -> list[Input]:
    lines = project.budgets if project else []

    def amount(source: str) -> str:
        total = sum((line.amount for line in lines if line.source == source), Decimal(0))
        return number_text(total) if total else ""

    labels = {
        "area_office": gettext("From the area office (baht)"),
        "obec": gettext("From OBEC (baht)"),
        "other": gettext("From another source (baht)"),
    }
    givers = ", ".join(line.source_other for line in lines if line.source == "other")
    money = [
        Input(name=name, label=labels[source], kind="number", value=amount(source)) for name, source in _MONEY.items()
    ]
    money[0] = replace(
        money[0], heading=gettext("Money"), hint=gettext("Leave everything empty when no money is used.")
    )
    return [*money, Input(name=_OTHER_NAME, label=gettext("Which other source"), value=givers)]


def _aims(project: Project | None) -> list[Input]:
    targets = project.targets if project else []
    quantity = next((item for item in targets if item["kind"] == "quantity"), {})
    quality = next((item for item in targets if item["kind"] == "quality"), {})
    value = quantity.get("value")
    return [
        Input(
            name="objectives",
            label=gettext("Objectives"),
            kind="lines",
            value="\n".join(project.objectives) if project else "",
            hint=gettext("One on each line."),
            wide=True,
            heading=gettext("Objectives and targets"),
        ),
        Input(name="targetText", label=gettext("Target group"), value=quantity.get("text", "")),
        Input(
            name="targetValue",
            label=gettext("Target by number"),
            kind="number",
            value=number_text(Decimal(value)) if value else "",
        ),
        Input(name="targetUnit", label=gettext("Unit of the number"), value=quantity.get("unit", "")),
        Input(
            name="targetQuality",
            label=gettext("Target by quality"),
            kind="area",
            value=quality.get("text", ""),
            wide=True,
        ),
    ]


def _indicators(workspace_id: int, project: Project | None, year: FiscalYear | None) -> Input:
    rows = queries.indicators(reading(), workspace_id, year_be=year.year_be) if year else []
    return Input(
        name="indicatorUuids",
        label=gettext("Indicators that the project answers"),
        kind="ticks",
        value=project.indicator_uuids if project else [],
        options=[(row.uuid, f"{row.code} {row.name}") for row in rows],
        wide=True,
        heading=gettext("Indicators"),
    )
