"""The records behind one figure of the distribution of answers: those that chose one of a question's choices.

They are found by the code that makes the figure, record by record, so they are as many as it says whatever stands in
the filters or in repeats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from forms.models import Form
from plan.queries import labels
from reports import form_report
from reports.cube import aggregate
from reports.filters import Filters
from reports.problems import Problem
from reports.queries import submissions_of, values_of
from reports.roles import Measure, Roles
from sync.models import Submission

PAGE = 50
_ABOUT = ("school", "project")


@dataclass(frozen=True)
class Chosen:
    """How often a choice was made, out of how many answers, and by which records: their keys, the newest first.

    `times` says for each of them how often.
    """

    question: Measure
    choice: str
    answered: int
    times: dict[int, int]

    @property
    def answers(self) -> int:
        """The figure of the distribution."""
        return sum(self.times.values())

    def page(self, before: int | None) -> list[int]:
        """The keys from below `before`: one more than a page shows, when there are more."""
        return [key for key in self.times if before is None or key < before][: PAGE + 1]


@dataclass(frozen=True)
class Line:
    """A record with the schools and projects it is about, and how often it chose."""

    record: Submission
    about: list[str]
    times: int


def choosers(session: Session, form: Form, roles: Roles, filters: Filters, question: str, choice: str) -> Chosen:
    """Who made a choice.

    Raises:
        Problem 400.198: the form has no distribution of answers to this question.

    """
    asked = _question(roles, question)
    alone, by = replace(roles, measures=(asked,)), roles.grouping("fiscal_year")
    owners = form_report.owners_of(session, form.workspace_id, filters)
    records, keep = form_report.counted(session, form, roles, filters, owners)
    answered, times = 0, {}
    for record in records:
        found = aggregate([record], alone, by, follow=owners, keep=keep).total.figures[question]
        answered += found.n
        if number := found.shares.get(choice):
            times[record.id] = number
    return Chosen(asked, choice, answered, dict(sorted(times.items(), reverse=True)))


def lines(session: Session, workspace_id: int, chosen: Chosen, keys: list[int]) -> list[Line]:
    """What a list shows of some of the records."""
    about: dict[int, list[str]] = {key: [] for key in keys}
    for dimension in _ABOUT:
        stated = values_of(session, keys, dimension)
        names = labels(session, workspace_id, dimension, {value for values in stated.values() for value in values})
        for key, values in stated.items():
            about[key] += [names.get(value, value) for value in values]
    found = submissions_of(session, keys)
    return [Line(found[key], about[key], chosen.times[key]) for key in keys if key in found]


def _question(roles: Roles, name: str) -> Measure:
    shared = {one.name: one for one in roles.measures if one.kind == "share"}
    if name not in shared:
        raise Problem("400.198", value=name[:200], allowed=", ".join(shared))
    return shared[name]
