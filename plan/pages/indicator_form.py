"""The form of an indicator."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext

from core.transaction import reading
from plan import queries, words
from plan.list_rows import number_text
from plan.models import Indicator
from plan.pages.common import chosen_year, open_years, options, root
from plan.pages.edit import EditPage, Input


def indicator_form(workspace_id: int, indicator: Indicator | None) -> EditPage:
    """The form for a new indicator, or of one that is there."""
    back = f"{root(workspace_id)}/indicators"
    of = indicator or Indicator(
        framework="action_plan",
        measure_type="percent",
        direction="higher",
        weight=Decimal(0),
        min_evidence=1,
    )
    return EditPage(
        title=gettext("Change the indicator") if indicator else gettext("New indicator"),
        lead=of.name or "",
        back=f"{back}/{of.uuid}" if indicator else back,
        version=of.version if indicator else None,
        inputs=[
            *_names(workspace_id, of, is_new=indicator is None),
            *_measure(of),
            *_values(of),
            *_levels(of),
        ],
    )


def _names(workspace_id: int, of: Indicator, *, is_new: bool) -> list[Input]:
    years, year = chosen_year(workspace_id)
    of_year = Input(
        name="yearBe",
        label=gettext("Fiscal year"),
        kind="select",
        value=year.year_be if year else "",
        options=open_years(years),
        required=True,
    )
    return [
        Input(name="name", label=gettext("Name of the indicator"), value=of.name, required=True, wide=True),
        Input(name="code", label=gettext("Code"), value=of.code, required=True),
        *([of_year] if is_new else []),
        Input(
            name="framework",
            label=gettext("Framework"),
            kind="select",
            value=of.framework,
            options=options(words.FRAMEWORK),
            required=True,
        ),
        *_references(workspace_id, of, is_new=is_new),
        _category(workspace_id, of),
    ]


def _category(workspace_id: int, of: Indicator) -> Input:
    """The category by its name; by its number in an office that has no PMQA framework yet."""
    rows = queries.node_names(reading(), workspace_id, "pmqa", "category")
    names = [(code, f"{code} {name}") for code, name in rows.items()]
    return Input(
        name="pmqaCategory",
        label=gettext("PMQA category (1–7)"),
        kind="select" if names else "number",
        value="" if of.pmqa_category is None else str(of.pmqa_category),
        options=[("", gettext("None")), *names],
    )


def _references(workspace_id: int, of: Indicator, *, is_new: bool) -> list[Input]:
    session = reading()
    standards = [(row.code, row.name) for row in queries.standards(session, workspace_id)]
    officers = [(row.code, row.name) for row in queries.officers(session, workspace_id)]
    return [
        Input(
            name="standardCode",
            label=gettext("Standard"),
            kind="select",
            value="" if is_new else of.standard_code,
            options=[("", gettext("None")), *standards],
        ),
        Input(
            name="ownerCode",
            label=gettext("Responsible officer"),
            kind="select",
            value="" if is_new else of.owner_code,
            options=[("", gettext("Not named yet")), *officers],
        ),
    ]


def _measure(of: Indicator) -> list[Input]:
    return [
        Input(
            name="measureType",
            label=gettext("How it is measured"),
            kind="select",
            value=of.measure_type,
            options=options(words.MEASURE_TYPE),
            required=True,
            heading=gettext("Measure"),
        ),
        Input(
            name="direction",
            label=gettext("Direction"),
            kind="select",
            value=of.direction,
            options=options(words.DIRECTION),
            required=True,
        ),
        Input(name="unit", label=gettext("Unit"), value=of.unit),
    ]


def _values(of: Indicator) -> list[Input]:
    return [
        Input(
            name="weight",
            label=gettext("Weight in percent"),
            kind="number",
            value=number_text(of.weight),
            required=True,
            hint=gettext("The weights of a framework sum to 100."),
        ),
        Input(name="baseline", label=gettext("Baseline"), kind="number", value=number_text(of.baseline)),
        Input(
            name="baselineNote",
            label=gettext("Source of the baseline, or why there is none"),
            value=of.baseline_note,
        ),
        Input(name="target", label=gettext("Target"), kind="number", value=number_text(of.target)),
        Input(
            name="minEvidence",
            label=gettext("Least number of pieces of evidence"),
            kind="number",
            value=of.min_evidence,
            required=True,
        ),
    ]


def _levels(of: Indicator) -> list[Input]:
    headings = [gettext("Scoring criteria"), "", "", "", ""]
    levels = [
        Input(
            name=f"t{level}",
            label=gettext("Threshold of level %(level)s", level=level),
            kind="number",
            value=number_text(value),
            heading=heading,
        )
        for level, (value, heading) in enumerate(zip(of.thresholds, headings, strict=True), start=1)
    ]
    criteria = Input(
        name="criteriaText",
        label=gettext("Criteria in words"),
        kind="area",
        value=of.criteria_text,
        wide=True,
        hint=gettext("Shown while the form is filled. Left empty, the thresholds are shown."),
    )
    return [*levels, criteria]
