"""What the plan's pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask_babel import gettext

from core.errors import Problem
from core.http.error_writers import localized
from core.i18n import readable_date, readable_number
from core.settings import Settings
from core.transaction import reading
from plan import queries, words
from plan.checks import Hint
from plan.models import FiscalYear
from plan.validation import Fault, InvalidPlan, is_storable

Row = TypeVar("Row")
blueprint = Blueprint("plan_pages", "plan", template_folder="templates", url_prefix="/w/<int:workspace_id>/plan")
SEE_OTHER = 303
PAGE = 50


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"plan_words": words, "plan_hint": hint_sentence}


@blueprint.app_template_filter("measured")
def measured(value: Decimal | None) -> str:
    """A measured value with as many places as it needs; an en dash for none."""
    return "–" if value is None else f"{value.normalize():,f}"


def root(workspace_id: int) -> str:
    """Address of the plan's first page."""
    return f"/w/{workspace_id}/plan"


def go(path: str) -> Response:
    """Send the browser on after a form."""
    return make_response(redirect(path, SEE_OTHER))


def wanted_text(name: str) -> str:
    """A filter of the address; what no row can hold finds nothing anyway and is left out."""
    given = request.args.get(name, "").strip()
    return given if is_storable(given) else ""


def chosen_year(workspace_id: int) -> tuple[Sequence[FiscalYear], FiscalYear | None]:
    """All years, and the one that the address asks for, else the current one."""
    years = queries.fiscal_years(reading(), workspace_id)
    asked = wanted_text("year")
    found = next((year for year in years if str(year.year_be) == asked), None)
    return years, found or queries.current_year(reading(), workspace_id)


def open_years(years: Sequence[FiscalYear]) -> list[tuple[str, str]]:
    """The years whose plan can still be changed, as choices."""
    return [(str(year.year_be), str(year.year_be)) for year in years if year.status != "closed"]


def one_page(fetch: Callable[..., Sequence[Row]]) -> tuple[Sequence[Row], str]:
    """The rows that the address asks for, and the address of the following page, empty when they end here.

    `fetch` takes `after`, the code from above which, and `limit`, how many rows.
    """
    rows = fetch(after=wanted_text("after"), limit=PAGE + 1)
    if len(rows) <= PAGE:
        return rows, ""
    last: Any = rows[PAGE - 1]
    return rows[:PAGE], f"{request.path}?{urlencode({**request.args.to_dict(), 'after': last.code})}"


def options(names: Mapping[str, str], *, blank: str | None = None) -> list[tuple[str, str]]:
    """Choices of a select with their translated names; `blank` is how choosing nothing is called."""
    head = [] if blank is None else [("", blank)]
    return [*head, *((value, gettext(name)) for value, name in names.items())]


def fault_sentence(fault: Fault) -> str:
    """What is wrong with a field, in the reader's language and with readable dates and numbers."""
    sentence: str = gettext(fault.template)
    return sentence.format_map({name: _readable(value) for name, value in fault.details.items()})


def problem_sentences(problem: Problem) -> list[str]:
    """What is wrong, in the reader's language: a sentence for each fault, and the same one only once."""
    if isinstance(problem, InvalidPlan):
        return list(dict.fromkeys(fault_sentence(fault) for fault in problem.faults))
    return [localized(problem)]


def hint_sentence(hint: Hint) -> str:
    """What to look at, in the reader's language."""
    details = {name: _readable(value) for name, value in hint.details.items()}
    if "framework" in details:
        name = words.FRAMEWORK[details["framework"]]
        details["framework"] = gettext(name)
    sentence: str = gettext(hint.template)
    return sentence.format_map(details)


def _readable(value: Any) -> str:
    if isinstance(value, dt.date):
        settings: Settings = current_app.config["TIDTAM_SETTINGS"]
        return readable_date(value, settings.zone)
    if isinstance(value, Decimal):
        return readable_number(value, places=2)
    return str(value)
