"""Every route, for everybody: who gets in is written down in ``tests/integration/access``, and nobody else does.

A new route wants one line in the table of its package; the failing test prints the line.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from core.access.actor import Actor, Grant
from core.access.roles import ADMINISTRATOR, APP_USER, COLLECTOR, MANAGER, VIEWER
from tests.personas import Office, found_office
from tests.support.access_table import ON_SOME_FORM, Line, in_words, routes, rule_of, tables, verbs_in

MISSING_WORKSPACE = 999_999
MISSING_KEY = 424_242
PERSONAS = ("nobody", "stranger", "manager elsewhere", "viewer", "collector", "device", "manager", "administrator")
_NAMES = {
    "stranger": "stranger",
    "viewer": "pakorn",
    "collector": "kwanjai",
    "manager": "wanna",
    "administrator": "admin",
}
_ROLES = {"viewer": VIEWER, "collector": COLLECTOR, "device": APP_USER, "manager": MANAGER}


@dataclass(frozen=True)
class Asked:
    """One call, and what is right as its answer."""

    line: Line
    route: Route
    persona: str
    workspace_id: int | None


def test_every_route_says_who_may_call_it_and_is_in_the_table(app: Flask) -> None:
    real = {Line(method, route.rule, in_words(rule_of(app, route))) for method, route in routes(app)}
    written = set(tables())
    forgotten = [str(line) for line in sorted(real) if line.who == "NOTHING SAID"]
    assert not forgotten, "No guard:\n" + "\n".join(forgotten)
    unlisted = [str(line) for line in sorted(real - written)]
    outdated = [str(line) for line in sorted(written - real)]
    assert not unlisted, "Add to tests/integration/access/<package>.txt:\n" + "\n".join(unlisted)
    assert not outdated, "Not so any more:\n" + "\n".join(outdated)


def test_only_the_intake_of_records_is_given_senders_of_a_moment_ago(app: Flask) -> None:
    looking = {(method, route.endpoint) for method, route in routes(app) if rule_of(app, route).looks_again}
    assert looking == {("POST", "openrosa_submissions.submit")}


def test_no_route_is_in_two_tables() -> None:
    addresses = [(line.method, line.address) for line in tables()]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("persona", PERSONAS)
def test_whoever_may_not_is_refused_alike_with_and_without_a_workspace(app: Flask, persona: str) -> None:
    here, elsewhere = found_office(app), found_office(app, "อื่น")
    wrong = []
    for asked in _calls(app, here, persona):
        if _may(asked, here, elsewhere):
            continue
        answer = _call(asked, here, elsewhere)
        if not _is_refusal(asked, answer):
            wrong.append(f"{asked.line} in workspace {asked.workspace_id}: {answer.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("persona", PERSONAS)
def test_whoever_may_gets_past_the_guard_and_nothing_breaks(app: Flask, persona: str) -> None:
    here, elsewhere = found_office(app), found_office(app, "อื่น")
    wrong = []
    for asked in _calls(app, here, persona):
        if not _may(asked, here, elsewhere):
            continue
        answer = _call(asked, here, elsewhere)
        asks_more = asked.line.who in {"public", "signed in"} or asked.line.who.endswith(ON_SOME_FORM)
        if answer.status_code >= 500 or (not asks_more and answer.status_code in {401, 403}):
            wrong.append(f"{asked.line} in workspace {asked.workspace_id}: {answer.status}")
        if asked.line.method != "GET":
            # The call may have ended a session or put the workspace away.
            here, elsewhere = found_office(app), found_office(app, "อื่น")
    assert not wrong, "\n".join(wrong)


def test_nobody_learns_from_a_public_route_which_workspaces_there_are(app: Flask) -> None:
    here = found_office(app)
    answers: dict[Line, set[int]] = {}
    for asked in _calls(app, here, "nobody"):
        if asked.line.who == "public" and asked.workspace_id is not None:
            answers.setdefault(asked.line, set()).add(_call(asked, here, here).status_code)
    assert not {line: statuses for line, statuses in answers.items() if len(statuses) > 1}


def test_public_routes_are_few_and_known() -> None:
    public = {line.address for line in tables() if line.who == "public"}
    assert len(public) <= 25, sorted(public)


def _calls(app: Flask, here: Office, persona: str) -> list[Asked]:
    calls = []
    for method, route in routes(app):
        line = Line(method, route.rule, in_words(rule_of(app, route)))
        places = (here.workspace_id, MISSING_WORKSPACE) if "workspace_id" in route.arguments else (None,)
        calls += [Asked(line, route, persona, place) for place in places]
    return calls


def _may(asked: Asked, here: Office, elsewhere: Office) -> bool:
    """Whether the table lets the persona call this; a workspace that is not there has no roles."""
    who = asked.line.who
    if who == "public":
        return True
    if asked.persona == "nobody":
        return False
    actor = _actor(asked.persona, here, elsewhere)
    return who == "signed in" or any(actor.can(verb, asked.workspace_id) for verb in verbs_in(who))


def _actor(persona: str, here: Office, elsewhere: Office) -> Actor:
    if persona == "administrator":
        return Actor(id=1, grants=(Grant(ADMINISTRATOR.id),))
    if persona == "manager elsewhere":
        return Actor(id=1, grants=(Grant(MANAGER.id, elsewhere.workspace_id),))
    role = _ROLES.get(persona)
    return Actor(id=1, grants=(Grant(role.id, here.workspace_id),) if role else ())


def _call(asked: Asked, here: Office, elsewhere: Office) -> TestResponse:
    path = _path(asked)
    if asked.persona == "device":
        client = here.client()
        path = here.device(path.removeprefix("/v1/")) if path.startswith("/v1/") else f"{path}?st={here.key}"
    elif asked.persona == "manager elsewhere":
        client = elsewhere.client("wanna")
    else:
        client = here.client(_NAMES.get(asked.persona))
    return client.open(path, method=asked.line.method)


def _path(asked: Asked) -> str:
    values = {name: _dummy(converter) for name, converter in asked.route._converters.items()}
    if "workspace_id" in values:
        values["workspace_id"] = asked.workspace_id
    built = asked.route.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def _dummy(converter: BaseConverter) -> object:
    """A value of the right kind that names nothing."""
    if isinstance(converter, IntegerConverter):
        return MISSING_KEY
    if isinstance(converter, UUIDConverter):
        return uuid.UUID(int=MISSING_KEY)
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return "nothing"


def _is_refusal(asked: Asked, answer: TestResponse) -> bool:
    if asked.persona != "nobody":
        # ODK Collect asks for credentials on 401 only.
        return answer.status_code in {401, 403}
    if answer.status_code == 302:
        return asked.line.method == "GET" and answer.location.startswith("/sign-in?next=")
    return answer.status_code == 401
