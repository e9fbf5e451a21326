"""The office sees how its tablets stand."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from sqlalchemy import update

from core.access.actor import SYSTEM
from core.auth import accounts
from core.auth.models import AppUser
from core.database import utc_now
from core.transaction import unit_of_work
from sync.field import tablets
from sync.field.models import FieldDevice
from sync.models import Submission
from tests.personas import Office, found_office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance

ID = "uuid:88888888-8888-4888-8888-88888888888"
SAID = {"label": "แท็บเล็ต 7", "appVersion": "0.1.0", "browser": "Chromium 156"}


def announce(office: Office, persona: str = "kwanjai", install: str = "web:1", **said: Any) -> None:
    """What a tablet says of itself; `ahead` is how far its clock is before the server's."""
    clock = (utc_now() + said.pop("ahead", dt.timedelta(0))).isoformat()
    path = f"/v1/projects/{office.workspace_id}/devices/{install}"
    answer = tablet_of(office, persona).client.put(path, json=SAID | {"clock": clock} | said)
    assert answer.status_code == 200, answer.text


def silent(install: str, days: float) -> None:
    long_ago = utc_now() - dt.timedelta(days=days)
    unit_of_work(
        lambda session: session.execute(
            update(FieldDevice).where(FieldDevice.install_id == install).values(last_seen_at=long_ago)
        )
    )


def listed(office: Office, persona: str = "wanna") -> list[dict[str, Any]]:
    answer = office.client(persona).get(f"/v1/projects/{office.workspace_id}/devices")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json
    return found


def page(office: Office, query: str = "") -> str:
    answer = office.browser("wanna").get(f"/w/{office.workspace_id}/devices/tablets{query}&lang=en")
    assert answer.status_code == 200, answer.text
    return answer.text.replace("&nbsp;", " ")


def home(office: Office, persona: str = "wanna") -> str:
    return office.browser(persona).get(f"/w/{office.workspace_id}?lang=en").text


def test_a_tablet_in_order_has_no_trouble(office: Office) -> None:
    publish(office)
    announce(office, forms=[{"xmlFormId": "visit", "version": "1"}], freeBytes=10**10)
    unused, one = sorted(listed(office), key=lambda row: row["kind"], reverse=True)
    assert (one["label"], one["deviceId"], one["kind"], one["troubles"]) == ("แท็บเล็ต 7", "web:1", "client", [])
    assert one["actor"] == {"id": office.ids["kwanjai"], "displayName": "Kwanjai", "ended": False}
    assert one["said"]["oldForms"] == []
    assert (unused["kind"], unused["label"], unused["lastContact"], unused["said"]) == (
        "unused",
        "แท็บเล็ต 1",
        None,
        None,
    )
    assert "In order" in page(office, "?")
    assert "Tablets in the field" not in home(office)


@pytest.mark.parametrize(
    ("said", "trouble", "words"),
    [
        ({"ahead": dt.timedelta(minutes=12)}, "clock", "minutes fast"),
        ({"ahead": -dt.timedelta(days=731)}, "clock", "731 days slow"),
        ({"ahead": -dt.timedelta(hours=5)}, "clock", "5 hours slow"),
        ({"freeBytes": 99 * 10**6}, "space", "99 MB free"),
        ({"appVersion": "0.0.9"}, "app", "Tidtam’s app 0.0.9"),
        ({"forms": [{"xmlFormId": "visit", "version": "0"}]}, "forms", "visit 0 → 1"),
        ({"forms": [{"xmlFormId": "gone", "version": "4"}]}, "forms", "(no longer given out)"),
        ({"lastFailure": {"at": "2026-11-21T08:00:00Z", "what": "413 <b>too big</b>"}}, "failure", "413 &lt;b&gt;too"),
    ],
)
def test_trouble_is_told_and_shown(office: Office, said: dict[str, Any], trouble: str, words: str) -> None:
    publish(office)
    announce(office, **said)
    first = listed(office)[0]
    assert first["troubles"] == [trouble]
    assert words in page(office, f"?show={trouble}")
    assert words in page(office, "?show=trouble")
    assert words not in page(office, "?show=silent")


