"""Every select on forms, their versions and attachments; those of lists are in `forms.list_queries`."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from forms.list_queries import LIST_OPEN, ListedForm, form_list_for, forms_for, list_forms
from forms.models import Form, FormAttachment, FormVersion
from forms.problems import unknown_form

__all__ = ["LIST_OPEN", "ListedForm", "form_list_for", "forms_for", "list_forms"]

READ_OPEN = ("form.read", "open_form.read")
"""Either verb lets an actor read a form that is open."""
UNNAMED = "___"
"""How an address names the version that is an empty text, as in ODK Central."""


def find_form(session: Session, actor: Actor, workspace_id: int, xml_form_id: str, verb: str) -> Form:
    """A form on which the actor has a verb. Missing and forbidden answer alike to who may not see the whole.

    Raises:
        Problem 401.100, 403.1: the actor lacks the verb there. 404.1: there is no such form, or it was deleted.

    """
    return _allowed(session, actor, workspace_id, xml_form_id, (verb,))


def readable_form(session: Session, actor: Actor, workspace_id: int, xml_form_id: str) -> Form:
    """A form whose published version the actor may read: anyone's when it is open, else with ``form.read``.

    A form that was never published is for those who may change it.

    Raises:
        Problem 401.100, 403.1, 404.1: as `find_form`.

    """
    form = _allowed(session, actor, workspace_id, xml_form_id, (*READ_OPEN, "form.update"))
    if form.current_version_id is None:
        actor.require("form.update", workspace_id, form.id)
    elif form.state == "closed":
        actor.require("form.read", workspace_id, form.id)
    else:
        _require_any(actor, READ_OPEN, workspace_id, form.id)
    return form


def find_deleted_form(session: Session, actor: Actor, workspace_id: int, form_id: int) -> Form:
    """A form in the trash, by its number.

    Raises:
        Problem 403.1: the actor may not restore forms. 404.1: there is none.

    """
    actor.require("form.restore", workspace_id)
    form = session.get(Form, form_id)
    if form is None or form.workspace_id != workspace_id or form.deleted_at is None:
        raise Problem("404.1")
    return form


def form_by_id(session: Session, workspace_id: int, xml_form_id: str) -> Form | None:
    """The form of this id that is not deleted, for services that have checked the actor."""
    return session.scalar(
        select(Form).where(
            Form.workspace_id == workspace_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None)
        )
    )


def form_of_id(session: Session, form_id: int) -> Form:
    """A form by its key, deleted or not; for code that holds the key from a row."""
    return session.get_one(Form, form_id)


def current_or_draft(session: Session, form: Form) -> FormVersion:
    """The version that stands for a form: the published one, else the draft."""
    found = session.get(FormVersion, form.current_version_id or form.draft_version_id)
    assert found is not None
    return found


def current_version(session: Session, form: Form) -> FormVersion:
    """The published version.

    Raises:
        Problem 404.1: the form was never published.

    """
    return _version(session, form.current_version_id)


def draft_version(session: Session, form: Form) -> FormVersion:
    """The draft.

    Raises:
        Problem 404.1: the form has none.

    """
    return _version(session, form.draft_version_id)


def draft_by_token(session: Session, workspace_id: int, xml_form_id: str, token: str) -> tuple[Form, FormVersion]:
    """A form with its draft, for whoever holds the draft's token.

    Raises:
        Problem 404.4: there is no such draft, or the token is not its.

    """
    form = form_by_id(session, workspace_id, xml_form_id)
    draft = session.get(FormVersion, form.draft_version_id) if form and form.draft_version_id else None
    expected = (draft.draft_token if draft is not None else None) or ""
    if (
        form is None
        or draft is None
        or not expected
        or not hmac.compare_digest(expected.encode(), token.encode("utf-8", "replace"))
    ):
        raise Problem("404.4")
    return form, draft


def readable_version(
    session: Session,
    actor: Actor,
    workspace_id: int,
    xml_form_id: str,
    *,
    version: str | None = None,
    draft: bool = False,
) -> tuple[Form, FormVersion]:
    """A form with the version asked for: the draft, a published one by name, or the one that stands for the form.

    Raises:
        Problem 401.100, 403.1: the actor may not read it. 404.1: there is none.

    """
    if draft:
        form = find_form(session, actor, workspace_id, xml_form_id, "form.update")
        return form, draft_version(session, form)
    form = readable_form(session, actor, workspace_id, xml_form_id)
    if version is None:
        return form, current_or_draft(session, form)
    found = version_named(session, form.id, "" if version == UNNAMED else version)
    if found is None:
        raise Problem("404.1")
    return form, found


def version_named(session: Session, form_id: int, version: str) -> FormVersion | None:
    """A published version of a form by its version text."""
    return session.scalar(
        select(FormVersion).where(
            FormVersion.form_id == form_id, FormVersion.version == version, FormVersion.published_at.is_not(None)
        )
    )


def published_versions(session: Session, form_id: int) -> Sequence[FormVersion]:
    """The published versions of a form, newest first."""
    return session.scalars(
        select(FormVersion)
        .where(FormVersion.form_id == form_id, FormVersion.published_at.is_not(None))
        .order_by(FormVersion.published_at.desc(), FormVersion.id.desc())
    ).all()


def unpublished_versions(session: Session, form_id: int) -> Sequence[FormVersion]:
    """Drafts of a form, the present one and those it replaced."""
    return session.scalars(
        select(FormVersion).where(FormVersion.form_id == form_id, FormVersion.published_at.is_(None))
    ).all()


def published_before(session: Session, workspace_id: int, xml_form_id: str, version: str) -> bool:
    """Whether some form of this id, also a deleted one, published this version: devices may hold records of it."""
    statement = (
        select(FormVersion.id)
        .join(Form, Form.id == FormVersion.form_id)
        .where(
            Form.workspace_id == workspace_id,
            Form.xml_form_id == xml_form_id,
            FormVersion.version == version,
            FormVersion.published_at.is_not(None),
        )
    )
    return session.scalar(statement.limit(1)) is not None


def versions_published(session: Session, workspace_id: int, xml_form_id: str) -> frozenset[str]:
    """Every version that some form of this id published, also a deleted one."""
    statement = (
        select(FormVersion.version)
        .join(Form, Form.id == FormVersion.form_id)
        .where(
            Form.workspace_id == workspace_id, Form.xml_form_id == xml_form_id, FormVersion.published_at.is_not(None)
        )
    )
    return frozenset(session.scalars(statement))


def deleted_form_exists(session: Session, workspace_id: int, xml_form_id: str) -> bool:
    """Whether the trash holds a form of this id."""
    statement = select(Form.id).where(
        Form.workspace_id == workspace_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_not(None)
    )
    return session.scalar(statement.limit(1)) is not None


def attachments(session: Session, form_version_id: int | None) -> Sequence[FormAttachment]:
    """The files a version refers to, by name."""
    return session.scalars(
        select(FormAttachment).where(FormAttachment.form_version_id == form_version_id).order_by(FormAttachment.name)
    ).all()


def attachments_of(session: Session, version_ids: Iterable[int]) -> dict[int, list[FormAttachment]]:
    """The files of several versions."""
    found: dict[int, list[FormAttachment]] = {}
    wanted = list(version_ids)
    for row in session.scalars(select(FormAttachment).where(FormAttachment.form_version_id.in_(wanted))):
        found.setdefault(row.form_version_id, []).append(row)
    return found


def find_attachment(session: Session, form_version_id: int, name: str) -> FormAttachment:
    """A file of a version by name; names are equal when they are in Unicode NFC.

    Raises:
        Problem 404.1: the version refers to no such file.

    """
    wanted = unicodedata.normalize("NFC", name)
    for row in attachments(session, form_version_id):
        if unicodedata.normalize("NFC", row.name) == wanted:
            return row
    raise Problem("404.1")


def _version(session: Session, version_id: int | None) -> FormVersion:
    found = session.get(FormVersion, version_id) if version_id is not None else None
    if found is None:
        raise Problem("404.1")
    return found


def _allowed(session: Session, actor: Actor, workspace_id: int, xml_form_id: str, verbs: tuple[str, ...]) -> Form:
    form = form_by_id(session, workspace_id, xml_form_id)
    if form is None:
        _require_any(actor, verbs, workspace_id, None)
        raise unknown_form(xml_form_id)
    _require_any(actor, verbs, workspace_id, form.id)
    return form


def _require_any(actor: Actor, verbs: tuple[str, ...], workspace_id: int, form_id: int | None) -> None:
    if not any(actor.can(verb, workspace_id, form_id) for verb in verbs):
        actor.require(verbs[0], workspace_id, form_id)
