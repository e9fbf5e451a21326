"""The OData documents of an entity list: its service document and its schema (EDMX), as ODK Central has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from forms.schemas import odata_name

ENTITIES = "Entities"
SYSTEM = (
    ("createdAt", "DateTimeOffset"),
    ("creatorId", "String"),
    ("creatorName", "String"),
    ("updates", "Int64"),
    ("updatedAt", "DateTimeOffset"),
    ("deletedAt", "DateTimeOffset"),
    ("version", "Int64"),
    ("conflict", "String"),
)
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
_CAPABILITY = "Org.OData.Capabilities.V1"


def service_document(root: str) -> dict[str, Any]:
    """The one table there is; `root` is the address of the service."""
    table = {"kind": "EntitySet", "name": ENTITIES, "url": ENTITIES}
    return {"@odata.context": f"{root}/$metadata", "value": [table]}


def metadata(list_name: str, properties: Sequence[str]) -> str:
    """The schema: the system fields, the label and the properties, all texts."""
    name = odata_name(list_name)
    space = f"org.opendatakit.user.{name}"
    columns = ["label", *map(odata_name, properties)]
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>',
            f'<Schema xmlns="{_EDM}" Namespace="org.opendatakit.entity"><ComplexType Name="metadata">',
            *(_property(field, f"Edm.{kind}") for field, kind in SYSTEM),
            f'</ComplexType></Schema><Schema xmlns="{_EDM}" Namespace={quoteattr(space)}>',
            f'<EntityType Name="{ENTITIES}"><Key><PropertyRef Name="__id"/></Key>',
            _property("__id", "Edm.String"),
            _property("__system", "org.opendatakit.entity.metadata"),
            *(_property(column, "Edm.String") for column in columns),
            f"</EntityType><EntityContainer Name={quoteattr(name)}>",
            f'<EntitySet Name="{ENTITIES}" EntityType={quoteattr(f"{space}.{ENTITIES}")}>',
            *_capabilities(columns),
            "</EntitySet></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>",
        )
    )


def _property(name: str, kind: str) -> str:
    return f"<Property Name={quoteattr(name)} Type={quoteattr(kind)}/>"


def _capabilities(columns: Sequence[str]) -> tuple[str, ...]:
    """What the feed can do, for clients that ask first."""
    paths = "".join(f"<PropertyPath>{column}</PropertyPath>" for column in columns)
    level = f'EnumMember="{_CAPABILITY}.ConformanceLevelType/Minimal"'
    unfilterable = f'<PropertyValue Property="NonFilterableProperties"><Collection>{paths}</Collection></PropertyValue>'
    return (
        f'<Annotation Term="{_CAPABILITY}.ConformanceLevel" {level}/>',
        f'<Annotation Term="{_CAPABILITY}.BatchSupported" Bool="false"/>',
        _records("CountRestrictions", '<PropertyValue Property="Countable" Bool="true"/>'),
        _records(
            "FilterRestrictions",
            '<PropertyValue Property="Filterable" Bool="true"/><PropertyValue Property="RequiresFilter" Bool="false"/>'
            + unfilterable,
        ),
        _records("SortRestrictions", '<PropertyValue Property="Sortable" Bool="true"/>'),
        _records("ExpandRestrictions", '<PropertyValue Property="Expandable" Bool="false"/>'),
    )


def _records(term: str, content: str) -> str:
    return f'<Annotation Term="{_CAPABILITY}.{term}"><Record>{content}</Record></Annotation>'
