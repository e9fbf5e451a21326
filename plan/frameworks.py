"""Services on frameworks and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from plan import queries
from plan.editing import next_version, note_change
from plan.models import Framework, FrameworkNode
from plan.usual_frameworks import USUAL_FRAMEWORKS
from plan.validation import Checker

PLAIN_FIELDS = ("name_th", "name_en", "owner_body", "score_floor", "rounding_digits")
DEFAULTS: dict[str, Any] = {"name_en": None, "owner_body": "", "score_floor": 1, "rounding_digits": 5, "nodes": []}


def create_framework(session: Session, actor: Actor, *, workspace_id: int, data: dict[str, Any]) -> Framework:
    """A new framework: `code`, `name_th` and what else is known; `nodes` are its parts in order.

    Raises:
        InvalidPlan (400.170): what does not fit. Problem 409.3: the framework is there already.

    """
    values = {**DEFAULTS, **data}
    _check_nodes(values["nodes"])
    taken = select(Framework.id).where(Framework.workspace_id == workspace_id, Framework.code == values["code"])
    if session.scalar(taken):
        raise Problem("409.3", fields="code", values=values["code"])
    framework = Framework(workspace_id=workspace_id, code=values["code"], nodes=[])
    _apply(framework, values)
    session.add(framework)
    session.flush()
    _set_nodes(session, framework, values["nodes"])
    note_change(session, actor, "plan.framework.create", framework)
    return framework


def add_usual_frameworks(session: Session, actor: Actor, *, workspace_id: int) -> Sequence[Framework]:
    """Those of the usual frameworks that the workspace does not have yet; a second call adds nothing."""
    present = {row.code for row in queries.frameworks(session, workspace_id)}
    return [
        create_framework(
            session,
            actor,
            workspace_id=workspace_id,
            data={
                "code": item.code,
                "name_th": item.name_th,
                "name_en": item.name_en,
                "owner_body": item.owner_body,
                "nodes": [{"kind": kind, "code": code, "name": name} for kind, code, name in item.nodes],
            },
        )
        for item in USUAL_FRAMEWORKS
        if item.code not in present
    ]


def update_framework(
    session: Session, actor: Actor, *, workspace_id: int, code: str, version: int, changes: dict[str, Any]
) -> Framework:
    """Change a framework; parts that are given replace the former ones.

    Raises:
        Problem 404.1, 409.100: gone or changed. InvalidPlan (400.170): what does not fit.

    """
    framework = queries.find_framework(session, workspace_id, code, for_update=True)
    next_version(framework, version)
    checker = Checker()
    checker.require(changes.get("code", code) == code, "code", "400.186")
    checker.refuse()
    _apply(framework, {**{name: getattr(framework, name) for name in PLAIN_FIELDS}, **changes})
    if "nodes" in changes:
        _check_nodes(changes["nodes"])
        _set_nodes(session, framework, changes["nodes"])
    note_change(session, actor, "plan.framework.update", framework)
    return framework


def node_values(framework: Framework) -> list[dict[str, Any]]:
    """The parts of a framework in the words of `create_framework`."""
    return [
        {"kind": node.kind, "code": node.code, "name": node.name, "parent_code": node.parent_code}
        for node in framework.nodes
    ]


def _check_nodes(nodes: Sequence[dict[str, Any]]) -> None:
    """Each code once, and every part after the part above it, so that nothing lies inside itself."""
    checker = Checker()
    seen: set[str] = set()
    for place, node in enumerate(nodes):
        checker.require(node["code"] not in seen, f"nodes.{place}.code", "400.200", given=node["code"])
        above = node.get("parent_code")
        checker.require(not above or above in seen, f"nodes.{place}.parent_code", "400.172", given=above)
        seen.add(node["code"])
    checker.refuse()


def _set_nodes(session: Session, framework: Framework, nodes: Sequence[dict[str, Any]]) -> None:
    """Make the parts those given; a part that stays is known by its code."""
    present = {node.code: node for node in framework.nodes}
    kept: dict[str, FrameworkNode] = {}
    for seq, values in enumerate(nodes, start=1):
        node = present.get(values["code"])
        if node is None:
            node = FrameworkNode(workspace_id=framework.workspace_id, framework_id=framework.id, code=values["code"])
            session.add(node)
        node.kind, node.name, node.seq = values["kind"], values["name"], seq
        node.parent = kept.get(values.get("parent_code") or "")
        kept[node.code] = node
    session.flush()
    gone = [node for code, node in present.items() if code not in kept]
    for node in gone:
        node.parent = None
    session.flush()
    for node in gone:
        session.delete(node)
    session.flush()
    session.refresh(framework, ["nodes"])


def _apply(framework: Framework, values: dict[str, Any]) -> None:
    for name in PLAIN_FIELDS:
        setattr(framework, name, values[name])
