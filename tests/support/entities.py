"""A form that creates and updates entities, and records of it as a device sends them."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from core.access.actor import SYSTEM
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms import publish
from forms import queries as form_queries
from forms.models import Form
from forms.uploads import take_upload
from sync.entities import queries
from sync.entities.models import Entity, EntityEffect, EntityVersion
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.openrosa import send

TREES = "trees"
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa" xmlns:tidtam="urn:tidtam:report"'
    ' xmlns:entities="http://www.opendatakit.org/xforms/entities">'
)


def tree_form(
    xml_form_id: str = "tree", version: str = "1", *, list_name: str = TREES, dated: bool = True, **properties: str
) -> bytes:
    """A form of one entity; `properties` maps questions to properties (species and height when none is given)."""
    saved = properties or {"species": "species", "height": "height"}
    date = '<bind nodeset="/data/report_date" type="date" tidtam:dimension="date"/>' if dated else ""
    binds = date + "".join(
        f'<bind nodeset="/data/{question}" type="string" entities:saveto="{name}"/>' for question, name in saved.items()
    )
    questions = "".join(f"<{name}/>" for name in saved)
    body = "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in saved)
    return (
        f'{_HEAD}<h:head><h:title>ต้นไม้</h:title><model entities:entities-version="2024.1.0"><instance>'
        f'<data id="{xml_form_id}" version="{version}"><report_date/>{questions}<meta><instanceID/>'
        f'<entity dataset="{list_name}" id="" create="" update="" baseVersion="" trunkVersion="" branchId=""><label/>'
        f'</entity></meta></data></instance>{binds}<bind nodeset="/data/meta/entity/@create" calculate="1"/>'
        f'<bind nodeset="/data/meta/entity/@update" calculate="1"/></model></h:head><h:body>{body}</h:body></h:html>'
    ).encode()


def tree_record(
    entity_id: str,
    *,
    action: str = "create",
    label: str = "",
    base: int | str = "",
    trunk: int | str = "",
    branch: str = "",
    instance_id: str | None = None,
    deprecated: str = "",
    xml_form_id: str = "tree",
    version: str = "1",
    **answers: Any,
) -> bytes:
    """A record; `answers` may hold report_date."""
    flat = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    old = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    create, update = ("1" if action == name else "" for name in ("create", "update"))
    return (
        f'<data id="{xml_form_id}" version="{version}">{flat}<meta>'
        f"<instanceID>{instance_id or f'uuid:{uuids.uuid4()}'}</instanceID>{old}"
        f'<entity dataset="trees" id="{entity_id}" create="{create}" update="{update}" baseVersion="{base}"'
        f' trunkVersion="{trunk}" branchId="{branch}"><label>{label}</label></entity></meta></data>'
    ).encode()


def publish_form(office: Office, xml: bytes) -> Form:
    """Publish a form the real way, so that its lists are made."""
    upload = take_upload(xml, "application/xml", settings=settings_of(office.app), name="form.xml", fallback_id="form")

    def work(session: Any) -> Form:
        form = form_queries.form_by_id(session, office.workspace_id, upload.form.xml_form_id)
        if form is None:
            return publish.create_form(
                session, SYSTEM, workspace_id=office.workspace_id, upload=upload, publish=True, ignore_warnings=True
            )
        publish.save_draft(session, SYSTEM, form=form, upload=upload, ignore_warnings=True)
        publish.publish_draft(session, SYSTEM, form=form)
        return form

    return unit_of_work(work)


def deliver(office: Office, *records: bytes) -> None:
    """Send records in this order and let their effects be done after each."""
    for xml in records:
        assert send(office, xml).status_code == 201
        run_jobs()


def entity_now(office: Office, uuid: str, list_name: str = TREES) -> Entity | None:
    """An entity as it stands."""
    session = reading()
    session.expire_all()
    found = queries.list_named(session, office.workspace_id, list_name)
    return queries.entity(session, found.id, uuid) if found is not None else None


def versions_now(office: Office, uuid: str, list_name: str = TREES) -> list[EntityVersion]:
    """Its versions."""
    entity = entity_now(office, uuid, list_name)
    return list(queries.versions(reading(), entity.id)) if entity is not None else []


def effects_now() -> list[EntityEffect]:
    """Every effect, in the order of the records."""
    session = reading()
    session.expire_all()
    return list(session.query(EntityEffect).order_by(EntityEffect.id))
