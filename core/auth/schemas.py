"""Accounts, devices and sessions on the wire, with ODK Central's field names."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from core.auth.models import ActorRow, AppUser, SessionRow, User
from core.http.json_body import Text, WireSchema, instant_text

WIRE_KINDS = {"user": "user", "app_user": "field_key", "public_link": "public_link"}
NEVER = "9999-12-31T23:59:59.000Z"
"""When a device key ends, for clients that want a date."""


class Credentials(WireSchema):
    """What signs in. A password of another type is a wrong one, which the view says."""

    email = Text(required=True)
    password = fields.Raw(required=True)


class NewUser(WireSchema):
    """An account to create; without a password it signs in only after one is set."""

    email = Text(required=True)
    password = Text(load_default=None, allow_none=True)
    display_name = Text(load_default="", data_key="displayName")


class UserChange(WireSchema):
    """What may change of an account."""

    email = Text()
    display_name = Text(data_key="displayName")


class PasswordChange(WireSchema):
    """The old password and the new one."""

    old = Text(required=True)
    new = Text(required=True)


class DeviceName(WireSchema):
    """An app user to create or rename."""

    display_name = Text(required=True, data_key="displayName")


def actor_object(row: ActorRow) -> dict[str, Any]:
    """Any actor."""
    return {
        "id": row.id,
        "type": WIRE_KINDS.get(row.kind, row.kind),
        "displayName": row.display_name,
        "createdAt": instant_text(row.created_at),
        "updatedAt": instant_text(row.updated_at),
        "deletedAt": instant_text(row.deleted_at),
    }


def user_object(user: User, row: ActorRow) -> dict[str, Any]:
    """A person."""
    return actor_object(row) | {"email": user.email, "lastLoginAt": instant_text(user.last_login_at)}


def device_object(device: AppUser, row: ActorRow, key: str | None) -> dict[str, Any]:
    """An app user with its key."""
    return actor_object(row) | {"projectId": device.workspace_id, "token": key}


def extended_device_object(
    device: AppUser, row: ActorRow, key: str | None, created_by: ActorRow | None
) -> dict[str, Any]:
    """An app user with who made it and when it was last used."""
    return device_object(device, row, key) | {
        "createdBy": actor_object(created_by) if created_by else None,
        "lastUsed": instant_text(device.last_used_at),
    }


def session_object(row: SessionRow) -> dict[str, Any]:
    """A session that is open; its token is known to whoever holds it and to nobody else."""
    return {"createdAt": instant_text(row.created_at), "expiresAt": instant_text(row.expires_at) or NEVER}
