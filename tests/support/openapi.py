"""Real answers compared with what an OpenAPI document promises of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


def path_of(route: Route) -> str:
    """An address of Flask's as OpenAPI writes it, below ``/v1``."""

    def name(found: re.Match[str]) -> str:
        first, *others = found[1].split("_")
        return "{" + first + "".join(part.title() for part in others) + "}"

    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", name, route.rule.removeprefix("/v1"))


def operations_of(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Every method and path of a document."""
    return {(method, path) for path, item in document["paths"].items() for method in METHODS if method in item}


@dataclass
class Promises:
    """A document that answers are held to. `kept` are methods, paths and statuses that were seen."""

    app: Flask
    document: dict[str, Any]
    kept: set[tuple[str, str, int]] = field(default_factory=set)

    def hold(self, answer: TestResponse) -> TestResponse:
        """Compare an answer with what is promised of it.

        Raises:
            AssertionError: it is not so.

        """
        request = answer.request
        route, _ = self.app.url_map.bind("").match(request.path, method=request.method, return_rule=True)
        assert isinstance(route, Route)
        method, path = request.method.lower(), path_of(route)
        responses = self.document["paths"][path][method]["responses"]
        assert str(answer.status_code) in responses, f"{method} {path} answered {answer.status_code}"
        promised = self._resolved(responses[str(answer.status_code)])
        for name in promised.get("headers", {}):
            assert name in answer.headers, f"{method} {path} {answer.status_code} has no {name}"
        self._hold_content(promised.get("content", {}), answer, f"{method} {path} {answer.status_code}")
        self.kept.add((method, path, answer.status_code))
        return answer

    def body(self, name: str, value: Any) -> None:
        """Compare what a client sends with a schema of the document."""
        self._validate({"$ref": f"#/components/schemas/{name}"}, value)

    def _hold_content(self, content: dict[str, Any], answer: TestResponse, place: str) -> None:
        if not content:
            assert not answer.data, place
            return
        wanted = content.get(answer.mimetype, content.get("*/*"))
        assert wanted is not None, f"{place} is {answer.mimetype}"
        if "schema" in wanted:
            self._validate(wanted["schema"], answer.json)

    def _resolved(self, item: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in item:
            return item
        found: Any = self.document
        for part in item["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        resolved: dict[str, Any] = found
        return resolved

    def _validate(self, schema: dict[str, Any], value: Any) -> None:
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole).validate(value)
