"""The console on forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import current_app

from core.access.actor import SYSTEM
from core.access.workspaces import find_workspace
from core.cli_support import in_app
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import publish, queries
from forms.findings import Finding
from forms.models import Form
from forms.uploads import Upload, fallback_id_of, take_upload, type_of_file

WORKSPACE = click.option(
    "--workspace", "workspace_id", type=click.IntRange(1, 2**63 - 1), required=True, help="Number of the workspace."
)


@click.group("form")
def form_group() -> None:
    """Forms: bringing them in and listing them."""


@form_group.command("list")
@WORKSPACE
@in_app
def list_forms(workspace_id: int) -> None:
    """List the forms of a workspace with their states and versions."""
    session = reading()
    find_workspace(session, workspace_id)
    for item in queries.list_forms(session, workspace_id):
        state = item.state if item.form.current_version_id else "draft"
        click.echo(f"{item.xml_form_id}\t{state}\t{item.version.version or '-'}\t{item.title}")


@form_group.command("upload")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@WORKSPACE
@click.option("--publish", "publishes", is_flag=True, help="Publish it at once; else it becomes a draft.")
@click.option("--without-files", is_flag=True, help="Publish although files that it refers to are missing.")
@in_app
def upload(file: Path, workspace_id: int, *, publishes: bool, without_files: bool) -> None:
    """Bring a form in (.xlsx, .xls, .md or .xml): a new one, or the next version of the one with its form_id."""
    find_workspace(reading(), workspace_id)
    definition = read_file(file)
    for finding in definition.findings:
        click.echo(f"warning: {_in_words(finding)}", err=True)

    def work(session: Any) -> Form:
        form = queries.form_by_id(session, workspace_id, definition.form.xml_form_id)
        if form is None:
            form = publish.create_form(
                session, SYSTEM, workspace_id=workspace_id, upload=definition, ignore_warnings=True
            )
        else:
            publish.save_draft(session, SYSTEM, form=form, upload=definition, ignore_warnings=True)
        if publishes:
            publish.publish_draft(session, SYSTEM, form=form, allow_missing_media=without_files)
        return form

    form = unit_of_work(work)
    done = "published" if publishes else "draft"
    click.echo(f"{form.xml_form_id}\t{done}\t{definition.form.version or '-'}")


def read_file(file: Path) -> Upload:
    """A form in a file, converted.

    Raises:
        Problem: whatever `take_upload` raises.

    """
    return take_upload(
        file.read_bytes(),
        type_of_file(file.name),
        settings=settings_of(current_app),
        name=file.name,
        fallback_id=fallback_id_of(file.name),
    )


def _in_words(finding: Finding) -> str:
    place = f"{finding.sheet} row {finding.row}: " if finding.row else f"{finding.path}: " if finding.path else ""
    if not finding.details:
        return place + finding.sentence
    return place + finding.sentence.format_map({name: str(value) for name, value in finding.details.items()})
