"""Words of reports that people read, by the terms the code uses."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from reports.filters import ALL, APPROVED, COUNTED
from reports.names import title_of
from reports.roles import Dimension, Measure

_LEVELS = {
    "highest": lazy_gettext("Very high"),
    "high": lazy_gettext("High"),
    "medium": lazy_gettext("Moderate"),
    "low": lazy_gettext("Low"),
    "lowest": lazy_gettext("Very low"),
}
_DIMENSIONS = {
    "project": lazy_gettext("Project"),
    "group": lazy_gettext("Group"),
    "school": lazy_gettext("School"),
    "district": lazy_gettext("District"),
    "officer": lazy_gettext("Officer"),
    "indicator": lazy_gettext("Indicator"),
    "round": lazy_gettext("Round"),
    "fiscal_year": lazy_gettext("Fiscal year"),
    "quarter": lazy_gettext("Quarter"),
}
_PARTS = _DIMENSIONS | {"review_state": lazy_gettext("Records"), "as_of": lazy_gettext("As of the day")}
_KINDS = {
    "sum": lazy_gettext("%(title)s (sum)"),
    "mean": lazy_gettext("%(title)s (mean)"),
    "count": lazy_gettext("%(title)s (answers)"),
}
_COMPUTED = {
    "attain_percent": lazy_gettext("Attainment of the target (percent)"),
    "budget_received": lazy_gettext("Budget received (baht)"),
    "budget_remaining": lazy_gettext("Budget remaining (baht)"),
    "budget_spent": lazy_gettext("Budget spent (baht)"),
    "budget_total": lazy_gettext("Budget (baht)"),
    "disbursed_total": lazy_gettext("Disbursed (baht)"),
    "evidence_count": lazy_gettext("Pieces of evidence"),
    "issue_count": lazy_gettext("Aspects assessed"),
    "issue_mean": lazy_gettext("Mean of the aspects"),
    "mean_input": lazy_gettext("Mean of the inputs"),
    "mean_objective": lazy_gettext("Mean of the objectives"),
    "mean_output": lazy_gettext("Mean of the outputs"),
    "mean_process": lazy_gettext("Mean of the process"),
    "photo_count": lazy_gettext("Photographs"),
    "project_item_count": lazy_gettext("Projects followed up"),
    "quantity_percent": lazy_gettext("Quantity reached (percent)"),
    "score": lazy_gettext("Score"),
    "students_total": lazy_gettext("Students"),
    "value": lazy_gettext("Result"),
}
"""What the calculations of the forms in the library are called: a calculation has no label of its own."""
REVIEW_STATES = {
    COUNTED: lazy_gettext("All but rejected ones"),
    APPROVED: lazy_gettext("Approved ones only"),
    ALL: lazy_gettext("All but rejected ones"),
}
STATUSES = {
    "proposed": lazy_gettext("Proposed"),
    "not_started": lazy_gettext("Not started"),
    "in_progress": lazy_gettext("In progress"),
    "delayed": lazy_gettext("Behind plan"),
    "postponed": lazy_gettext("Postponed"),
    "completed": lazy_gettext("Completed"),
    "reported": lazy_gettext("Reported"),
    "closed": lazy_gettext("Closed"),
    "cancelled": lazy_gettext("Cancelled"),
}
STATUS_KINDS = {
    "in_progress": "info", "delayed": "bad", "postponed": "warn", "completed": "ok", "reported": "ok", "closed": "ok",
}  # fmt: skip


def level(name: str | None) -> str | None:
    """A band of ratings, one of `tallies.LEVELS`."""
    return None if name is None else str(_LEVELS[name])


def part(name: str) -> str:
    """A part of the filters."""
    return str(_PARTS[name])


def dimension(one: Dimension, language: str) -> str:
    """What records are grouped by: a common word, or the label of the form's own question."""
    if one.name in _DIMENSIONS:
        return str(_DIMENSIONS[one.name])
    return one.field.label(language) if one.field is not None else one.name


def title(one: Measure, language: str) -> str:
    """What a measure is called: the label of its question, or what is known of a calculation without one."""
    nameless = one.field is not None and not one.field.labels
    known = _COMPUTED.get(one.field.name) if nameless and one.field else None
    return str(known) if known else title_of(one, language)


def measure(one: Measure, language: str) -> str:
    """What a measure shows, with how it is computed."""
    name = title(one, language)
    if one.kind == "percent_of" and one.whole is not None:
        return str(gettext("%(title)s (%% of %(whole)s)", title=name, whole=title(one.whole, language)))
    template = str(_latest(one) if one.kind == "latest" else _KINDS.get(one.kind, "%(title)s"))
    return template % {"title": name}


def _latest(one: Measure) -> object:
    return lazy_gettext("%(title)s (latest, sum)") if one.adds_up else lazy_gettext("%(title)s (latest, mean)")
