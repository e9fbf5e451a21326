"""Services on districts, networks and schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from plan import queries
from plan.editing import next_version, note_change
from plan.models import District, School, SchoolNetwork
from plan.validation import Checker

SCHOOL_FIELDS = (
    "code", "name", "district_code", "network_code", "size", "students", "latitude", "longitude",
    "active_from", "active_to",
)  # fmt: skip


def create_district(session: Session, actor: Actor, *, workspace_id: int, data: Mapping[str, Any]) -> District:
    """A new district: `code`, `name`, `province`.

    Raises:
        Problem 409.3: the code is taken.

    """
    _require_free_code(session, District, workspace_id, data["code"])
    district = District(workspace_id=workspace_id, code=data["code"], name=data["name"], province=data["province"])
    session.add(district)
    note_change(session, actor, "plan.district.create", district)
    return district


def update_district(
    session: Session, actor: Actor, *, workspace_id: int, code: str, version: int, changes: Mapping[str, Any]
) -> District:
    """Change a district's name or province. The code stays, since records name it.

    Raises:
        Problem 404.1, 409.100: gone or changed. InvalidPlan (400.170): the code.

    """
    district = queries.find_district(session, workspace_id, code, for_update=True)
    next_version(district, version)
    checker = Checker()
    checker.require(changes.get("code", code) == code, "code", "400.186")
    checker.refuse()
    district.name = changes.get("name", district.name)
    district.province = changes.get("province", district.province)
    note_change(session, actor, "plan.district.update", district)
    return district


def create_network(session: Session, actor: Actor, *, workspace_id: int, data: Mapping[str, Any]) -> SchoolNetwork:
    """A new network of schools: `code`, `name`, `district_code`.

    Raises:
        InvalidPlan (400.170): the district is unknown. Problem 409.3: the code is taken.

    """
    checker = Checker()
    district = _district(session, checker, workspace_id, data["district_code"])
    checker.refuse()
    _require_free_code(session, SchoolNetwork, workspace_id, data["code"])
    network = SchoolNetwork(workspace_id=workspace_id, code=data["code"], name=data["name"], district=district)
    session.add(network)
    note_change(session, actor, "plan.school_network.create", network)
    return network


def create_school(session: Session, actor: Actor, *, workspace_id: int, data: Mapping[str, Any]) -> School:
    """A new school; `code`, `name` and `district_code` are needed.

    Raises:
        InvalidPlan (400.170): what does not fit. Problem 409.3: the code is taken.

    """
    values: dict[str, Any] = {**dict.fromkeys(SCHOOL_FIELDS), **data}
    checker = Checker()
    places = _check_school(session, checker, workspace_id, values)
    checker.refuse()
    _require_free_code(session, School, workspace_id, values["code"])
    school = School(workspace_id=workspace_id)
    _apply(school, values, *places)
    session.add(school)
    note_change(session, actor, "plan.school.create", school)
    return school


def update_school(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, changes: Mapping[str, Any]
) -> School:
    """Change a school.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.3: the code is taken.
        InvalidPlan (400.170): what does not fit.

    """
    school = queries.find_school(session, workspace_id, uuid, for_update=True)
    next_version(school, version)
    values: dict[str, Any] = {**{name: getattr(school, name) for name in SCHOOL_FIELDS}, **changes}
    checker = Checker()
    places = _check_school(session, checker, workspace_id, values)
    checker.refuse()
    if values["code"] != school.code:
        _require_free_code(session, School, workspace_id, values["code"])
    _apply(school, values, *places)
    note_change(session, actor, "plan.school.update", school)
    return school


def _require_free_code(
    session: Session, table: type[District | SchoolNetwork | School], workspace_id: int, code: str
) -> None:
    if session.scalar(select(table.id).where(table.workspace_id == workspace_id, table.code == code)):
        raise Problem("409.3", fields="code", values=code)


def _district(session: Session, checker: Checker, workspace_id: int, code: str) -> District | None:
    found = next((item for item in queries.districts(session, workspace_id) if item.code == code), None)
    checker.require(found is not None, "district_code", "400.172", given=code)
    return found


def _check_school(
    session: Session, checker: Checker, workspace_id: int, values: Mapping[str, Any]
) -> tuple[District | None, SchoolNetwork | None]:
    district = _district(session, checker, workspace_id, values["district_code"])
    network = None
    if values["network_code"]:
        network = queries.network_or_none(session, workspace_id, values["network_code"])
        fits = network is not None and (district is None or network.district_id == district.id)
        checker.require(fits, "network_code", "400.172", given=values["network_code"])
    begins, ends = values["active_from"], values["active_to"]
    checker.require(not (begins and ends) or begins <= ends, "active_to", "400.173", first=begins)
    both = (values["latitude"] is None) == (values["longitude"] is None)
    missing = "latitude" if values["latitude"] is None else "longitude"
    checker.require(both, missing, "400.171")
    return district, network


def _apply(school: School, values: Mapping[str, Any], district: District | None, network: SchoolNetwork | None) -> None:
    assert district is not None  # the checker has refused otherwise
    school.district, school.network = district, network
    for name in ("code", "name", "students", "latitude", "longitude", "active_from", "active_to"):
        setattr(school, name, values[name])
    school.size = values["size"] or None
