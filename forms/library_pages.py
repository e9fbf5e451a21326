"""Pages on the form library: what it offers, what the workspace has of it, and bringing that up to date."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, g, render_template, request
from flask_babel import get_locale, gettext

from core.access.guard import allow
from core.errors import Problem
from core.http.error_writers import localized
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.install import DRAFT, KEPT, PUBLISHED, Installed, install
from forms.library.catalogue import LibraryForm, library_forms
from forms.library.differences import ADDED, REMOVED, Cell, Difference
from forms.library.tables import name_of
from forms.pages import go, page_address
from forms.upgrade import NOT_INSTALLED, UPGRADABLE, prepare, standing, upgrade
from forms.uploads import take_upload, type_of_file

blueprint = Blueprint("form_library_pages", __name__)

LIBRARY = "/w/<int:workspace_id>/library"
_TOLD_OF_A_ROW = ("type", "label", "hint", "calculation")


@blueprint.get(LIBRARY)
@allow("form.create")
def show_library(workspace_id: int) -> str:
    """Every ready-made form, and how the workspace's own stands to it."""
    session = reading()
    return render_template(
        "forms/library.html",
        rows=[standing(session, workspace_id, item) for item in library_forms()],
        title_of=_title,
        page_of=lambda item: f"/w/{workspace_id}/library/{item.form_id}",
        not_installed=NOT_INSTALLED,
    )


@blueprint.post(LIBRARY)
@allow("form.create")
def install_chosen(workspace_id: int) -> Response:
    """Install the forms that were ticked, one after the other."""
    chosen = [item for item in library_forms() if item.form_id in request.form.getlist("form")]
    if not chosen:
        flash(gettext("Tick the forms to install first."), "error")
    published = []
    for item in chosen:
        try:
            done = _install(workspace_id, item)
        except Problem as problem:
            flash(f"{_title(item)}: {localized(problem)}", "error")
            continue
        if done.outcome == PUBLISHED:
            published.append(_title(item))
        else:
            _tell(item, done)
    if published:
        flash(gettext("Published: %(forms)s. Devices get them at their next contact.", forms=", ".join(published)))
    return go(f"/w/{workspace_id}/library")


@blueprint.get(f"{LIBRARY}/<xml_form_id>")
@allow("form.create")
def compare(workspace_id: int, xml_form_id: str) -> str:
    """What the library changed, what the office changed, and where both did."""
    item = _item(xml_form_id)
    found = standing(reading(), workspace_id, item)
    return render_template(
        "forms/library_form.html",
        item=item,
        title=_title(item),
        found=found,
        upgradable=found.state in UPGRADABLE,
        cells_of=_cells_to_tell,
        name_of=name_of,
        page=page_address(workspace_id, item.form_id),
        library_page=f"/w/{workspace_id}/library/{item.form_id}",
    )


@blueprint.post(f"{LIBRARY}/<xml_form_id>/upgrade")
@allow("form.update", per_form=True)
def upgrade_form(workspace_id: int, xml_form_id: str) -> Response:
    """Bring the form up to the library: published at once where that was asked for and the office changed nothing."""
    item = _item(xml_form_id)
    found = standing(reading(), workspace_id, item)
    publishes = request.form.get("publish") == "yes"
    try:
        if found.version is None or request.form.get("seen") != str(found.version.id):
            raise Problem("409.133", xmlFormId=item.form_id)  # noqa: TRY301 - told on the same page
        upload = prepare(found, settings_of(current_app))
        done = unit_of_work(
            lambda session: upgrade(
                session, g.actor, workspace_id=workspace_id, found=found, upload=upload, publishes=publishes
            )
        )
    except Problem as problem:
        flash(localized(problem), "error")
        return go(f"/w/{workspace_id}/library/{item.form_id}")
    _tell(item, done)
    return go(page_address(workspace_id, item.form_id))


def _install(workspace_id: int, item: LibraryForm) -> Installed:
    settings = settings_of(current_app)
    upload = take_upload(item.content, type_of_file(item.path.name), settings=settings, name=item.path.name)
    return unit_of_work(lambda session: install(session, g.actor, workspace_id=workspace_id, upload=upload))


def _tell(item: LibraryForm, done: Installed) -> None:
    """Say what became of a form."""
    title = _title(item)
    if done.outcome == PUBLISHED:
        flash(gettext("%(form)s is published. Devices get it at their next contact.", form=title))
    elif done.missing:
        names = ", ".join(done.missing)
        flash(gettext("%(form)s is here as a draft. It waits for these files: %(names)s.", form=title, names=names))
    elif done.outcome == DRAFT:
        flash(gettext("%(form)s is here as a draft. Try it on a device, then publish it.", form=title))
    elif done.outcome == KEPT:
        flash(
            gettext("%(form)s is here already and stays as it is. Look at the differences to upgrade it.", form=title)
        )
    else:
        flash(gettext("%(form)s is here already.", form=title))


def _item(form_id: str) -> LibraryForm:
    """A form of the library.

    Raises:
        Problem 404.1: it has none of this id.

    """
    found = next((item for item in library_forms() if item.form_id == form_id), None)
    if found is None:
        raise Problem("404.1")
    return found


def _title(item: LibraryForm) -> str:
    return item.title_en if str(get_locale()) == "en" else item.title_th


def _cells_to_tell(change: Difference) -> list[Cell]:
    """The cells worth showing: of a row that is new or gone, what people see of it."""
    if change.kind not in {ADDED, REMOVED}:
        return list(change.cells)
    return [cell for cell in change.cells if cell.column.partition("::")[0] in _TOLD_OF_A_ROW]
