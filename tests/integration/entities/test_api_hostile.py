"""Whatever a program sends about entities is taken or refused, never an error of the server, and never half done."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.transaction import reading
from sync.entities.models import Entity, EntityList, EntityProperty, EntityVersion, PersonProperty
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import publish_form, tree_form

TREE = "12345678-1234-4123-8234-123456789abc"
UUIDS = (TREE, TREE.upper(), "12345678-1234-4123-8234-123456789abd", "no uuid", "")
FUZZ = settings(
    max_examples=int(os.environ.get("TIDTAM_FUZZ", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["ก", "", " ", "\0", "\u0001", "\ud800", "😀", "=1+1", "label", "height"]
)
NAMES = st.sampled_from(
    ["uuid", "label", "data", "entities", "source", "name", "size", "ids", "properties", "height", "species", "name",
     "approvalRequired", "ownerOnly", "accessFilter", "type", "rules", "datasetProperty", "actorProperty", "convert"]
) | st.text(max_size=5)  # fmt: skip
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.sampled_from(UUIDS)
    | st.just(10**400)
)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=15
)
ENTITY = st.fixed_dictionaries(
    {},
    optional={
        "uuid": st.sampled_from(UUIDS) | PLAIN,
        "label": TEXTS | PLAIN,
        "data": st.dictionaries(st.sampled_from(["height", "species", "colour"]), TEXTS | PLAIN, max_size=3) | ANYTHING,
    },
)
BODY = (
    ENTITY
    | st.fixed_dictionaries({"entities": st.lists(ENTITY, max_size=4), "source": st.just({"name": "x"}) | ANYTHING})
    | ANYTHING
)
WORDS = st.sampled_from(
    ["__id", "__system/createdAt", "__system/creatorId", "__system/conflict", "__system/deletedAt", "eq", "ne", "lt",
     "ge", "and", "or", "not", "(", ")", "now()", "year(", "'a'", "''", "null", "true", "5", "-1.5", "2026-01-01",
     "2026-01-01T00:00:00Z", "99999999999999999999", "9999-12-31T23:59:59-14:00", ",", "desc", "*"]
) | st.text(max_size=4)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(["$filter", "$orderby", "$select", "$search", "$top", "$skip", "$skiptoken", "$count", "limit"]),
    st.lists(WORDS, max_size=8).map(" ".join) | st.integers().map(str),
    max_size=4,
)


def at(office: Office, rest: str = "") -> str:
    return f"/v1/projects/{office.workspace_id}{rest}"


def prepared(office: Office) -> Any:
    publish_form(office, tree_form())
    run_jobs()
    client = office.client("wanna")
    client.post(at(office, "/datasets/trees/entities"), json={"uuid": TREE, "label": "ก", "data": {"height": "1"}})
    return client


def content() -> tuple[Any, ...]:
    """Everything there is of entities."""
    session = reading()
    session.expire_all()
    return (
        [(row.uuid, row.label, row.data, row.version, row.deleted_at is None) for row in session.query(Entity)],
        session.query(EntityVersion).count(),
        [(row.name, row.approval_required, row.owner_only, row.scope) for row in session.query(EntityList)],
        [row.name for row in session.query(EntityProperty)],
        [(row.name, row.value) for row in session.query(PersonProperty)],
    )


def check(send: Any, address: str, body: Any) -> None:
    """Send a body; it is taken, or refused with a code and nothing has changed."""
    before = content()
    answer = send(address, **body)
    assert answer.status_code in {200, 400, 403, 404, 405, 409, 413, 501}, (address, body, answer.text)
    if answer.status_code != 200:
        assert "code" in (answer.json.get("error") or answer.json), answer.text
        assert content() == before


def test_no_body_breaks_anything_or_is_half_applied(office: Office) -> None:
    client = prepared(office)
    one = f"/datasets/trees/entities/{TREE}"

    @FUZZ
    @given(BODY)
    def fuzz(body: Any) -> None:
        for send, rest in (
            (client.post, "/datasets/trees/entities"),
            (client.patch, f"{one}?force=true"),
            (client.patch, f"{one}?baseVersion=1&resolve=true"),
            (client.post, "/datasets/trees/entities/bulk-delete"),
            (client.post, "/datasets/trees/entities/bulk-restore"),
            (client.post, "/datasets"),
            (client.post, "/datasets/trees/properties"),
            (client.patch, "/datasets/trees"),
            (client.put, f"/actor-properties/{office.device_id}"),
        ):
            # As ASCII with escapes, so that half characters get through.
            check(send, at(office, rest), {"data": json.dumps(body), "content_type": "application/json"})

    fuzz()


def test_no_bytes_break_anything(office: Office) -> None:
    client = prepared(office)

    @FUZZ
    @given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def fuzz(raw: bytes) -> None:
        for send, rest in (
            (client.post, "/entities"),
            (client.patch, f"/entities/{TREE}?force=true"),
            (client.patch, ""),
        ):
            check(send, at(office, f"/datasets/trees{rest}"), {"data": raw, "content_type": "application/json"})

    fuzz()


def test_no_query_breaks_a_feed(office: Office) -> None:
    client = prepared(office)

    @FUZZ
    @given(QUERIES)
    def fuzz(query: dict[str, str]) -> None:
        for rest in (
            ".svc/Entities",
            "/entities.csv",
            "/entities.geojson",
            "/changes",
            "/integrity",
            "/effects",
            "/entities",
        ):
            answer = client.get(at(office, f"/datasets/trees{rest}"), query_string=query)
            assert answer.status_code in {200, 304, 400, 501}, (rest, query, answer.text)
            answer.get_data()

    fuzz()


def test_no_name_in_an_address_breaks_anything(office: Office) -> None:
    client = prepared(office)

    @FUZZ
    @given(st.text(min_size=1, max_size=12))
    def fuzz(name: str) -> None:
        odd = quote(name.encode("utf-8", "surrogatepass"), safe="")
        for method, rest in (
            ("get", f"/datasets/{odd}"),
            ("get", f"/datasets/{odd}.svc/Entities"),
            ("get", f"/datasets/{odd}/integrity"),
            ("get", f"/datasets/trees/entities/{odd}"),
            ("get", f"/datasets/trees/entities/{odd}/versions"),
            ("delete", f"/datasets/trees/entities/{odd}"),
            ("get", f"/datasets/trees/integrity?id={odd}"),
            ("get", f"/datasets/trees/changes?since={odd}"),
        ):
            answer = getattr(client, method)(at(office, rest))
            assert answer.status_code < 500, (rest, answer.text)

    fuzz()
