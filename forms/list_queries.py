"""Lists of forms: of a workspace, of a person, of a device."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, defer

from core.access.actor import Actor
from forms.models import Form, FormVersion

LIST_OPEN = ("form.read", "open_form.list", "open_form.read")
"""Each of these lets an actor see an open form in a list."""


@dataclass(frozen=True)
class ListedForm:
    """A form with the version that stands for it: the published one, else the draft."""

    form: Form
    version: FormVersion

    @property
    def id(self) -> int:
        """The form's key."""
        return self.form.id

    @property
    def xml_form_id(self) -> str:
        """The form's id on the wire."""
        return self.form.xml_form_id

    @property
    def title(self) -> str:
        """The form's title, or its id when it has none."""
        return self.version.title or self.form.xml_form_id

    @property
    def state(self) -> str:
        """``open``, ``closing`` or ``closed``."""
        return self.form.state


def list_forms(session: Session, workspace_id: int, *, deleted: bool = False) -> list[ListedForm]:
    """The forms of a workspace by title; those in the trash instead when `deleted`."""
    in_trash = Form.deleted_at.is_not(None) if deleted else Form.deleted_at.is_(None)
    return _listed(session, _with_version().where(Form.workspace_id == workspace_id, in_trash))


def forms_for(session: Session, actor: Actor, workspace_id: int) -> list[ListedForm]:
    """The forms that an actor sees in a list: all with ``form.list``, else the open ones they may fill in."""
    found = list_forms(session, workspace_id)
    return [item for item in found if _may_see(actor, item)]


def form_list_for(session: Session, actor: Actor, workspace_id: int) -> list[ListedForm]:
    """What a device is offered: open forms that are published and that its actor may open, by title."""
    found = list_forms(session, workspace_id)
    return [
        item
        for item in found
        if item.form.state == "open"
        and item.form.current_version_id is not None
        and any(actor.can(verb, workspace_id, item.form.id) for verb in LIST_OPEN)
    ]


def _with_version() -> Select[Form, FormVersion]:
    shown = or_(
        FormVersion.id == Form.current_version_id,
        and_(Form.current_version_id.is_(None), FormVersion.id == Form.draft_version_id),
    )
    # A list shows titles; the definitions themselves may be megabytes and are loaded only when asked for.
    heavy = (defer(FormVersion.xml), defer(FormVersion.fields), defer(FormVersion.warnings))
    return select(Form, FormVersion).join(FormVersion, shown).options(*heavy)


def _listed(session: Session, statement: Select[Form, FormVersion]) -> list[ListedForm]:
    found = [ListedForm(form, version) for form, version in session.execute(statement)]
    return sorted(found, key=lambda item: (item.title.casefold(), item.form.id))


def _may_see(actor: Actor, item: ListedForm) -> bool:
    form = item.form
    if actor.can("form.list", form.workspace_id, form.id):
        return True
    if form.current_version_id is None or form.state == "closed":
        return False
    return any(actor.can(verb, form.workspace_id, form.id) for verb in LIST_OPEN)
