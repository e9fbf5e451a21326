"""The page of what records could not do to entity lists, or have still to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import CATALOGUE, Problem
from core.http.json_body import whole_number
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from sync.entities import outbox, queries, row_queries
from sync.entities.models import EntityEffect
from sync.entities.row_queries import Record
from sync.entities.states import UNSETTLED

blueprint = Blueprint("entity_effect_pages", __name__, template_folder="../templates")

EFFECTS = "/w/<int:workspace_id>/entity-effects"
GREATEST_KEY = 2**63 - 1
PAGE = 50
SEE_OTHER = 303


@dataclass(frozen=True)
class Line:
    """An effect as a person reads it."""

    effect: EntityEffect
    record: Record | None
    reason: str


@blueprint.get(EFFECTS)
@allow("entity.list")
def show(workspace_id: int) -> str:
    """What waits, what needs an approval, what failed and why; ``?state=`` asks for one of these."""
    session = reading()
    state = request.args.get("state", "")
    states = (state,) if state in UNSETTLED else UNSETTLED
    after = whole_number("after", most=GREATEST_KEY) or 0
    found = row_queries.effects(session, workspace_id, states, after=after, limit=PAGE + 1)
    records = row_queries.records(session, [row.submission_version_id for row in found])
    return render_template(
        "sync/entity_effects.html",
        lines=[Line(row, records.get(row.submission_version_id), reason_of(row)) for row in found[:PAGE]],
        counts=queries.unsettled_counts(session, workspace_id),
        state=state if state in UNSETTLED else "",
        next_url=f"?state={state}&after={found[PAGE - 1].id}" if len(found) > PAGE else None,
        days=settings_of(current_app).entity_wait_days,
    )


@blueprint.post(f"{EFFECTS}/<int:effect_id>/retry")
@allow("entity.update")
def retry(workspace_id: int, effect_id: int) -> Response:
    """Try once more what failed."""

    def work(session: WorkSession) -> bool:
        if row_queries.effect_of(session, workspace_id, effect_id) is None:
            raise Problem("404.1")
        return outbox.retry(session, effect_id)

    done = unit_of_work(work)
    flash(gettext("It is being tried again.") if done else gettext("This was settled already."), "info")
    return redirect(f"/w/{workspace_id}/entity-effects", SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response


def reason_of(effect: EntityEffect) -> str:
    """Why an effect failed, in the reader's language; empty for one that did not."""
    if effect.problem is None:
        return ""
    sentence = gettext(CATALOGUE[effect.problem]) if effect.problem in CATALOGUE else effect.problem
    # What the sentence could name is in the line itself.
    return sentence.format_map(_Named(list=effect.list_name or "–", name=effect.list_name or "–"))


class _Named(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "–"
