"""From what was asked for to an export that can be streamed."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from forms.definitions import Definition, definition
from forms.models import Form
from forms.queries import published_versions
from reports.exports.csv import Export
from reports.exports.tables import Style
from reports.filters import Filters
from reports.form_report import selection_of, version_of
from reports.queries import count
from reports.roles import roles_of

SO_MANY_ARE_LARGE = 20_000


def prepare(
    session: Session, form: Form, filters: Filters, style: Style, *, attachments: bool, deleted_fields: bool
) -> Export:
    """An export of a form's records. With `deleted_fields` it also has the columns of earlier versions."""
    questions = version_of(session, form)
    shown = _with_earlier(session, form, questions) if deleted_fields else questions
    selection = selection_of(session, form, roles_of(questions), filters)
    return Export(
        workspace_id=form.workspace_id,
        xml_form_id=form.xml_form_id,
        selection=selection,
        fields=shown.fields,
        layouts=roles_of(shown).tables,
        style=style,
        attachments=attachments,
        large=count(session, selection).records > SO_MANY_ARE_LARGE,
    )


def _with_earlier(session: Session, form: Form, questions: Definition) -> Definition:
    """The questions of the present version, then those that only earlier ones had."""
    fields = {field.path: field for field in questions.fields}
    for version in published_versions(session, form.id):
        for field in definition(session, version.id).fields:
            fields.setdefault(field.path, field)
    return replace(questions, fields=tuple(fields.values()))
