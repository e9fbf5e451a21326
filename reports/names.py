"""What the values of a dimension are called, in the reader's language where there is a choice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from forms.fields import Field, label_in
from forms.reporting import LISTS
from plan import queries as plan
from plan.models import Group
from reports.roles import Dimension, Measure


def names_of(
    session: Session, workspace_id: int, dimension: Dimension, keys: Iterable[str | None], language: str
) -> dict[str, str]:
    """A name for every key that has one: from the plan, or from the choices of the form."""
    wanted = {key for key in keys if key is not None}
    if dimension.name == "quarter":
        return {key: f"{quarter}/{year}" for key in wanted for year, _, quarter in [key.partition("-")]}
    question = None if dimension.via else dimension.field
    subject = subject_of(question, dimension.name) if question is not None else dimension.name
    return choice_names(question, language) | plan_names(session, workspace_id, subject, wanted, language)


def plan_names(
    session: Session, workspace_id: int, subject: str, values: Iterable[str], language: str
) -> dict[str, str]:
    """What the plan calls those of some values that it knows. Of its names only those of groups may be in English."""
    found = plan.labels(session, workspace_id, subject, values)
    if subject == "group" and language == "en" and found:
        found |= {
            row.code: row.name_en for row in plan.groups(session, workspace_id) if row.name_en and row.code in found
        }
    return found


def group_name(group: Group, language: str) -> str:
    """What a group is called."""
    return (group.name_en if language == "en" else "") or group.name_th


def subject_of(field: Field, dimension: str = "") -> str:
    """What of the plan a question chooses from, empty when it is something else."""
    return LISTS.get(field.list_file, dimension if dimension in plan.DIMENSIONS else "")


def choice_names(field: Field | None, language: str) -> dict[str, str]:
    """The choices of a question with their labels."""
    choices = field.choices if field is not None else ()
    return {choice.value: label for choice in choices if (label := label_in(choice.labels, language))}


def title_of(measure: Measure, language: str) -> str:
    """What a measure is called: its question's label, a side's group of questions."""
    field = measure.field or measure.side
    return field.label(language) if field is not None else measure.name
