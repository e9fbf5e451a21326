"""Entity lists as tables over REST: OData, CSV, GeoJSON."""

from __future__ import annotations

import csv
import io
import tracemalloc
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import quote

import pytest

from core.transaction import unit_of_work
from sync.entities import feeds
from sync.entities.models import Entity
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import deliver, publish_form, tree_form, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def planner_client(office: Office) -> Any:
    publish_form(
        office, tree_form("tree", species="species", height="height", geometry="geometry", **{"plot-no": "plot-no"})
    )
    run_jobs()
    return office.client("wanna")


def at(office: Office, rest: str) -> str:
    return f"/v1/projects/{office.workspace_id}/datasets/trees{rest}"


def feed(client: Any, office: Office, query: str = "") -> Any:
    answer = client.get(at(office, f".svc/Entities{query}"))
    assert answer.status_code == 200, answer.text
    return answer.json


def plant(client: Any, office: Office, *rows: dict[str, str]) -> None:
    entities = [
        {"label": row.get("label", "ก"), "data": {k: v for k, v in row.items() if k != "label"}} for row in rows
    ]
    assert client.post(at(office, "/entities"), json={"entities": entities, "source": {"name": "x"}}).status_code == 200


def heights(body: Any) -> list[str]:
    return [row["height"] for row in body["value"]]


def test_the_service_document_and_the_schema_are_as_centrals(office: Office, planner_client: Any) -> None:
    document = planner_client.get(at(office, ".svc"))
    root = f"http://localhost{at(office, '.svc')}"
    assert document.json == {
        "@odata.context": f"{root}/$metadata",
        "value": [{"kind": "EntitySet", "name": "Entities", "url": "Entities"}],
    }
    assert document.headers["OData-Version"] == "4.0"
    schema = planner_client.get(at(office, ".svc/$metadata"))
    assert schema.mimetype == "application/xml"
    tree = ET.fromstring(schema.data)
    names = [item.get("Name") for item in tree.iter("{http://docs.oasis-open.org/odata/ns/edm}Property")]
    assert names == [
        "createdAt", "creatorId", "creatorName", "updates", "updatedAt", "deletedAt", "version", "conflict",
        "__id", "__system", "label", "species", "height", "geometry", "plot_no",
    ]  # fmt: skip


def test_a_row_of_the_feed_has_centrals_fields(office: Office, planner_client: Any) -> None:
    deliver(office, tree_record(TREE, label="ต้นจามจุรี", species="จามจุรี", height=""))
    planner_client.patch(at(office, f"/entities/{TREE}?force=true"), json={"data": {"plot-no": "7"}})
    body = feed(planner_client, office)
    row = body["value"][0]
    assert body["@odata.context"] == f"http://localhost{at(office, '.svc')}/$metadata#Entities"
    assert row | {"__system": None} == {
        "__id": TREE, "label": "ต้นจามจุรี", "species": "จามจุรี", "height": "", "geometry": None, "plot_no": "7",
        "__system": None,
    }  # fmt: skip
    system = row["__system"]
    assert {**system, "createdAt": "", "updatedAt": ""} == {
        "createdAt": "", "creatorId": str(office.device_id), "creatorName": "แท็บเล็ต 1", "updates": 1, "updatedAt": "",
        "deletedAt": None, "version": 2, "conflict": None,
    }  # fmt: skip
    assert set(feed(planner_client, office)) == {"@odata.context", "value"}


def test_an_empty_list_is_an_empty_feed(office: Office, planner_client: Any) -> None:
    assert feed(planner_client, office, "?$count=true&$top=5") == {
        "@odata.context": f"http://localhost{at(office, '.svc')}/$metadata#Entities",
        "@odata.count": 0,
        "value": [],
    }


@pytest.mark.parametrize(
    "order",
    ["", "&$orderby=__system/createdAt%20asc", "&$orderby=__system/updatedAt%20desc,__id%20ASC",
     "&$orderby=__system/conflict,__system/creatorId%20desc", "&$orderby=__id"],
)  # fmt: skip
def test_pages_hold_every_row_once_also_while_rows_come_and_go(office: Office, planner_client: Any, order: str) -> None:
    plant(planner_client, office, *({"height": str(n)} for n in range(7)))
    rows = planner_client.get(at(office, "/entities")).json
    planner_client.patch(at(office, f"/entities/{rows[3]['uuid']}?force=true"), json={"label": "ข"})
    planner_client.patch(at(office, f"/entities/{rows[5]['uuid']}?force=true"), json={"label": "ค"})
    whole = heights(feed(planner_client, office, f"?{order}"))
    assert sorted(whole) == [str(n) for n in range(7)]
    seen: list[str] = []
    url = at(office, f".svc/Entities?$top=2{order}")
    while url:
        body = planner_client.get(url).json
        seen += heights(body)
        url = body.get("@odata.nextLink", "").removeprefix("http://localhost")
        if not order and len(seen) == 2:
            plant(planner_client, office, {"height": "new"})
    assert seen == whole


