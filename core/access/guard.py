"""The guard: every route states its rule, and a route without one is refused.

The rule is an attribute of the view, set by one of the decorators here and checked by `check_access` before any view
runs. A view for which the verb may be granted on a single form says so and checks that form itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, g, request

from core.access.actor import Actor
from core.errors import Problem

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "tidtam_access"


@dataclass(frozen=True)
class Rule:
    """What a route asks for. An empty verb asks only that someone is signed in; `public` asks nothing."""

    verb: str = ""
    public: bool = False
    per_form: bool = False


def public(view: View) -> View:
    """Anyone may call this view. A test lists every such view."""
    return _marked(view, Rule(public=True))


def signed_in(view: View) -> View:
    """Any signed-in actor may call this view."""
    return _marked(view, Rule())


def allow(verb: str, *, per_form: bool = False) -> Callable[[View], View]:
    """Ask for `verb` in the workspace of the address (`workspace_id`), or site-wide when it has none.

    With `per_form`, being granted the verb on some form of the workspace is enough to reach the view, which then
    asks for the form itself (``forms.queries.find_form``).
    """
    return lambda view: _marked(view, Rule(verb=verb, per_form=per_form))


def check_access() -> None:
    """Before each request: let the actor pass or refuse. Missing and forbidden answer alike.

    Raises:
        Problem 401.100, 403.1: as `Actor.require`. 404.1, 405.1 are left to routing.
    """
    if request.endpoint is None or request.endpoint == "static":
        return
    view = current_app.view_functions[request.endpoint]
    rule: Rule | None = getattr(view, ATTRIBUTE, None)
    if rule is None:
        raise Problem("403.1")
    if rule.public:
        return
    actor: Actor = g.actor
    if actor.is_anonymous:
        raise Problem("401.100")
    if not rule.verb:
        return
    workspace_id = (request.view_args or {}).get("workspace_id")
    if rule.per_form and workspace_id is not None and actor.can_on_some_form(rule.verb, workspace_id):
        return
    actor.require(rule.verb, workspace_id)


def _marked(view: View, rule: Rule) -> View:
    setattr(view, ATTRIBUTE, rule)
    return view
