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
_KINDS = {
    "sum": lazy_gettext("%(title)s (sum)"),
    "mean": lazy_gettext("%(title)s (mean)"),
    "count": lazy_gettext("%(title)s (answers)"),
}
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


def common(name: str) -> str:
    """A dimension that every form may have, or a part of the filters."""
    return str(_DIMENSIONS[name])


def dimension(one: Dimension, language: str) -> str:
    """What records are grouped by: a common word, or the label of the form's own question."""
    if one.name in _DIMENSIONS:
        return str(_DIMENSIONS[one.name])
    return one.field.label(language) if one.field is not None else one.name


def measure(one: Measure, language: str) -> str:
    """What a measure shows, with how it is computed."""
    title = title_of(one, language)
    if one.kind == "percent_of" and one.whole is not None:
        return str(gettext("%(title)s (%% of %(whole)s)", title=title, whole=title_of(one.whole, language)))
    template = str(_latest(one) if one.kind == "latest" else _KINDS.get(one.kind, "%(title)s"))
    return template % {"title": title}


def _latest(one: Measure) -> object:
    return lazy_gettext("%(title)s (latest, sum)") if one.adds_up else lazy_gettext("%(title)s (latest, mean)")
