"""Simple forms: one template, each fault beside its field, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext
from marshmallow import Schema

from core.errors import Problem
from core.http.error_writers import localized
from core.transaction import unit_of_work
from plan.pages.common import Row, fault_sentence, go
from plan.schema_fields import load
from plan.validation import InvalidPlan

LONGEST_NUMBER = 18


@dataclass(frozen=True, kw_only=True)
class Input:
    """One field of a form, under the wire's name.

    `kind` is ``text``, ``number``, ``date``, ``select``, ``area``, ``lines`` (a list, one line each), ``tick`` or
    ``ticks`` (some of the options). `stored` is what somebody else saved meanwhile, where that differs.
    """

    name: str
    label: str
    kind: str = "text"
    value: Any = ""
    options: Sequence[tuple[str, str]] = ()
    required: bool = False
    hint: str = ""
    wide: bool = False
    heading: str = ""
    error: str = ""
    stored: str = ""

    def given(self) -> Any:
        """What the browser sent for it."""
        if self.kind == "tick":
            return self.name in request.form
        if self.kind == "ticks":
            return request.form.getlist(self.name)
        if self.kind == "lines":
            return sent_lines(self.name)
        return request.form.get(self.name, "")

    def stored_now(self) -> str:
        """The value of the row in words, when it is not what the browser sent; else nothing."""
        names = dict(self.options)
        present, given = _texts(self.value), _texts(self.given())
        return "" if present == given else ", ".join(names.get(text, text) for text in present) or "–"


@dataclass(frozen=True, kw_only=True)
class EditPage:
    """A form with its title, where it goes back to, and the version of the row it changes (none for a new row).

    `places` says beside which field a fault of another name is shown, such as the first budget line's amount.
    A form that only `adds` to the row overwrites nothing of it.
    """

    title: str
    inputs: Sequence[Input]
    back: str
    version: int | None = None
    lead: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False

    def given(self) -> dict[str, Any]:
        """What the browser sent, by field."""
        return {item.name: item.given() for item in self.inputs}


def sent_lines(name: str) -> list[str]:
    """The lines of a field with more than white space in them."""
    return [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()]


def sent_version() -> int:
    """The version that the form was made from.

    Raises:
        Problem 409.100: it was tampered with.

    """
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER and int(text) > 0):
        raise Problem("409.100")
    return int(text)


def show(page: EditPage, problem: Problem | None = None) -> Response:
    """The form; with a problem, as it was sent and with the faults.

    When somebody else was faster, it says beside each field what they saved, and saving once more overwrites that.
    """
    errors: dict[str, str] = {}
    notices: list[str] = []
    inputs = page.inputs
    version: int | str | None = page.version
    if problem is not None:
        errors, notices = _told(page, problem)
        overtaken = problem.code == "409.100" and version is not None
        inputs = [
            replace(
                item,
                value=item.given(),
                error=errors.get(item.name, ""),
                stored=item.stored_now() if overtaken and not page.adds else "",
            )
            for item in page.inputs
        ]
        version = version if overtaken else version and request.form.get("version", "")
    body = render_template("plan/form.html", page=page, inputs=inputs, notices=notices, version=version)
    return make_response(body, problem.status if problem else 200)


def submit_new(
    page: EditPage,
    schema: Schema,
    service: Callable[..., Row],
    *,
    said: str,
    payload: Mapping[str, Any] | None = None,
    after: Callable[[Row], str] | None = None,
) -> Response:
    """Create what the form describes and go on, back without `after`; or show it again with what is wrong.

    `service` is bound to where it works (``partial``) and takes session, actor and `data`. The schema reads
    `payload` where that is not just what the browser sent.
    """

    def create() -> Row:
        data = load(schema, page.given() if payload is None else payload)
        return unit_of_work(lambda session: service(session, g.actor, data=data))

    return attempt(create, again=partial(show, page), after=after or (lambda _: page.back), said=said)


def submit_change(
    page: EditPage,
    schema: Schema,
    service: Callable[..., Row],
    *,
    said: str,
    payload: Mapping[str, Any] | None = None,
) -> Response:
    """Change the form's row and go back; or show the form again with what is wrong.

    `service` is bound to the row (``partial``) and takes session, actor, `version` and `changes`. `payload` as in
    `submit_new`.
    """

    def change() -> Row:
        changes = load(schema, page.given() if payload is None else payload)
        version = sent_version()
        return unit_of_work(lambda session: service(session, g.actor, version=version, changes=changes))

    return attempt(change, again=partial(show, page), after=lambda _: page.back, said=said)


def attempt(
    work: Callable[[], Row],
    *,
    again: Callable[[Problem], Response],
    after: Callable[[Row], str],
    said: str,
) -> Response:
    """Do what a form asks for, say so and go on; or show the page `again` with what the sender can mend."""
    try:
        row = work()
    except Problem as problem:
        if problem.status not in {400, 409}:
            raise
        return again(problem)
    flash(said)
    return go(after(row))


def _told(page: EditPage, problem: Problem) -> tuple[dict[str, str], list[str]]:
    """The sentence beside each field, and those that belong to none of the page's fields."""
    names = {item.name for item in page.inputs}
    if problem.code == "409.3":
        if problem.details["fields"] == "yearBe":
            return {"yearBe": gettext("This fiscal year is there already.")}, []
        place = page.places.get("code", "code")
        return {place: gettext("This code is taken already. Choose another one.")}, []
    if problem.code == "409.100" and page.version is not None:
        return {}, [
            gettext(
                "Someone else changed this in the meantime. Look at what is stored now, below each field that differs. "
                "Saving again puts what stands in this form in its place."
            )
        ]
    if not isinstance(problem, InvalidPlan):
        return {}, [localized(problem)]
    errors: dict[str, str] = {}
    notices: list[str] = []
    for fault in problem.faults_on_wire():
        place = page.places.get(fault.field, fault.field)
        if place in names:
            errors.setdefault(place, fault_sentence(fault))
        else:
            notices.append(fault_sentence(fault))
    return errors, notices


def _texts(value: Any) -> list[str]:
    """A value as texts that can be compared: none for nothing, one for most, some for lists."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["✓"] if value else []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(item) for item in value]
    return [str(value).replace("\r\n", "\n").strip()]
