"""One form summed up by one dimension: what the page, the JSON and later documents are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from forms.definitions import Definition, definition
from forms.models import Form
from plan import queries as plan
from reports.cube import Table, aggregate, restrictions
from reports.filters import Filters
from reports.names import names_of
from reports.queries import Selection, records
from reports.records import Keep, Record
from reports.roles import Dimension, Roles, roles_of


@dataclass(frozen=True)
class FormReport:
    """A table with everything that is needed to show it. `names` are those of its keys."""

    form: Form
    definition: Definition
    roles: Roles
    by: Dimension
    filters: Filters
    table: Table
    names: dict[str, str]

    @property
    def title(self) -> str:
        """The form's title, or its id when it has none."""
        return _title(self.form, self.definition)


def version_of(session: Session, form: Form) -> Definition:
    """The version by whose questions a form is summed up: the published one, before that the draft."""
    return definition(session, form.current_version_id or form.draft_version_id or 0)


def title_of(session: Session, form: Form) -> str:
    """What a form is called in reports."""
    return _title(form, version_of(session, form))


def _title(form: Form, questions: Definition) -> str:
    return questions.title or form.xml_form_id


def load(
    session: Session, form: Form, filters: Filters, *, by: str = "", language: str = "th", roles: Roles | None = None
) -> FormReport:
    """Sum a form up by a dimension, by its first one when none is named.

    Raises:
        Problem 400.195: the form cannot be summed up by it.

    """
    questions = version_of(session, form)
    roles = roles or roles_of(questions)
    dimension = roles.grouping(by or roles.groupings[0])
    owners = owners_of(session, form.workspace_id, filters, by=dimension.name)
    found, keep = counted(session, form, roles, filters, owners)
    table = aggregate(found, roles, dimension, follow=owners, keep=keep)
    names = names_of(session, form.workspace_id, dimension, (line.key for line in table.lines), language)
    return FormReport(form, questions, roles, dimension, filters, table, names)


def counted(
    session: Session, form: Form, roles: Roles, filters: Filters, owners: Mapping[str, str]
) -> tuple[Iterator[Record], dict[str, Keep]]:
    """What figures are computed from: the records, and what to keep of their repeats."""
    selection, keep = _selection(form, roles, filters, owners)
    return records(session, selection), restrictions(roles, keep)


def owners_of(session: Session, workspace_id: int, filters: Filters, *, by: str = "") -> Mapping[str, str]:
    """The group of each project, where groups are asked for: to sum up by, or in the filters."""
    return plan.group_of_project(session, workspace_id) if filters.group or by == "group" else {}


def selection_of(session: Session, form: Form, roles: Roles, filters: Filters) -> Selection:
    """Which records of a form the filters mean."""
    return _selection(form, roles, filters, owners_of(session, form.workspace_id, filters))[0]


def _selection(
    form: Form, roles: Roles, filters: Filters, owners: Mapping[str, str]
) -> tuple[Selection, dict[str, frozenset[str]]]:
    """The records to read, and the values to keep of dimensions that stand in repeats."""
    keep = {name: frozenset((value,)) for name, value in filters.chosen().items()}
    projects = frozenset(uuid for uuid, code in owners.items() if code == filters.group)
    group = roles.dimensions.get("group")
    if filters.group and group is not None and group.via:
        keep["project"] = keep.get("project", projects) & projects
        del keep["group"]
    return Selection(form_id=form.id, filters=filters, project_in=projects), keep
