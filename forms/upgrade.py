"""How a form of a workspace stands to the form library, and bringing it up to the library's version.

What the office changed is never overwritten: where only the library changed something, or only the office, that is
taken; where both changed the same cell, the office's text stays and the cell is told (`forms.library.merge`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from io import BytesIO

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from core.i18n import N_
from core.settings import Settings
from core.storage import blob_store, spool_bytes
from forms import attachments, publish, queries
from forms.findings import LIBRARY, Finding
from forms.install import DRAFT, PUBLISHED, Installed
from forms.library.catalogue import LibraryForm
from forms.library.differences import Difference, differences
from forms.library.merge import ORDER, WHOLE_ROW, Conflict, merge
from forms.library.tables import SETTINGS, Tables, name_of, sheets_of, tables_of, with_setting
from forms.library.workbook import read_workbook, write_workbook
from forms.models import FormVersion
from forms.trail import note
from forms.uploads import LibraryBase, Upload, take_upload
from forms.version_names import latest, unused
from forms.xlsform import XLSX

NOT_INSTALLED, SAME, NEWER, CHANGED, BOTH, OWN, NO_WORKBOOK = (
    "not_installed", "same", "newer", "changed", "both", "own", "no_workbook",
)  # fmt: skip
UPGRADABLE = frozenset({NEWER, BOTH, OWN})
VERSION = "version"
SENTENCES = {
    "cell": N_("{row}: the library has “{library}” in this cell; the office's text “{office}” is kept."),
    "row": N_("{row}: one side took this row out and the other changed it. What the office did is kept."),
    "order": N_("The library and the office both moved rows of this sheet. The order of the office is kept."),
}


@dataclass(frozen=True)
class Standing:
    """A form of the library and what the workspace has of it: the draft, or else what is published (`version`).

    `state` is ``not_installed``; ``same``; ``newer`` (the library has changed, the office has not); ``changed`` (the
    office alone has); ``both``; ``own`` (a form of this id that is not known to come from the library); ``no_workbook``
    (brought in as an XForm or as text, so that nothing can be compared). Versions do not count as a difference.
    `may_publish`: an upgrade can go out at once, since nothing of the office is in it or replaced by it.
    """

    item: LibraryForm
    state: str
    version: FormVersion | None = None
    base_version: str = ""
    library_changes: tuple[Difference, ...] = ()
    office_changes: tuple[Difference, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    merged: Tables = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    may_publish: bool = False

    @property
    def is_draft(self) -> bool:
        """Whether the workspace has it as a draft."""
        return self.version is not None and self.version.published_at is None


def standing(session: Session, workspace_id: int, item: LibraryForm) -> Standing:
    """Compare a form of the library with what the workspace has."""
    form = queries.form_by_id(session, workspace_id, item.form_id)
    if form is None:
        return Standing(item, NOT_INSTALLED)
    version = session.get(FormVersion, form.draft_version_id or form.current_version_id)
    assert version is not None
    office = _tables_in(version.xlsform_sha256)
    if office is None:
        return Standing(item, NO_WORKBOOK, version)
    taken = queries.versions_published(session, workspace_id, item.form_id)
    found = _compared(item, version, office, _tables_in(version.library_sha256))
    # A draft beside a published version is somebody's work, whatever is in it.
    alone = version.published_at is not None or form.current_version_id is None
    return replace(found, taken=taken, may_publish=found.state == NEWER and alone)


def _compared(item: LibraryForm, version: FormVersion, office: Tables, base: Tables | None) -> Standing:
    library = tables_of(read_workbook(item.path))
    found = merge(base or {}, office, library)
    by_library = _differences(office if base is None else base, library)
    by_office = () if base is None else _differences(base, office)
    states = {(True, True): BOTH, (True, False): NEWER, (False, True): CHANGED, (False, False): SAME}
    state = OWN if base is None else states[bool(by_library), bool(by_office)]
    told = [item for item in found.conflicts if (item.sheet, item.column) != (SETTINGS, VERSION)]
    if not _differences(office, library):
        state, by_library, by_office, told = SAME, (), (), []
    return Standing(
        item,
        state,
        version,
        base_version=version.library_version or "",
        library_changes=by_library,
        office_changes=by_office,
        conflicts=tuple(told),
        merged=found.tables,
    )


def prepare(found: Standing, settings: Settings) -> Upload:
    """The new draft, converted: the library's workbook where the office changed nothing, else the merged one.

    To be called before any transaction. The version counts up from the later of the two.

    Raises:
        Problem 409.132: there is nothing to bring up. Whatever `take_upload` raises: the merged workbook is no form.

    """
    if found.state not in UPGRADABLE or found.version is None:
        raise Problem("409.132", xmlFormId=found.item.form_id)
    shipped = found.item.content
    content = shipped if found.state == NEWER and found.item.version not in found.taken else _workbook(found)
    upload = take_upload(content, XLSX, settings=settings, name=found.item.path.name)
    base = LibraryBase(found.item.version, spool_bytes(shipped))
    blob_store().keep([base.workbook])
    return replace(upload, library=base, findings=(*map(_finding, found.conflicts), *upload.findings))


def upgrade(
    session: Session, actor: Actor, *, workspace_id: int, found: Standing, upload: Upload, publishes: bool
) -> Installed:
    """Put the prepared workbook in as the draft, and publish it when that is wanted and it may be.

    Raises:
        Problem 403.1, 404.1: the actor may not, or the form is gone. 409.133: the form was changed meanwhile.
        Whatever `save_draft` and `publish_draft` raise.

    """
    form = queries.find_form(session, actor, workspace_id, found.item.form_id, "form.update")
    session.refresh(form, with_for_update=True)
    if found.version is None or found.version.id != (form.draft_version_id or form.current_version_id):
        raise Problem("409.133", xmlFormId=form.xml_form_id)
    draft = publish.save_draft(session, actor, form=form, upload=upload, ignore_warnings=True)
    note(
        session,
        actor,
        form,
        "form.library.upgrade",
        version=draft.version,
        libraryVersion=found.item.version,
        libraryVersionBefore=found.base_version or None,
        conflicts=len(found.conflicts),
    )
    missing = attachments.missing_files(session, draft)
    if missing or not publishes or not found.may_publish:
        return Installed(form, DRAFT, tuple(missing))
    publish.publish_draft(session, actor, form=form)
    return Installed(form, PUBLISHED)


def _workbook(found: Standing) -> bytes:
    """The merged workbook, under a version that nothing has."""
    office = found.version.version if found.version is not None else ""
    version = unused(latest([office, found.item.version]), found.taken)
    out = BytesIO()
    write_workbook(out, sheets_of(with_setting(found.merged, VERSION, version)))
    return out.getvalue()


def _finding(conflict: Conflict) -> Finding:
    kind = {WHOLE_ROW: "row", ORDER: "order"}.get(conflict.column, "cell")
    details = {"row": name_of(conflict.row), "office": conflict.office, "library": conflict.library}
    column = conflict.column if kind == "cell" else None
    return Finding(LIBRARY, f"libraryConflict.{kind}", SENTENCES[kind], details, sheet=conflict.sheet, column=column)


def _differences(before: Tables, after: Tables) -> tuple[Difference, ...]:
    """What differs, apart from the version."""
    return differences(with_setting(before, VERSION, ""), with_setting(after, VERSION, ""))


def _tables_in(sha256: str | None) -> Tables | None:
    """The tables of a workbook in the blob store; None when there is none, or none with sheets."""
    if sha256 is None:
        return None
    try:
        return tables_of(read_workbook(BytesIO(blob_store().read(sha256))))
    except ValueError:
        return None
