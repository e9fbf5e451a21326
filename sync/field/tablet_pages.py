"""The page of tablets in the field: what each said last, and which need attention."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.transaction import reading, unit_of_work
from sync.field import devices, tablet_queries, tablets
from sync.field.tablets import SHOWN, Wanted
from sync.pages import SEE_OTHER

blueprint = Blueprint("tablet_pages", __name__, template_folder="../templates")
LONGEST_SEARCH = 200


@blueprint.get("/w/<int:workspace_id>/devices/tablets")
@allow("field_key.list")
def list_tablets(workspace_id: int) -> str:
    """Tablets by what is wrong with them."""
    wanted = _wanted()
    found = tablet_queries.tablets_of(reading(), workspace_id)
    return render_template(
        "sync/tablets.html",
        rows=[item for item in found if wanted.fits(item)],
        wanted=wanted,
        shown=SHOWN,
        total=len(found),
        records=sum(item.unsent for item in found),
        version=tablets.client_version(),
    )


@blueprint.post("/w/<int:workspace_id>/devices/tablets/<int:device_id>/sign-out")
@allow("field_key.delete")
def sign_out(workspace_id: int, device_id: int) -> Response:
    """End a person's sign-in on one tablet."""
    unit_of_work(lambda session: devices.end_sign_in(session, g.actor, workspace_id=workspace_id, device_id=device_id))
    flash(gettext("The tablet is signed out. It can fetch and send nothing until somebody signs in there again."))
    return redirect(f"/w/{workspace_id}/devices/tablets", SEE_OTHER)  # type: ignore[return-value]  # typed as werkzeug's


def _wanted() -> Wanted:
    """What the address asks for.

    Raises:
        Problem 400.8: it is nothing that a list can be cut to.

    """
    show = request.args.get("show", "")
    if show and show not in SHOWN:
        raise Problem("400.8", field="show", reason=f"it is one of {', '.join(SHOWN)}.")
    return Wanted(show, request.args.get("search", "").strip()[:LONGEST_SEARCH])