def test_rows_are_skipped_and_counted(office: Office, planner_client: Any) -> None:
    plant(planner_client, office, *({"height": str(n)} for n in range(5)))
    assert heights(feed(planner_client, office, "?$skip=3")) == ["1", "0"]
    body = feed(planner_client, office, "?$skip=1&$top=2&$count=true")
    assert (heights(body), body["@odata.count"]) == (["3", "2"], 5)
    assert "$skip=" not in body["@odata.nextLink"]
    assert feed(planner_client, office, "?$top=0")["value"] == []
    assert feed(planner_client, office, f"?$skip={2**62}")["value"] == []


CONDITIONS = [
    ("__system/createdAt gt 2020-01-01", "0123"),
    ("__system/createdAt lt 2020-01-01T00:00:00.000Z", ""),
    ("__system/createdAt ge 2020-01-01T00:00:00+07:00", "0123"),
    ("year(__system/createdAt) eq year(now())", "0123"),
    ("year(__system/createdAt) lt 2020 or month(__system/createdAt) ge 1", "0123"),
    ("day(__system/createdAt) le 31 and hour(__system/createdAt) lt 24 and minute(__system/createdAt) lt 60", "0123"),
    ("second(__system/createdAt) lt 60", "0123"),
    ("__system/updatedAt eq null", "0123"),
    ("__system/updatedAt ne null", ""),
    ("not (__system/updatedAt eq null)", ""),
    ("not __system/updatedAt gt 2020-01-01", "0123"),
    ("__system/updatedAt lt 2020-01-01 or __system/updatedAt gt 2020-01-01", ""),
    ("__system/conflict eq 'hard'", ""),
    ("__system/conflict ne 'hard'", "0123"),
    ("__system/conflict neq 'hard' and not(__id eq 'x')", "0123"),
    ("__system/creatorId eq {wanna}", "0123"),
    ("__system/creatorId eq '{wanna}'", "0123"),
    ("__system/creatorId eq 999999", ""),
    ("__system/creatorId gt 1", "0123"),
    ("__id eq 'it''s'", ""),
    ("__system/deletedAt ne null", "d"),
    ("__system/deletedAt eq null or __system/deletedAt ne null", "0123d"),
    ("2 gt 1", "0123"),
    ("now() lt 2020-01-01", ""),
    ("__system/createdAt le now()", "0123"),
]


def test_rows_are_filtered_by_system_fields(office: Office, planner_client: Any) -> None:
    plant(planner_client, office, *({"height": str(n)} for n in (*range(4), "d")))
    gone = planner_client.get(at(office, "/entities")).json[0]["uuid"]
    planner_client.delete(at(office, f"/entities/{gone}"))
    for condition, found in CONDITIONS:
        text = condition.replace("{wanna}", str(office.ids["wanna"]))
        body = feed(planner_client, office, f"?$count=true&$filter={quote(text)}")
        assert ("".join(sorted(heights(body))), body["@odata.count"]) == (found, len(found)), condition


REFUSED = [
    ("$filter=height eq '1'", "501.1"),
    ("$filter=contains(__id,'a')", "501.1"),
    ("$filter=__system/version eq 1", "501.1"),
    ("$filter=__system/createdAt", "400.8"),
    ("$filter=__system/createdAt eq", "400.8"),
    ("$filter=eq eq eq", "501.1"),
    ("$filter=(__id eq 'a'", "400.8"),
    ("$filter=__id eq 'a", "400.8"),
    ("$filter=__id eq 'a' and", "400.8"),
    ("$filter=__id eq 'a' 'b'", "400.8"),
    ("$filter=__system/createdAt gt 2020-13-45", "400.8"),
    ("$filter=__system/createdAt gt 0000-01-01", "400.8"),
    ("$filter=__system/createdAt gt 0001-01-01T00:00:00+14:00", "400.8"),
    ("$filter=__system/createdAt gt 5", "400.8"),
    ("$filter=__system/createdAt gt 'soon'", "400.8"),
    ("$filter=__system/createdAt eq __system/conflict", "400.8"),
    ("$filter=__system/creatorId eq 'x'", "400.8"),
    ("$filter=__system/creatorId eq 1.5", "400.8"),
    ("$filter=__system/creatorId eq 99999999999999999999", "400.8"),
    ("$filter=year(__system/conflict) eq 1", "400.8"),
    ("$filter=year(year(now())) eq 1", "400.8"),
    ("$filter=true eq __id", "400.8"),
    ("$filter=1 lt 'a'", "400.8"),
    ("$filter=" + "(" * 500, "400.8"),
    ("$filter=" + "not " * 100 + "__id eq 'a'", "400.8"),
    ("$filter=" + " and ".join(["__id eq 'a'"] * 500), "400.8"),
    ("$orderby=height", "501.1"),
    ("$orderby=__id sideways", "400.8"),
    ("$orderby=,", "400.8"),
    ("$orderby=" + ",".join(["__id"] * 7), "400.8"),
    ("$select=colour", "400.8"),
    ("$top=x", "400.8"),
    ("$top=-1", "400.8"),
    ("$skip=1.5", "400.8"),
    ("$skiptoken=x", "400.8"),
    ("$skiptoken=%E0%B8%81", "400.8"),
    ("$skiptoken=W10=", "400.8"),
    ("$skiptoken=W251bGxd", "400.8"),
    ("$skiptoken=WyJhIl0=", "400.8"),
    ("$skiptoken=WzEsMl0=", "400.8"),
    ("$skiptoken=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ==", "400.8"),
    ("$skiptoken=WyJhXHUwMDAwIiwxXQ==&$orderby=__id", "400.8"),
    ("$filter=__id eq 'a%00'", "400.100"),
]


