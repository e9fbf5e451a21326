"""The audit trail as people read it: of a workspace, and of the whole server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from core.access.guard import allow
from core.access.queries import people_of
from core.audit import AuditEntry
from core.audit_routes import subject_actor
from core.audit_subjects import Link, links_of
from core.audit_words import SENTENCES, TOPICS, sentence
from core.auth.models import ActorRow
from core.auth.queries import actors_by_id, list_app_users, list_users
from core.http.json_body import whole_number
from core.queries import AuditFilter, audit_page
from core.transaction import reading

blueprint = Blueprint("audit_pages", __name__)
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One entry as a sentence."""

    entry: AuditEntry
    sentence: Markup


@blueprint.get("/w/<int:workspace_id>/audit")
@allow("workspace_audit.read")
def workspace_audit(workspace_id: int) -> str:
    """Who did what in a workspace."""
    people = [person.row for person in people_of(reading(), workspace_id)]
    devices = [row for _, row in list_app_users(reading(), workspace_id)]
    return _page(workspace_id, people + devices)


@blueprint.get("/audit")
@allow("audit.read")
def site_audit() -> str:
    """Who did what on the server."""
    return _page(None, [row for _, row in list_users(reading())])


def _page(workspace_id: int | None, actors: list[ActorRow]) -> str:
    topic = TOPICS.get(request.args.get("topic", ""))
    action = request.args.get("action", "")
    actor_id = whole_number("actor", most=2**63 - 1) if request.args.get("actor") else None
    wanted = AuditFilter(
        workspace_id=workspace_id,
        before=whole_number("before", most=2**63 - 1),
        actions=(action,) if action in SENTENCES else topic.actions if topic else (),
        actor_id=actor_id,
    )
    found = audit_page(reading(), wanted, limit=PAGE + 1)
    names = actors_by_id(reading(), (subject_actor(entry.subject) for entry, _ in found))
    shown = found[:PAGE]
    links = links_of(reading(), g.actor, (entry for entry, _ in shown))
    return render_template(
        "core/audit.html",
        lines=[_line(entry, row, names, links) for entry, row in shown],
        topics=TOPICS,
        actors=actors,
        chosen_topic=request.args.get("topic", ""),
        chosen_actor=actor_id,
        next_url=_next_url(shown[-1][0].id) if len(found) > PAGE else "",
        workspace=g.get("workspace"),
    )


def _line(entry: AuditEntry, row: ActorRow | None, names: dict[int, ActorRow], links: dict[str, Link]) -> Line:
    about = names.get(subject_actor(entry.subject) or 0)
    words = sentence(
        entry.action,
        entry.details,
        actor=row.display_name if row else gettext("The server"),
        subject=about.display_name if about else (entry.subject or ""),
        link=links.get(entry.subject or ""),
    )
    return Line(entry, words)


def _next_url(before: int) -> str:
    kept = {name: value for name, value in request.args.items() if name in {"topic", "action", "actor"} and value}
    return f"{request.path}?{urlencode(kept | {'before': str(before)})}"
