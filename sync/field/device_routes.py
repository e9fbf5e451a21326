"""Tablets announce themselves, and how they stand for who manages them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, g, jsonify
from marshmallow import fields, validate

from core.access.guard import allow
from core.database import utc_now
from core.errors import Problem
from core.http.json_body import WireSchema, instant_text, json_object
from core.transaction import reading, unit_of_work
from core.xml import without_control_characters
from sync.field import devices, tablet_queries
from sync.field.common_routes import WORKSPACE, blueprint, current_epoch
from sync.field.models import FieldDevice
from sync.field.tablets import Tablet

_MOST = 2**53


def _text(name: str) -> Any:
    return fields.String(data_key=name, load_default="", allow_none=True)


def _count(name: str, *, allow_none: bool = False) -> Any:
    between = validate.Range(min=0, max=_MOST)
    return fields.Integer(
        data_key=name, load_default=None if allow_none else 0, allow_none=allow_none, validate=between
    )


class Announcement(WireSchema):
    """How a tablet stands."""

    label = _text("label")
    app_version = _text("appVersion")
    browser = _text("browser")
    clock = _text("clock")
    forms = fields.List(fields.Dict(), load_default=list)
    drafts = _count("drafts")
    unsent_records = _count("unsentRecords")
    unsent_bytes = _count("unsentBytes")
    free_bytes = _count("freeBytes", allow_none=True)
    last_failure = fields.Dict(data_key="lastFailure", load_default=None, allow_none=True)


@blueprint.put(f"{WORKSPACE}/devices/<install_id>")
@allow("submission.create", per_form=True)
def announce(workspace_id: int, install_id: str) -> Response:
    """Note how a tablet stands; answered with the server's clock and epoch."""
    if len(install_id) > devices.LONGEST_TEXT:
        raise Problem("400.8", field="installId", reason=f"it has at most {devices.LONGEST_TEXT} characters.")
    said = _columns(json_object(Announcement))
    unit_of_work(
        lambda session: devices.announce(
            session, g.actor, workspace_id=workspace_id, install_id=install_id, said=dict(said)
        )
    )
    return jsonify(serverTime=instant_text(utc_now()), epoch=current_epoch())


@blueprint.get(f"{WORKSPACE}/devices")
@allow("field_key.list")
def list_devices(workspace_id: int) -> Response:
    """How the tablets stand, those first that most need attention."""
    return jsonify([_to_json(item) for item in tablet_queries.tablets_of(reading(), workspace_id)])


def _to_json(item: Tablet) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "deviceId": item.device_id or None,
        "label": item.label,
        "actor": {"id": item.actor_id, "displayName": item.name, "ended": item.ended},
        "lastContact": instant_text(item.last_contact),
        "lastRecord": instant_text(item.last_record),
        "troubles": list(item.troubles),
        "said": _said_json(item, item.said) if item.said is not None else None,
    }


def _said_json(item: Tablet, said: FieldDevice) -> dict[str, Any]:
    return {
        "appVersion": said.app_version,
        "browser": said.browser,
        "forms": [{"xmlFormId": row["xmlFormId"], "version": row["version"]} for row in said.forms],
        "oldForms": [
            {"xmlFormId": form.xml_form_id, "version": form.version, "current": form.current} for form in item.old_forms
        ],
        "drafts": said.drafts,
        "unsentRecords": said.unsent_records,
        "unsentBytes": said.unsent_bytes,
        "freeBytes": said.free_bytes,
        "clockSkewSeconds": said.clock_skew_seconds,
        "lastFailure": {"at": instant_text(said.failed_at), "what": said.failure} if said.failure else None,
        "firstContact": instant_text(said.first_seen_at),
    }


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    failure = given.pop("last_failure") or {}
    texts = {name: _cut(given[name]) for name in ("label", "app_version", "browser")}
    forms = [
        {name: _cut(row.get(name)) for name in ("xmlFormId", "version")} for row in given["forms"][: devices.MOST_FORMS]
    ]
    return {
        **given,
        **texts,
        "forms": forms,
        "clock": _instant(given["clock"]),
        "failure": _cut(failure.get("what")) or None,
        "failed_at": _instant(failure.get("at")),
    }


def _cut(value: Any) -> str:
    return without_control_characters(value)[: devices.LONGEST_TEXT] if isinstance(value, str) else ""


def _instant(value: Any) -> dt.datetime | None:
    """An instant of the tablet's clock, which may be anything; None when it is none."""
    try:
        found = dt.datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