def test_what_cannot_be_asked_is_refused_as_odata_refuses(office: Office, planner_client: Any) -> None:
    for query, expected in REFUSED:
        answer = planner_client.get(at(office, f".svc/Entities?{query}"))
        assert (answer.status_code, answer.json["error"]["code"]) == (int(expected[:3]), expected), query


SEARCHES = [
    ("จามจุรี", "01"),
    ("จามจุรี ใหญ่", "0"),
    ("จามจุรี OR ประดู่", "012"),
    ("-จามจุรี", "23"),
    ('"จามจุรี ใหญ่"', ""),
    ('"ต้น ใหญ่"', "0"),
    ("TEAK", "3"),
    ("species", ""),
    ("%", ""),
    ("_", ""),
    ("100%", ""),
    ("OR", "0123"),
    ("-", "0123"),
    ('"', "0123"),
    ("\\", ""),
]


def test_rows_are_searched_in_the_label_and_every_property(office: Office, planner_client: Any) -> None:
    plant(
        planner_client,
        office,
        {"label": "ต้น ใหญ่", "species": "จามจุรี", "height": "0"},
        {"label": "จามจุรี", "height": "1"},
        {"label": "ก", "species": "ประดู่", "height": "2"},
        {"label": "Teak", "height": "3"},
    )
    for search, found in SEARCHES:
        body = feed(planner_client, office, f"?$search={quote(search)}")
        assert "".join(sorted(heights(body))) == found, search


@pytest.mark.parametrize(
    ("select", "keys", "system"),
    [
        ("__id,height", {"__id", "height"}, None),
        ("__id, label, plot_no", {"__id", "label", "plot_no"}, None),
        ("__system", {"__system"}, 8),
        ("__system/createdAt,__system/version", {"__system"}, 2),
        ("*", {"__id", "label", "__system", "species", "height", "geometry", "plot_no"}, 8),
    ],
)
def test_only_the_fields_asked_for_are_sent(
    office: Office, planner_client: Any, select: str, keys: set[str], system: int | None
) -> None:
    plant(planner_client, office, {"height": "1"})
    row = feed(planner_client, office, f"?$select={quote(select)}")["value"][0]
    assert set(row) == keys
    assert len(row.get("__system", {})) == (system or 0)


def test_ten_thousand_rows_are_streamed_in_little_memory(office: Office, planner_client: Any) -> None:
    plant(planner_client, office, *({"height": str(n), "species": "x" * 500} for n in range(10_000)))
    planner_client.get(at(office, ".svc/Entities?$top=1"))
    tracemalloc.start()
    size = 0
    answer = planner_client.get(at(office, ".svc/Entities"))
    for piece in answer.response:
        size += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 7_000_000
    assert peak < 12_000_000


