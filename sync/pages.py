"""Pages on records: the workspace's home, the table of records, one record with its review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, current_app, g, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.i18n import fiscal_year
from core.transaction import reading
from core.web import settings_of
from forms.models import Form
from forms.queries import current_or_draft, find_form
from plan.clock import office_today
from plan.queries import fiscal_years, labels
from sync import listing, quarantine_queries, review
from sync.checks import listing as checks
from sync.checks.codes import CODES
from sync.entities import queries as entity_queries
from sync.field import tablet_queries
from sync.models import Submission
from sync.record_filter import DELETED, FILES, RecordFilter, read_filter

blueprint = Blueprint("submission_pages", __name__, template_folder="templates")
SEE_OTHER = 303
GREATEST_KEY = 2**63 - 1


@blueprint.get("/w/<int:workspace_id>")
@allow("submission.list", per_form=True)
def home(workspace_id: int) -> str:
    """What came in today, what is incomplete, what waits for a decision."""
    session = reading()
    zone = settings_of(current_app).zone
    midnight = dt.datetime.combine(office_today(), dt.time(), zone)
    week = midnight - dt.timedelta(days=6)
    incomplete = RecordFilter(incomplete=FILES)
    return render_template(
        "sync/home.html",
        today=listing.count_since(session, workspace_id, midnight),
        today_from=midnight.date(),
        week=listing.count_since(session, workspace_id, week),
        week_from=week.date(),
        latest=_labelled(workspace_id, listing.list_records(session, workspace_id, RecordFilter(), limit=10)),
        incomplete=_labelled(workspace_id, listing.list_records(session, workspace_id, incomplete, limit=10)),
        incomplete_count=listing.count_records(session, workspace_id, incomplete),
        quarantined=quarantine_queries.count_in_quarantine(session, workspace_id),
        checks=checks.counts(session, workspace_id),
        conflicts=entity_queries.conflict_count(session, workspace_id),
        unsettled=entity_queries.unsettled_counts(session, workspace_id),
        tablets=tablet_queries.waiting(session, workspace_id) if g.actor.can("field_key.list", workspace_id) else None,
    )


@blueprint.get("/w/<int:workspace_id>/submissions")
@allow("submission.list")
def all_records(workspace_id: int) -> str:
    """Records of all forms of the workspace."""
    return _table(workspace_id, None)


@blueprint.get("/w/<int:workspace_id>/forms/<xml_form_id>/submissions")
@allow("submission.list", per_form=True)
def records(workspace_id: int, xml_form_id: str) -> str:
    """Records of a form, filtered and paged; with ``?draft`` the test records of its draft."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.list")
    return _table(workspace_id, form, draft="draft" in request.args)


def page_key(name: str) -> int | None:
    """A key from the query of this request, to page from.

    Raises:
        Problem 400.152: it is no key.
    """
    given = request.args.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given) <= GREATEST_KEY):
        raise Problem("400.152", field=name)
    return int(given)


def _table(workspace_id: int, form: Form | None, *, draft: bool = False) -> str:
    session = reading()
    wanted, nonsense = read_filter(request.args, settings_of(current_app).zone)
    before = page_key("before")
    form_id = form.id if form else None
    # Test records go by themselves and are never deleted by hand.
    may_restore = not draft and g.actor.can("submission.restore", workspace_id, form_id)
    if wanted.review_state == DELETED:
        g.actor.require("submission.restore", workspace_id, form_id)
    found = listing.list_records(
        session, workspace_id, wanted, form_id=form_id, before=before, limit=listing.PAGE + 1, is_draft=draft
    )
    rows, more = found[: listing.PAGE], len(found) > listing.PAGE
    kept = "draft=1&" if draft else ""
    next_url = f"{request.path}?{kept}{wanted.query()}&before={rows[-1].submission.id}" if more else ""
    return render_template(
        "sync/records.html",
        form=form,
        title=current_or_draft(session, form).title if form else gettext("All records"),
        draft=draft,
        rows=_labelled(workspace_id, rows),
        wanted=wanted,
        nonsense=nonsense,
        years=_years(workspace_id, wanted),
        count=listing.count_records(session, workspace_id, wanted, form_id=form_id, is_draft=draft),
        kept=kept,
        next_url=next_url,
        choices=_choices(form, wanted, draft=draft),
        states=[*review.STATES, DELETED] if may_restore else review.STATES,
        codes=CODES,
    )


def _years(workspace_id: int, wanted: RecordFilter) -> list[str]:
    """The fiscal years of the plan, the present one, and the one that is filtered by."""
    planned = {str(row.year_be) for row in fiscal_years(reading(), workspace_id)}
    return sorted(planned | {str(fiscal_year(office_today()))} | ({wanted.fiscal_year} - {""}), reverse=True)


def _choices(form: Form | None, wanted: RecordFilter, *, draft: bool) -> dict[str, list[tuple[str, str]]]:
    """For each dimension the values that the form's records have, with labels, for the filter's lists."""
    if form is None:
        return {}
    session, deleted = reading(), wanted.review_state == DELETED
    found = {}
    for dimension in ("group", "district", "project", "officer"):
        values = listing.known_values(session, form.id, dimension, is_draft=draft, deleted=deleted)
        named = labels(session, form.workspace_id, dimension, values)
        if values:
            found[dimension] = sorted(((value, named.get(value, value)) for value in values), key=lambda item: item[1])
    return found


def _labelled(workspace_id: int, listed: Sequence[listing.Listed]) -> list[dict[str, object]]:
    """Lines of a list with what its reader calls things."""
    session = reading()
    wanted: dict[str, set[str]] = {}
    for row in listed:
        for dimension in ("school", "project"):
            wanted.setdefault(dimension, set()).update(row.dimensions.get(dimension, []))
    named = {
        dimension: labels(session, workspace_id, dimension, values) for dimension, values in wanted.items() if values
    }
    waiting = [row.submission.device_id for row in listed if row.submission.missing_files]
    devices = tablet_queries.labels_of(session, workspace_id, waiting)
    return [
        {
            "row": row,
            "submission": row.submission,
            "device": devices.get(row.submission.device_id or "", ""),
            "url": record_url(workspace_id, row.xml_form_id, row.submission),
            "about": [
                named.get(dimension, {}).get(value, value)
                for dimension in ("school", "project")
                for value in row.dimensions.get(dimension, [])
            ],
        }
        for row in listed
    ]


def record_url(workspace_id: int, xml_form_id: str, submission: Submission) -> str:
    """Address of a record's page."""
    address = f"/w/{workspace_id}/forms/{quote(xml_form_id)}/submissions/{quote(submission.instance_id)}"
    return f"{address}?draft=1" if submission.is_draft else address
