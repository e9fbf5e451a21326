"""Entity lists as tables: OData, CSV and GeoJSON, streamed whatever their size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, current_app, jsonify, request, stream_with_context

from core.access.guard import allow
from core.database import utc_now
from core.http.downloads import content_disposition
from core.http.json_body import whole_number
from core.transaction import reading
from core.web import settings_of
from sync.entities import edmx, feeds, odata, queries, tables
from sync.entities.common_routes import ENTITY, GREATEST_KEY, LIST, blueprint, find_entity, find_list, flag
from sync.entities.models import Entity, EntityList
from sync.entities.tables import Wanted

SERVICE = f"{LIST}.svc"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@blueprint.get(SERVICE)
@allow("entity.list")
def service_document(workspace_id: int, name: str) -> Response:
    """What an OData client reads first."""
    found = find_list(workspace_id, name)
    return _odata(jsonify(edmx.service_document(_root(found))))


@blueprint.get(f"{SERVICE}/$metadata")
@allow("entity.list")
def metadata(workspace_id: int, name: str) -> Response:
    """The schema of the feed."""
    found = find_list(workspace_id, name)
    content = edmx.metadata(found.name, _properties(found))
    return _odata(Response(content, content_type="application/xml; charset=utf-8"))


@blueprint.get(f"{SERVICE}/Entities")
@allow("entity.list")
def feed(workspace_id: int, name: str) -> Response:
    """The entities with their properties, newest first where ``$orderby`` says nothing else.

    With ``$top`` a page comes, and with it the address of the next one. Without, everything comes in one stream.
    """
    found = find_list(workspace_id, name)
    wanted = _wanted(found)
    top, skip = whole_number("$top", most=GREATEST_KEY), whole_number("$skip", most=GREATEST_KEY) or 0
    after = request.args.get("$skiptoken")
    properties = _properties(found)
    fields = feeds.selected(request.args.get("$select"), properties)
    head: dict[str, Any] = {"@odata.context": f"{_root(found)}/$metadata#Entities"}
    if flag("$count"):
        head["@odata.count"] = tables.count(reading(), wanted)
    # One row more than is asked for says whether there is a next page.
    limit = None if top is None else top + 1
    rows = tables.rows(reading(), wanted, after=after, skip=0 if after else skip, limit=limit)
    # The first row is read here: what cannot be read is refused before an answer begins.
    first = next(rows, None)
    root = f"{_root(found)}/Entities"

    def pieces() -> Iterator[str]:
        yield json.dumps(head, ensure_ascii=False)[:-1] + ',"value":['
        separator, number, last = "", 0, None
        row = first
        while row is not None and (top is None or number < top):
            yield separator + json.dumps(feeds.odata_object(row, properties, fields), ensure_ascii=False)
            separator, number, last, row = ",", number + 1, row.entity, next(rows, None)
        yield "]"
        if row is not None and last is not None:
            yield f',"@odata.nextLink":{json.dumps(_next(root, tables.token(last, wanted.orders)), ensure_ascii=False)}'
        yield "}"

    return _odata(Response(stream_with_context(pieces()), mimetype="application/json"))


@blueprint.get(f"{LIST}/entities.csv")
@allow("entity.list")
def download(workspace_id: int, name: str) -> Response:
    """A CSV table. ``raw=true`` leaves cells that look like formulas as they are; ``bom`` adds the mark Excel wants.

    Without a filter that could say something else each time, it has an entity tag.
    """
    found = find_list(workspace_id, name)
    wanted, raw, bom = _wanted(found, ordered=False), flag("raw"), flag("bom")
    if "bom" not in request.args:
        bom = "Authorization" not in request.headers and "Cookie" in request.headers
    answer = Response(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{found.name}.csv", inline=False)
    answer.headers["Cache-Control"] = "private, no-cache"
    if wanted.filter is None and not wanted.search:
        answer.set_etag(f"{found.mark}.{found.revision}.{raw:d}{bom:d}")
        known: Response = answer.make_conditional(request)  # type: ignore[assignment]  # werkzeug's response
        if known.status_code == 304:  # noqa: PLR2004 - an HTTP status
            return known
    lines = feeds.csv_lines(tables.rows(reading(), wanted), _properties(found), raw=raw)
    first = (BOM if bom else "") + next(lines)

    def pieces() -> Iterator[str]:
        yield first
        yield from lines

    answer.response = stream_with_context(pieces())
    return answer


@blueprint.get(f"{LIST}/entities.geojson")
@allow("entity.list")
def geodata(workspace_id: int, name: str) -> Response:
    """The places of the entities that have one (property ``geometry``); of at most ``?limit=`` entities."""
    found = find_list(workspace_id, name)
    rows = tables.rows(reading(), _wanted(found, ordered=False), limit=whole_number("limit", most=GREATEST_KEY))
    return _features(row.entity for row in rows)


@blueprint.get(f"{ENTITY}/geojson")
@allow("entity.read")
def geodata_of_one(workspace_id: int, name: str, uuid: str) -> Response:
    """The place of one entity."""
    return _features(iter([find_entity(find_list(workspace_id, name), uuid)]))


def _features(entities: Iterator[Entity]) -> Response:
    first = next(entities, None)

    def pieces() -> Iterator[str]:
        yield '{"type":"FeatureCollection","features":['
        separator, entity = "", first
        while entity is not None:
            shown = feeds.feature(entity)
            if shown is not None:
                yield separator + json.dumps(shown)
                separator = ","
            entity = next(entities, None)
        yield "]}"

    return Response(stream_with_context(pieces()), mimetype="application/json")


def _wanted(found: EntityList, *, ordered: bool = True) -> Wanted:
    """What the query of this request asks for.

    Raises:
        Problem 400.8, 501.1: as `odata.read_filter` and `odata.read_orders`.

    """
    condition, orders = request.args.get("$filter", "").strip(), request.args.get("$orderby", "").strip()
    return Wanted(
        list_id=found.id,
        filter=odata.read_filter(condition, utc_now()) if condition else None,
        search=request.args.get("$search", ""),
        orders=odata.read_orders(orders) if orders and ordered else (),
    )


def _properties(found: EntityList) -> list[str]:
    return [row.name for row in queries.properties(reading(), found.id)]


def _root(found: EntityList) -> str:
    """The address of the service, as the client reached it: without any key that came in its path."""
    server = (settings_of(current_app).public_url or request.host_url).rstrip("/")
    return f"{server}/v1/projects/{found.workspace_id}/datasets/{quote(found.name, safe='')}.svc"


def _next(root: str, token: str) -> str:
    kept = {name: value for name, value in request.args.to_dict().items() if name not in {"$skip", "$skiptoken", "st"}}
    return f"{root}?{urlencode(kept | {'$skiptoken': token})}"


def _odata(answer: Response) -> Response:
    answer.headers["OData-Version"] = "4.0"
    return answer
