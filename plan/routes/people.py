"""Groups and officers."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response

from core.access.guard import allow
from core.transaction import reading
from plan import people, queries
from plan.clock import office_today
from plan.routes.common import blueprint, changed, created, filter_text, listed, one
from plan.schemas import GroupSchema, MembershipSchema, OfficerSchema

_GROUP, _OFFICER, _MEMBERSHIP = GroupSchema(), OfficerSchema(), MembershipSchema()


@blueprint.get("/groups")
@allow("plan.read")
def list_groups(workspace_id: int) -> Response:
    """Groups and units."""
    return listed(_GROUP, partial(queries.groups, reading(), workspace_id))


@blueprint.get("/groups/<code>")
@allow("plan.read")
def one_group(workspace_id: int, code: str) -> Response:
    """One group."""
    return one(_GROUP, queries.find_group(reading(), workspace_id, code))


@blueprint.post("/groups")
@allow("plan.update")
def create_group(workspace_id: int) -> Response:
    """A new group."""
    return created(_GROUP, partial(people.create_group, workspace_id=workspace_id))


@blueprint.patch("/groups/<code>")
@allow("plan.update")
def change_group(workspace_id: int, code: str) -> Response:
    """Change a group; its code stays."""
    return changed(_GROUP, partial(people.update_group, workspace_id=workspace_id, code=code))


@blueprint.get("/officers")
@allow("plan.read")
def list_officers(workspace_id: int) -> Response:
    """Officers; filters `groupCode`, `search`."""
    group_code, search = filter_text("groupCode"), filter_text("search")
    return listed(_OFFICER, partial(queries.officers, reading(), workspace_id, group_code=group_code, search=search))


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
    return created(
        _OFFICER, partial(people.create_officer, workspace_id=workspace_id), body=OfficerSchema(exclude=["moved_on"])
    )


@blueprint.patch("/officers/<uuid:uuid>")
@allow("plan.update")
def change_officer(workspace_id: int, uuid: UUID) -> Response:
    """Change an officer; `movedOn` dates a change of group."""
    return changed(
        _OFFICER, partial(people.update_officer, workspace_id=workspace_id, uuid=str(uuid), today=office_today())
    )