@pytest.mark.parametrize(
    "said",
    [
        {"ahead": dt.timedelta(minutes=4)},
        {"freeBytes": None},
        {"appVersion": "dev"},
        {"appVersion": "99.0"},
        {"appVersion": ""},
    ],
)
def test_what_is_near_enough_or_not_known_is_no_trouble(office: Office, said: dict[str, Any]) -> None:
    announce(office, **said)
    assert [row["troubles"] for row in listed(office) if row["kind"] == "client"] == [[]]


def test_those_that_most_want_somebody_come_first(office: Office) -> None:
    announce(office, install="fine")
    announce(office, install="sends", unsentRecords=3, unsentBytes=5_000_000)
    announce(office, install="silent")
    announce(office, install="failed", lastFailure={"at": "2026-11-21T08:00:00Z", "what": "500"})
    announce(office, install="lost", unsentRecords=2)
    announce(office, install="clock", clock="2020-01-01T00:00:00Z")
    silent("silent", 30)
    silent("lost", 8)
    rows = [row["deviceId"] for row in listed(office)]
    assert rows == ["lost", "silent", "failed", "clock", "sends", "fine", None]
    shown = page(office, "?show=unsent")
    assert shown.index("lost") < shown.index("sends")
    assert "3 records</strong> (5 MB)" in shown
    assert "hold 5 records" in shown
    assert page(office, "?search=nobody").count("No tablet fits.") == 1
    assert "No tablet fits." not in page(office, "?search=kwanjai 7")


def test_the_home_page_says_that_tablets_are_silent_or_hold_records(office: Office) -> None:
    announce(office, install="a", unsentRecords=3)
    announce(office, install="b", unsentRecords=4)
    assert "tablets that hold 7 records not sent yet" in home(office)
    assert "tablets silent for more than 7 days" not in home(office)
    silent("a", 7.1)
    assert "tablets silent for more than 7 days" in home(office)
    assert "Tablets in the field" not in home(office, "pakorn")


def test_a_tablet_taken_out_of_use_is_silent_by_right_unless_it_holds_records(office: Office) -> None:
    announce(office, "device", install="old")
    silent("old", 60)
    assert listed(office)[0]["troubles"] == ["silent"]
    unit_of_work(
        lambda session: accounts.revoke_app_user(
            session, SYSTEM, workspace_id=office.workspace_id, actor_id=office.device_id
        )
    )
    (row,) = listed(office)
    assert (row["troubles"], row["actor"]["ended"]) == ([], True)
    assert "tablets silent" not in home(office)
    unit_of_work(lambda session: session.execute(update(FieldDevice).values(unsent_records=1)))
    assert listed(office)[0]["troubles"] == ["silent"]
    assert "tablets silent" in home(office)


def test_a_tablet_with_odk_collect_is_known_by_its_records_and_its_key(office: Office) -> None:
    publish(office)
    path = office.device(f"projects/{office.workspace_id}/submission?deviceID=collect:xyz")
    xml = visit_instance(f"{ID}1")
    form = {"xml_submission_file": (io.BytesIO(xml), "x.xml", "text/xml")}
    sent = office.app.test_client().post(path, data=form, headers={"X-OpenRosa-Version": "1.0"})
    assert sent.status_code == 201, sent.text
    (row,) = listed(office)
    assert (row["kind"], row["deviceId"], row["label"], row["said"]) == ("other", "collect:xyz", "แท็บเล็ต 1", None)
    assert row["lastRecord"] is not None
    shown = page(office, "?show=other")
    assert "submissions?search=collect%3Axyz" in shown or "submissions?search=collect:xyz" in shown
    records = office.browser("wanna").get(f"/w/{office.workspace_id}/submissions?search=collect:xyz&lang=en").text
    assert "1 records" in records
    long_ago = utc_now() - dt.timedelta(days=20)

    def age(session: Any) -> None:
        session.execute(update(Submission).values(received_at=long_ago))
        session.execute(update(AppUser).values(last_used_at=long_ago))

    unit_of_work(age)
    assert listed(office)[0]["troubles"] == ["silent"]


