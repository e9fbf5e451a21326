"""Who may call which route: the tables in ``tests/integration/access``, and what the application really asks for.

A line is a method, an address as Flask writes it, and after two blanks or more who may call it: ``public``,
``signed in``, a verb or several with ``or``, and ``on some form`` when the view asks for the form itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule as Route

from core.access.guard import ATTRIBUTE, Rule

TABLES = Path(__file__).resolve().parent.parent / "integration" / "access"
ON_SOME_FORM = " on some form"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


@dataclass(frozen=True, order=True)
class Line:
    """One line of a table."""

    method: str
    address: str
    who: str

    def __str__(self) -> str:
        return f"{self.method:6} {self.address}  {self.who}"


def tables() -> list[Line]:
    """Every line of every table."""
    lines = []
    for path in sorted(TABLES.glob("*.txt")):
        for text in path.read_text(encoding="utf-8").splitlines():
            if text.strip() and not text.startswith("#"):
                method, rest = text.split(maxsplit=1)
                address, who = re.split(r"\s{2,}", rest.strip())
                lines.append(Line(method, address, who))
    return lines


def routes(app: Flask) -> Iterator[tuple[str, Route]]:
    """Every method and route of the application but the static files."""
    for route in app.url_map.iter_rules():
        if route.endpoint == "static":
            continue
        methods = set(route.methods or ())
        for method in METHODS:
            # Flask answers HEAD wherever it answers GET.
            if method in methods and not (method == "HEAD" and "GET" in methods):
                yield method, route


def rule_of(app: Flask, route: Route) -> Rule | None:
    """What the guard asks of who calls a route; None for a route that forgot to say, which is refused."""
    return getattr(app.view_functions[route.endpoint], ATTRIBUTE, None)


def in_words(rule: Rule | None) -> str:
    """A rule as the tables write it."""
    if rule is None:
        return "NOTHING SAID"
    if rule.public:
        return "public"
    if not rule.verb:
        return "signed in"
    verbs = " or ".join((rule.verb, *rule.others))
    return f"{verbs}{ON_SOME_FORM}" if rule.per_form else verbs


def verbs_in(who: str) -> list[str]:
    """The verbs of a line of which one is enough."""
    return who.removesuffix(ON_SOME_FORM).split(" or ")