def test_the_csv_has_centrals_columns(office: Office, planner_client: Any) -> None:
    deliver(office, tree_record(TREE, label='ต้น "ใหญ่", ต้นแรก', height="1\n2"))
    answer = planner_client.get(at(office, "/entities.csv"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="trees.csv"')
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert rows[0] == [
        "__id", "label", "species", "height", "geometry", "plot-no", "__createdAt", "__creatorId", "__creatorName",
        "__updates", "__updatedAt", "__version",
    ]  # fmt: skip
    assert rows[1][:6] == [TREE, 'ต้น "ใหญ่", ต้นแรก', "", "1\n2", "", ""]
    assert rows[1][7:] == [str(office.device_id), "แท็บเล็ต 1", "0", "", "1"]


def test_the_csv_holds_nothing_that_a_spreadsheet_computes_unless_asked_for(
    office: Office, planner_client: Any
) -> None:
    plant(planner_client, office, {"label": "=1+1", "species": "@x", "height": "-5.5", "geometry": "-8.1 98.3 0 0"})
    for query, label, species in (("", "'=1+1", "'@x"), ("?raw=true", "=1+1", "@x")):
        row = next(csv.DictReader(io.StringIO(planner_client.get(at(office, f"/entities.csv{query}")).text)))
        assert (row["label"], row["species"], row["height"], row["geometry"]) == (
            label, species, "-5.5", "-8.1 98.3 0 0",
        )  # fmt: skip


def test_what_was_made_harmless_is_read_back_as_it_was() -> None:
    for text in ("=1+1", "@x", "-x", "'x", "''=x", "x", "", "-5", "-8.1 98.3 0 0", "+66 2 123 4567", "\tx", "'=1"):
        assert feeds.as_it_was(feeds.harmless(text)) == text or text == "'=1"


def test_the_csv_is_not_sent_twice_while_nothing_changes(office: Office, planner_client: Any) -> None:
    plant(planner_client, office, {"height": "1"})
    first = planner_client.get(at(office, "/entities.csv"))
    tag = {"If-None-Match": first.headers["ETag"]}
    assert planner_client.get(at(office, "/entities.csv"), headers=tag).status_code == 304
    assert planner_client.get(at(office, "/entities.csv?raw=true"), headers=tag).status_code == 200
    planner_client.post(at(office, "/properties"), json={"name": "colour"})
    assert planner_client.get(at(office, "/entities.csv"), headers=tag).status_code == 200


def test_the_csv_is_filtered_and_searched_and_marked_for_excel(office: Office, planner_client: Any) -> None:
    plant(planner_client, office, {"label": "ก", "height": "1"}, {"label": "ข", "height": "2"})
    found = planner_client.get(at(office, f"/entities.csv?$search={quote('ข')}"))
    assert [row["height"] for row in csv.DictReader(io.StringIO(found.text))] == ["2"]
    assert "ETag" not in found.headers
    none = planner_client.get(at(office, "/entities.csv?$filter=__system/conflict eq 'hard'"))
    assert len(none.text.splitlines()) == 1
    assert planner_client.get(at(office, "/entities.csv?$filter=nonsense")).json["code"] == 501.1
    assert not found.data.startswith(b"\xef\xbb\xbf")
    assert planner_client.get(at(office, "/entities.csv?bom=true")).data.startswith(b"\xef\xbb\xbf")
    assert office.browser("wanna").get(at(office, "/entities.csv")).data.startswith(b"\xef\xbb\xbf")


def test_places_lines_and_areas_are_geojson(office: Office, planner_client: Any) -> None:
    plant(
        planner_client,
        office,
        {"height": "none"},
        {"height": "bad", "geometry": "here"},
        {"height": "far", "geometry": "91 181 0 0"},
        {"height": "nan", "geometry": "nan nan"},
        {"height": "point", "geometry": "18.5 98.25 300 4"},
        {"height": "line", "geometry": "18 98 0 0; 19 99 0 0;"},
        {"height": "area", "geometry": "18 98 0 0; 19 99 0 0; 18 99 0 0; 18 98 0 0"},
    )
    told = planner_client.get(at(office, "/entities.geojson")).json
    assert told["type"] == "FeatureCollection"
    shapes = [feature["geometry"] for feature in told["features"]]
    assert [shape["type"] for shape in shapes] == ["Polygon", "LineString", "Point"]
    assert shapes[2]["coordinates"] == [98.25, 18.5, 300.0]
    one = told["features"][2]["id"]
    assert planner_client.get(at(office, f"/entities/{one}/geojson")).json["features"] == [told["features"][2]]
    assert len(planner_client.get(at(office, "/entities.geojson?limit=2")).json["features"]) == 2


def test_tables_are_for_those_who_may_list_entities(office: Office, planner_client: Any) -> None:
    for rest in (".svc", ".svc/$metadata", ".svc/Entities", "/entities.csv", "/entities.geojson"):
        assert office.client("pakorn").get(at(office, rest)).status_code == 200
        assert office.client("kwanjai").get(at(office, rest)).status_code == 403
        assert planner_client.get(at(office, rest).replace("trees", "nothing")).status_code == 404


def test_what_the_server_made_by_itself_has_nobody_as_its_creator(office: Office, planner_client: Any) -> None:
    plant(planner_client, office, {"height": "1"})

    def orphan(session: Any) -> None:
        session.query(Entity).one().created_by = None

    unit_of_work(orphan)
    system = feed(planner_client, office)["value"][0]["__system"]
    assert (system["creatorId"], system["creatorName"]) == ("0", None)
    assert planner_client.get(at(office, "/entities")).json[0]["creatorId"] == 0