def test_a_tablet_that_announces_itself_is_listed_once_with_its_last_record(office: Office) -> None:
    publish(office)
    announce(office, install="web:1")
    hand_in_from(office, "web:1", f"{ID}2")
    rows = [row for row in listed(office) if row["kind"] != "unused"]
    assert [(row["deviceId"], row["kind"]) for row in rows] == [("web:1", "client")]
    assert rows[0]["lastRecord"] is not None


def test_lists_say_on_which_tablet_missing_files_are(office: Office) -> None:
    publish(office)
    announce(office, install="web:1")
    hand_in_from(office, "web:1", f"{ID}3", photo="door.jpg")
    words = "files are on แท็บเล็ต 7"
    assert words in home(office)
    assert words in office.browser("wanna").get(f"/w/{office.workspace_id}/submissions?incomplete=files&lang=en").text
    record = office.browser("wanna").get(f"/w/{office.workspace_id}/forms/visit/submissions/{ID}3?lang=en").text
    assert 'แท็บเล็ต 7 <span class="hint">web:1</span>' in record


def test_the_quarantine_names_sender_and_tablet(office: Office) -> None:
    publish(office)
    announce(office, install="web:1")
    hand_in_from(office, "web:1", f"{ID}4", note="one")
    assert hand_in_from(office, "web:1", f"{ID}4", note="two")["outcome"] == "quarantined"
    browser = office.browser("wanna")
    shown = browser.get(f"/w/{office.workspace_id}/quarantine?lang=en").text
    assert '<div class="hint">แท็บเล็ต 7</div>' in shown
    link = re.search(r"/w/\d+/quarantine/\d+", shown)
    assert link is not None
    one = browser.get(link[0] + "?lang=en").text
    assert "แท็บเล็ต 7" in one
    assert "Kwanjai" in one


def hand_in_from(office: Office, install: str, instance_id: str, **answers: str) -> Any:
    path = f"/v1/projects/{office.workspace_id}/field/records?deviceID={install}"
    xml = visit_instance(instance_id, **answers)
    answer = tablet_of(office).client.post(path, data=xml, content_type="application/xml")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_tablets_of_another_workspace_are_not_shown(office: Office) -> None:
    other = found_office(office.app, "สพป.อื่น เขต 1")
    announce(other, install="theirs", unsentRecords=5)
    publish(other)
    hand_in(other, visit_instance(f"{ID}5"))
    assert [row["kind"] for row in listed(office)] == ["unused"]
    assert "theirs" not in page(office, "?")
    assert "Tablets in the field" not in home(office)
    assert office.client("wanna").get(f"/v1/projects/{other.workspace_id}/devices").status_code == 403
    assert office.browser("wanna").get(f"/w/{other.workspace_id}/devices/tablets").status_code == 403


@pytest.mark.parametrize(("persona", "status"), [("pakorn", 403), ("kwanjai", 403), ("stranger", 403), (None, 401)])
def test_only_who_manages_devices_sees_tablets(office: Office, persona: str | None, status: int) -> None:
    assert office.client(persona).get(f"/v1/projects/{office.workspace_id}/devices").status_code == status
    if persona:
        assert office.browser(persona).get(f"/w/{office.workspace_id}/devices/tablets").status_code == 403


def test_a_filter_that_is_none_is_refused(office: Office) -> None:
    assert office.browser("wanna").get(f"/w/{office.workspace_id}/devices/tablets?show=%27").status_code == 400


def test_versions_are_compared_by_their_numbers() -> None:
    assert tablets.is_older("0.9.0", "0.10.0")
    assert tablets.is_older("1", "1.0.1")
    assert not tablets.is_older("0.10.0", "0.9.9")
    assert not tablets.is_older("dev", "1.0")
    assert not tablets.is_older("1.0", "")
