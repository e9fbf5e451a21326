"""The part of a device's page where its forms are chosen."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask_babel import gettext

from core.access.device_parts import add_device_part
from core.access.guard import allow
from core.errors import Problem
from core.transaction import reading, unit_of_work
from forms.device_forms import choose_forms, forms_of_device

blueprint = Blueprint("device_forms_pages", __name__, template_folder="templates")
SEE_OTHER = 303
ALL, CHOSEN = "all", "chosen"
"""What is said of which forms a device may fill."""


@add_device_part
def device_forms(workspace_id: int, actor_id: int) -> str:
    """Which forms a device may fill, to change for who may give roles."""
    if not g.actor.can("assignment.list", workspace_id):
        return ""
    return render_template(
        "forms/device_forms.html",
        device=forms_of_device(reading(), workspace_id=workspace_id, actor_id=actor_id),
        actor_id=actor_id,
        may_change=all(g.actor.can(verb, workspace_id) for verb in ("assignment.create", "assignment.delete")),
    )


@blueprint.post("/w/<int:workspace_id>/devices/<int:actor_id>/forms")
@allow("assignment.create")
def choose(workspace_id: int, actor_id: int) -> Response:
    """Change which forms a device may fill."""
    g.actor.require("assignment.delete", workspace_id)
    form = request.form
    if form.get("which") not in {ALL, CHOSEN}:
        raise Problem("400.2", field="which")
    unit_of_work(
        lambda session: choose_forms(
            session,
            g.actor,
            workspace_id=workspace_id,
            actor_id=actor_id,
            everything=form.get("which") == ALL,
            form_ids=frozenset(form.getlist("form")),
        )
    )
    flash(gettext("Saved. The tablet learns of it when it next has a network."))
    return redirect(f"/w/{workspace_id}/devices/{actor_id}", code=SEE_OTHER)  # type: ignore[return-value]
