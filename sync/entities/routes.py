"""Entity lists (ODK's *datasets*) over REST, as ODK Central has them."""

from __future__ import annotations

from flask import Response, g, jsonify

from core.access.guard import allow
from core.errors import Problem
from core.http.json_body import json_object, wants_extended
from core.transaction import WorkSession, reading, unit_of_work
from forms import queries as form_queries
from sync.entities import bodies, form_links, lists, outbox, queries, row_queries, schemas
from sync.entities.common_routes import FORM, LIST, LISTS, blueprint, find_list, flag, success
from sync.entities.models import EntityList
from sync.entities.row_queries import Facts


@blueprint.get(LISTS)
@allow("dataset.list")
def list_lists(workspace_id: int) -> Response:
    """The lists of a workspace by name."""
    found = queries.lists(reading(), workspace_id)
    if not wants_extended():
        return jsonify([schemas.list_to_json(row) for row in found])
    figures = row_queries.facts(reading(), [row.id for row in found])
    return jsonify([schemas.extended_list_to_json(row, figures.get(row.id, Facts())) for row in found])


@blueprint.post(LISTS)
@allow("dataset.create")
def create_list(workspace_id: int) -> Response:
    """A new, empty list."""
    given = json_object(schemas.NewList)
    made = unit_of_work(
        lambda session: lists.create_list(
            session,
            g.actor,
            workspace_id=workspace_id,
            name=given["name"],
            approval_required=given.get("approval_required", False),
            owner_only=given.get("owner_only", False),
        )
    )
    return _whole(made)


@blueprint.get(LIST)
@allow("dataset.read")
def get_list(workspace_id: int, name: str) -> Response:
    """A list with its properties, and the forms that have to do with it."""
    return _whole(find_list(workspace_id, name))


@blueprint.patch(LIST)
@allow("dataset.update")
def change_list(workspace_id: int, name: str) -> Response:
    """Say whether records must be approved before they create entities, and which entities devices get.

    With ``convert`` (here or as ``?convert=true``) what waits for an approval that is needed no more is made.
    """
    given = json_object(schemas.ListChanges)
    settings = _settings(given)
    converts = given.get("convert", False) or flag("convert")

    def work(session: WorkSession) -> EntityList:
        found = find_list(workspace_id, name, session)
        if settings:
            lists.change_settings(session, g.actor, entity_list=found, settings=settings)
        if converts and not found.approval_required:
            outbox.no_approval(session, found)
        return found

    return _whole(unit_of_work(work))


@blueprint.delete(LIST)
@allow("dataset.delete")
def delete_list(workspace_id: int, name: str) -> Response:
    """Take a list away that no form uses."""
    unit_of_work(
        lambda session: lists.delete_list(session, g.actor, entity_list=find_list(workspace_id, name, session))
    )
    return success()


@blueprint.post(f"{LIST}/properties")
@allow("dataset.update")
def add_property(workspace_id: int, name: str) -> Response:
    """A new property."""
    given = json_object(schemas.NewProperty)
    unit_of_work(
        lambda session: lists.add_property(
            session, g.actor, entity_list=find_list(workspace_id, name, session), name=given["name"]
        )
    )
    return success()


@blueprint.delete(f"{LIST}/properties/<property_name>")
@allow("dataset.update")
def delete_property(workspace_id: int, name: str, property_name: str) -> Response:
    """Take a property away that nothing is in and no form writes to."""
    unit_of_work(
        lambda session: lists.delete_property(
            session, g.actor, entity_list=find_list(workspace_id, name, session), name=property_name
        )
    )
    return success()


@blueprint.get(f"{FORM}/dataset-diff")
@allow("form.read", per_form=True)
def published_changes(workspace_id: int, xml_form_id: str) -> Response:
    """The lists that a form writes to, with all their properties."""
    session = reading()
    form = form_queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.read")
    version = form_queries.current_version(session, form)
    changes = form_links.changes_by(session, form, version)
    return jsonify([schemas.change_to_json(item, draft=False) for item in changes])


@blueprint.get(f"{FORM}/draft/dataset-diff")
@allow("form.read", per_form=True)
def draft_changes(workspace_id: int, xml_form_id: str) -> Response:
    """The lists and properties that publishing the draft would make or write to."""
    session = reading()
    form = form_queries.find_form(session, g.actor, workspace_id, xml_form_id, "form.read")
    version = form_queries.draft_version(session, form)
    changes = form_links.changes_by(session, form, version)
    return jsonify([schemas.change_to_json(item, draft=True) for item in changes])


def _settings(given: dict[str, object]) -> dict[str, object]:
    """What `lists.change_settings` takes. ``ownerOnly`` and ``accessFilter`` say the same thing, so one is enough.

    Raises:
        Problem 400.8: both are given, or a filter that cannot be.

    """
    settings = {name: given[name] for name in ("approval_required",) if name in given}
    if "owner_only" in given and "access_filter" in given:
        raise Problem("400.8", field="accessFilter", reason="give it or ownerOnly, and not both.")
    if "owner_only" in given:
        settings["owner_only"] = given["owner_only"]
        if given["owner_only"]:
            settings["scope"] = None
    if "access_filter" in given:
        settings |= bodies.scope_of(given["access_filter"])
    return settings


def _whole(row: EntityList) -> Response:
    session = reading()
    links = form_links.links_of(session, row.workspace_id, row.name)
    facts = row_queries.facts(session, [row.id]).get(row.id, Facts())
    body = schemas.whole_list_to_json(row, queries.properties(session, row.id), links, facts)
    if wants_extended():
        body |= schemas.extended_list_to_json(row, facts)
    return jsonify(body)
