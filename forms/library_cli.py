"""The console on the form library."""

from __future__ import annotations

import click
from flask import current_app

from core.access.actor import SYSTEM
from core.access.workspaces import find_workspace
from core.cli_support import in_app
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.cli import WORKSPACE, read_file
from forms.install import KEPT, UNCHANGED, Installed, install
from forms.library.catalogue import LibraryForm, library_forms
from forms.library.differences import Difference
from forms.library.tables import name_of
from forms.upgrade import NO_WORKBOOK, NOT_INSTALLED, UPGRADABLE, Standing, prepare, standing, upgrade
from forms.uploads import Upload

FORM_IDS = click.argument("form_ids", nargs=-1)


@click.group("library")
def library_group() -> None:
    """The ready-made forms that come with Tidtam: install them, and bring them up to date."""


@library_group.command("list")
@click.option("--workspace", "workspace_id", type=click.IntRange(1, 2**63 - 1), help="Compare with this workspace.")
@in_app
def list_library(workspace_id: int | None) -> None:
    """List the ready-made forms: document code, version, title, lists; with a workspace, what it has of them."""
    if workspace_id is None:
        for item in library_forms():
            click.echo(f"{item.form_id}\t{item.doc_code}\t{item.version}\t{item.title_th}\t{','.join(item.lists)}")
        return
    for found in _standings((), workspace_id):
        item, version = found.item, found.version.version if found.version else "-"
        state = f"{found.state}, draft" if found.is_draft else found.state
        click.echo(f"{item.form_id}\t{item.doc_code}\t{item.version}\t{version}\t{state}\t{item.title_th}")


@library_group.command("install")
@FORM_IDS
@WORKSPACE
@in_app
def install_library(form_ids: tuple[str, ...], workspace_id: int) -> None:
    """Put ready-made forms into a workspace; all of them when none is named.

    A form is published when every list it needs is there, and else stays a draft. A form that is there already stays
    as it is.
    """
    find_workspace(reading(), workspace_id)
    for item in _chosen(form_ids):
        done = _install(item, workspace_id)
        hint = "\tsee: tidtam library diff" if done.outcome == KEPT else ""
        click.echo(f"{item.form_id}\t{done.outcome}\t{item.version}{_missing(done)}{hint}")


@library_group.command("upgrade")
@FORM_IDS
@WORKSPACE
@click.option("--draft", "as_draft", is_flag=True, help="Publish nothing.")
@in_app
def upgrade_library(form_ids: tuple[str, ...], workspace_id: int, *, as_draft: bool) -> None:
    """Bring forms of a workspace up to the library; all that are installed when none is named.

    A form that the office did not change is published. Where the office changed something, both changes go into a draft
    to be tried first, and every cell that both changed is listed: the office's text is kept there.
    """
    for found in _standings(form_ids, workspace_id):
        if found.state == NOT_INSTALLED and not form_ids:
            continue
        if found.state not in UPGRADABLE:
            click.echo(f"{found.item.form_id}\t{_not_upgraded(found)}\t{found.item.version}")
            continue
        upload = prepare(found, settings_of(current_app))
        done = _upgrade(found, upload, workspace_id, publishes=not as_draft)
        conflicts = f"\tconflicts: {len(found.conflicts)}" if found.conflicts else ""
        click.echo(f"{found.item.form_id}\t{done.outcome}\t{upload.form.version}{_missing(done)}{conflicts}")
        _show_conflicts(found)


@library_group.command("diff")
@FORM_IDS
@WORKSPACE
@in_app
def diff_library(form_ids: tuple[str, ...], workspace_id: int) -> None:
    """Show what the library changed, what the office changed, and the cells that both changed.

    Columns: form, side (library, office or conflict), sheet, kind of change, row, column, before, after; of a conflict
    the texts of the base, the office and the library.
    """
    for found in _standings(form_ids, workspace_id):
        form_id = found.item.form_id
        if found.state in {NOT_INSTALLED, NO_WORKBOOK} and form_ids:
            click.echo(f"{form_id}\t{_not_upgraded(found)}")
        for side, changes in (("library", found.library_changes), ("office", found.office_changes)):
            for line in _lines(changes):
                click.echo(f"{form_id}\t{side}\t{line}")
        _show_conflicts(found)


def _install(item: LibraryForm, workspace_id: int) -> Installed:
    upload = read_file(item.path)
    return unit_of_work(lambda session: install(session, SYSTEM, workspace_id=workspace_id, upload=upload))


def _upgrade(found: Standing, upload: Upload, workspace_id: int, *, publishes: bool) -> Installed:
    return unit_of_work(
        lambda session: upgrade(
            session, SYSTEM, workspace_id=workspace_id, found=found, upload=upload, publishes=publishes
        )
    )


def _standings(form_ids: tuple[str, ...], workspace_id: int) -> list[Standing]:
    chosen = _chosen(form_ids)
    session = reading()
    find_workspace(session, workspace_id)
    return [standing(session, workspace_id, item) for item in chosen]


def _chosen(form_ids: tuple[str, ...]) -> list[LibraryForm]:
    by_id = {item.form_id: item for item in library_forms()}
    unknown = [form_id for form_id in form_ids if form_id not in by_id]
    if unknown:
        raise click.ClickException(f"There is no ready-made form {', '.join(unknown)}. See: tidtam library list")
    return [by_id[form_id] for form_id in form_ids or by_id]


def _not_upgraded(found: Standing) -> str:
    return {NOT_INSTALLED: "not installed", NO_WORKBOOK: "no workbook to compare"}.get(found.state, UNCHANGED)


def _missing(done: Installed) -> str:
    return f"\tmissing: {', '.join(done.missing)}" if done.missing else ""


def _show_conflicts(found: Standing) -> None:
    for item in found.conflicts:
        cells = [item.sheet, name_of(item.row), item.column or "(row)", item.base, item.office, item.library]
        click.echo(f"{found.item.form_id}\tconflict\t" + "\t".join(map(_on_one_line, cells)))


def _lines(changes: tuple[Difference, ...]) -> list[str]:
    lines = []
    for change in changes:
        start = f"{change.sheet}\t{change.kind}\t{name_of(change.row)}"
        cells = [f"{cell.column}\t{_on_one_line(cell.before)}\t{_on_one_line(cell.after)}" for cell in change.cells]
        lines += [f"{start}\t{cell}" for cell in cells] or [start]
    return lines


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
