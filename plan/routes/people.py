"""Groups and officers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g

from core.access.guard import allow
from core.transaction import reading
from plan import people, queries
from plan.clock import office_today
from plan.routes.common import (
    CREATED,
    blueprint,
    filter_text,
    given_changes,
    given_object,
    listed,
    one,
    stored,
)
from plan.schemas import GroupSchema, MembershipSchema, OfficerSchema

_GROUP, _OFFICER, _MEMBERSHIP = GroupSchema(), OfficerSchema(), MembershipSchema()


@blueprint.get("/groups")
@allow("plan.read")
def list_groups(workspace_id: int) -> Response:
    """Groups and units."""
    return listed(_GROUP, lambda after, limit: queries.groups(reading(), workspace_id, after=after, limit=limit))


@blueprint.get("/groups/<code>")
@allow("plan.read")
def one_group(workspace_id: int, code: str) -> Response:
    """One group."""
    return one(_GROUP, queries.find_group(reading(), workspace_id, code))


@blueprint.post("/groups")
@allow("plan.update")
def create_group(workspace_id: int) -> Response:
    """A new group."""
    data = given_object(_GROUP)
    return stored(
        _GROUP,
        lambda session: people.create_group(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/groups/<code>")
@allow("plan.update")
def change_group(workspace_id: int, code: str) -> Response:
    """Change a group; its code stays."""
    changes, version = given_changes(_GROUP)
    return stored(
        _GROUP,
        lambda session: people.update_group(
            session, g.actor, workspace_id=workspace_id, code=code, version=version, changes=changes
        ),
    )


@blueprint.get("/officers")
@allow("plan.read")
def list_officers(workspace_id: int) -> Response:
    """Officers; filters `groupCode`, `search`."""
    group_code, search = filter_text("groupCode"), filter_text("search")
    return listed(
        _OFFICER,
        lambda after, limit: queries.officers(
            reading(), workspace_id, group_code=group_code, search=search, after=after, limit=limit
        ),
    )


@blueprint.get("/officers/<uuid:uuid>")
@allow("plan.read")
def one_officer(workspace_id: int, uuid: UUID) -> Response:
    """One officer with the history of groups."""
    officer = queries.find_officer(reading(), workspace_id, str(uuid))
    return one(_OFFICER, officer, memberships=_MEMBERSHIP.dump(officer.memberships, many=True))


@blueprint.post("/officers")
@allow("plan.update")
def create_officer(workspace_id: int) -> Response:
    """A new officer."""
    data = given_object(OfficerSchema(exclude=["moved_on"]))
    return stored(
        _OFFICER,
        lambda session: people.create_officer(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/officers/<uuid:uuid>")
@allow("plan.update")
def change_officer(workspace_id: int, uuid: UUID) -> Response:
    """Change an officer; `movedOn` dates a change of group."""
    changes, version = given_changes(_OFFICER)
    return stored(
        _OFFICER,
        lambda session: people.update_officer(
            session,
            g.actor,
            workspace_id=workspace_id,
            uuid=str(uuid),
            version=version,
            changes=changes,
            today=office_today(),
        ),
    )
