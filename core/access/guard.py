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
    """What a route asks for. An empty verb asks only that someone is signed in; `public` asks nothing.

    `fresh` is public and does not even look at the credentials that come along: they may be old or somebody else's.
    `others` are verbs of which each does as well as `verb`. `looks_again` is for a view that has the database see, in
    the statement that stores, whether the actor still may: such a view may be given an actor who was here a moment ago
    (`core.auth.live`).
    """

    verb: str = ""
    others: tuple[str, ...] = ()
    public: bool = False
    per_form: bool = False
    fresh: bool = False
    looks_again: bool = False


def public(view: View) -> View:
    """Anyone may call this view. A test lists every such view."""
    return _marked(view, Rule(public=True))


def signs_in(view: View) -> View:
    """Anyone may call this view, with whatever stale credentials; for signing in."""
    return _marked(view, Rule(public=True, fresh=True))


def signed_in(view: View) -> View:
    """Any signed-in actor may call this view."""
    return _marked(view, Rule())


def allow(verb: str, *others: str, per_form: bool = False, looks_again: bool = False) -> Callable[[View], View]:
    """Ask for `verb`, or one of `others`, in the workspace of the address (`workspace_id`), or site-wide without one.

    With `per_form`, being granted the verb on some form of the workspace is enough to reach the view, which then
    asks for the form itself (``forms.queries.find_form``).
    """
    return lambda view: _marked(view, Rule(verb=verb, others=others, per_form=per_form, looks_again=looks_again))


def check_access() -> None:
    """Before each request: let the actor pass or refuse. Missing and forbidden answer alike.

    Raises:
        Problem 401.100, 403.1: as `Actor.require`. 404.1, 405.1 are left to routing.
    """
    if request.endpoint is None or request.endpoint == "static":
        return
    if not permits(g.actor, request.endpoint, (request.view_args or {}).get("workspace_id")):
        raise Problem("401.100" if g.actor.is_anonymous else "403.1")


def looks_at_credentials() -> bool:
    """Whether the route of this request wants to know who asks."""
    rule = _rule_of_this()
    return rule is None or not rule.fresh


def looks_again() -> bool:
    """Whether the view of this request has the database see once more who asks, before anything comes of it."""
    rule = _rule_of_this()
    return rule is not None and rule.looks_again


def _rule_of_this() -> Rule | None:
    return getattr(current_app.view_functions.get(request.endpoint or ""), ATTRIBUTE, None)


def permits(actor: Actor, endpoint: str, workspace_id: int | None) -> bool:
    """Whether the rule of an endpoint lets an actor pass, in a workspace or site-wide."""
    rule: Rule | None = getattr(current_app.view_functions[endpoint], ATTRIBUTE, None)
    if rule is None:
        return False
    if rule.public:
        return True
    if actor.is_anonymous:
        return False
    verbs = (rule.verb, *rule.others)
    if not rule.verb or any(actor.can(verb, workspace_id) for verb in verbs):
        return True
    if not rule.per_form or workspace_id is None:
        return False
    return any(actor.can_on_some_form(verb, workspace_id) for verb in verbs)


def _marked(view: View, rule: Rule) -> View:
    setattr(view, ATTRIBUTE, rule)
    return view
