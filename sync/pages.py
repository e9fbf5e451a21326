"""Pages on records: the workspace's home, the table of records, one record with its review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask_babel import get_locale, gettext

from core.access.guard import allow
from core.database import utc_now
from core.errors import Problem
from core.http.downloads import content_disposition
from core.i18n import readable_date
from core.queries import audit_of_subject
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.definitions import definition
from forms.models import Form
from forms.queries import current_or_draft, find_form
from plan.queries import labels
from sync import listing, quarantine_queries, queries, review
from sync.attachments import name_key
from sync.checks import listing as checks
from sync.checks.codes import CODES
from sync.checks.names import names_in
from sync.compression import decompress
from sync.entities import queries as entity_queries
from sync.entities.effect_pages import reason_of
from sync.field import tablet_queries
from sync.listing import RecordFilter
from sync.models import Submission
from sync.reading_view import lines_of, values_to_label

blueprint = Blueprint("submission_pages", __name__, template_folder="templates")
SEE_OTHER = 303
GREATEST_KEY = 2**63 - 1


@blueprint.get("/w/<int:workspace_id>")
@allow("submission.list", per_form=True)
def home(workspace_id: int) -> str:
    """What came in today, what is incomplete, what waits for a decision."""
    session = reading()
    zone = settings_of(current_app).zone
    midnight = dt.datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    incomplete = RecordFilter(incomplete=listing.FILES)
    return render_template(
        "sync/home.html",
        today=listing.count_since(session, workspace_id, midnight),
        week=listing.count_since(session, workspace_id, utc_now() - dt.timedelta(days=7)),
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
    """Records of a form, filtered and paged."""
    return _table(workspace_id, find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.list"))


@blueprint.get("/w/<int:workspace_id>/forms/<xml_form_id>/submissions/<path:instance_id>")
@allow("submission.read", per_form=True)
def record(workspace_id: int, xml_form_id: str, instance_id: str) -> str:
    """One record: answers in form order, files, odd values, history."""
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    submission = queries.find_submission(session, form.id, instance_id, is_draft="draft" in request.args)
    version = queries.current_version(session, submission.id)
    form_version = definition(session, version.form_version_id)
    files = queries.attachments_of(session, version.id)
    named = {
        dimension: labels(session, workspace_id, dimension, values)
        for dimension, values in values_to_label(form_version, version.answers).items()
    }
    lines = lines_of(
        form_version,
        version.answers,
        language=str(get_locale()),
        label_of=lambda dimension, value: named.get(dimension, {}).get(value, value),
        date_text=lambda text: readable_date(text, settings_of(current_app).zone),
        files={name_key(item.name): (item, blob) for item, blob in files},
        flags=version.flags,
    )
    found = checks.of_record(session, submission.id)
    effects = entity_queries.effects_of(session, submission.id) if form_version.entities else ()
    return render_template(
        "sync/record.html",
        checks=found,
        effects=[(effect, reason_of(effect)) for effect in effects],
        names=names_in(session, workspace_id, [item.check for item in found]),
        form=form,
        title=form_version.title,
        submission=submission,
        version=version,
        form_version=form_version,
        lines=lines,
        files=files,
        device_names=tablet_queries.labels_of(session, workspace_id, [submission.device_id]),
        versions=queries.versions_of(session, submission.id),
        history=audit_of_subject(session, f"submission:{submission.id}"),
        states=review.STATES,
    )


@blueprint.post("/w/<int:workspace_id>/forms/<xml_form_id>/submissions/<path:instance_id>/review")
@allow("submission.update", per_form=True)
def decide(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """Give the record a review state."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "submission.update")
    state, comment = request.form.get("state", ""), request.form.get("comment", "").strip()[:2000]
    unit_of_work(
        lambda session: review.set_review_state(
            session,
            g.actor,
            submission=queries.find_submission(session, form.id, instance_id),
            state=state,
            comment=comment,
        )
    )
    address = f"/w/{workspace_id}/forms/{quote(xml_form_id)}/submissions/{quote(instance_id)}"
    return redirect(address, SEE_OTHER)  # type: ignore[return-value]  # werkzeug's response


@blueprint.get("/w/<int:workspace_id>/forms/<xml_form_id>/submissions.xml/<path:instance_id>")
@allow("submission.read", per_form=True)
def source(workspace_id: int, xml_form_id: str, instance_id: str) -> Response:
    """The record's XML, byte for byte."""
    session = reading()
    form = find_form(session, g.actor, workspace_id, xml_form_id, "submission.read")
    submission = queries.find_submission(session, form.id, instance_id)
    version = queries.current_version(session, submission.id)
    xml = decompress(version.xml, definition(session, version.form_version_id))
    answer = Response(xml, content_type="application/xml; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{xml_form_id}-{submission.id}.xml", inline=False)
    return answer


def page_key(name: str) -> int | None:
    """A key from the query of this request, to page from.

    Raises:
        Problem 400.8: it is no key.
    """
    given = request.args.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given) <= GREATEST_KEY):
        raise Problem("400.8", field=name, reason="it is a number from a link of this list.")
    return int(given)


def _table(workspace_id: int, form: Form | None) -> str:
    session = reading()
    wanted = listing.read_filter(request.args)
    before = page_key("before")
    form_id = form.id if form else None
    found = listing.list_records(session, workspace_id, wanted, form_id=form_id, before=before, limit=listing.PAGE + 1)
    rows, more = found[: listing.PAGE], len(found) > listing.PAGE
    next_url = f"{request.path}?{wanted.query()}&before={rows[-1].submission.id}" if more else ""
    return render_template(
        "sync/records.html",
        form=form,
        title=current_or_draft(session, form).title if form else gettext("All records"),
        rows=_labelled(workspace_id, rows),
        wanted=wanted,
        count=listing.count_records(session, workspace_id, wanted, form_id=form_id),
        next_url=next_url,
        choices=_choices(workspace_id, form_id),
        states=review.STATES,
        codes=CODES,
    )


def _choices(workspace_id: int, form_id: int | None) -> dict[str, list[tuple[str, str]]]:
    """For each dimension the values that the form's records have, with labels, for the filter's lists."""
    if form_id is None:
        return {}
    session = reading()
    found = {}
    for dimension in ("group", "district", "project", "officer"):
        values = listing.known_values(session, form_id, dimension)
        named = labels(session, workspace_id, dimension, values)
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
    return f"/w/{workspace_id}/forms/{quote(xml_form_id)}/submissions/{quote(submission.instance_id)}"
