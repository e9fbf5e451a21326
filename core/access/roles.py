"""The roles and their verbs. Ids and system names are ODK Central's, since clients know them; there is no role 4."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A named set of verbs. `name` is an English message id."""

    id: int
    system: str
    name: str
    verbs: frozenset[str]


def _verbs(text: str) -> frozenset[str]:
    return frozenset(
        f"{thing}.{deed}"
        for part in text.split()
        for thing, _, deeds in [part.partition(":")]
        for deed in deeds.split(",")
    )


_MANAGER = _verbs(
    "actor_property:list,update assignment:create,delete,list dataset:create,delete,list,read,update "
    "entity:create,delete,list,read,restore,update field_key:create,delete,list,update "
    "form:create,delete,list,read,restore,update project:delete,read,update "
    "public_link:create,delete,list,read,update session:end "
    "submission:create,delete,list,read,restore,update "
    # Ours: the plan (years, groups, projects …), reports, the quarantine and the workspace's own audit trail.
    "plan:read,update report:read quarantine:list,resolve workspace_audit:read"
)
_ADMINISTRATOR = _MANAGER | _verbs(
    "analytics:read audit:read backup:run config:read,set project:create role:create,delete,update "
    "user:create,delete,list,read,update user.password:invalidate"
)
_VIEWER = _verbs(
    "actor_property:list dataset:list,read entity:list,read form:list,read project:read submission:list,read "
    "plan:read report:read quarantine:list"
)

ADMINISTRATOR = Role(1, "admin", "Administrator", _ADMINISTRATOR)
APP_USER = Role(2, "app-user", "App User", _verbs("open_form:read submission:create"))
PASSWORD_RESET = Role(3, "pwreset", "Password Reset Token", _verbs("user.password:reset"))
MANAGER = Role(5, "manager", "Project Manager", _MANAGER)
VIEWER = Role(6, "viewer", "Project Viewer", _VIEWER)
FORM_VIEWER = Role(7, "formview", "Form Viewer (system internal)", _verbs("open_form:read"))
COLLECTOR = Role(8, "formfill", "Data Collector", _verbs("open_form:list,read project:read submission:create"))
PUBLIC_LINK = Role(9, "pub-link", "Public Link", _verbs("open_form:read submission:create"))

ROLES: dict[int, Role] = {
    role.id: role
    for role in (
        ADMINISTRATOR, APP_USER, PASSWORD_RESET, MANAGER, VIEWER, FORM_VIEWER, COLLECTOR, PUBLIC_LINK,
    )
}  # fmt: skip
WORKSPACE_ROLES = (MANAGER, VIEWER, COLLECTOR)
"""Roles a person can be given in a workspace."""
