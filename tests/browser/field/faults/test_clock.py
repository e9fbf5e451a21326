"""The tablet's clock is years off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.browser.field.faults.conftest import NewTablet
from tests.support.field_faults import API, RECORDS, FaultProxy
from tests.support.field_quick import QuickOffice, QuickTablet

TWO_YEARS = dt.timedelta(days=730)
HOUR = dt.timedelta(hours=1)


def tablet_at(new_tablet: NewTablet, officer: str, off: dt.timedelta) -> QuickTablet:
    """A tablet whose clock was already wrong when it was set up."""
    made = new_tablet()
    made.context.clock.install(time=dt.datetime.now(dt.UTC) + off)
    made.sign_in(officer)
    return made


@pytest.mark.parametrize("off", [-TWO_YEARS, TWO_YEARS], ids=["two years behind", "two years ahead"])
def test_records_are_taken_in_their_order_with_receipts_of_the_servers_time_and_the_error_is_known(
    quick: QuickOffice, new_tablet: NewTablet, officer: str, photo: Path, off: dt.timedelta
) -> None:
    tablet = tablet_at(new_tablet, officer, off)
    tablet.context.set_offline(True)
    ids = [tablet.record_visit(f"ลำดับ {number}", photo if number == 1 else None) for number in (1, 2, 3)]
    tablet.context.set_offline(False)
    for one in ids:
        row = tablet.becomes(one, "complete")
        received = dt.datetime.fromisoformat(row["receipt"]["receivedAt"])
        assert abs(received - dt.datetime.now(dt.UTC)) < HOUR
        by_tablet = dt.datetime.fromtimestamp(row["finishedAt"] / 1000, dt.UTC)
        assert abs(by_tablet - dt.datetime.now(dt.UTC) - off) < HOUR
    # The order is the tablet's own; one whose first try failed is sent after the others.
    assert [row["instanceId"] for row in sorted(tablet.rows("records"), key=lambda row: row["finishedAt"])] == ids
    tablet.all_arrived()
    skew = quick.query("SELECT clock_skew_seconds FROM field_device WHERE actor_id = ?", quick.people[officer])
    assert len(skew) == 1
    assert abs(skew[0][0] - off.total_seconds()) < HOUR.total_seconds()
    page = quick.console(f"/w/{quick.server.office.workspace_id}/devices/tablets")
    assert "730" in page


def test_a_record_that_failed_while_the_clock_was_ahead_goes_by_itself_after_it_was_put_right(
    quick: QuickOffice, new_tablet: NewTablet, officer: str, photo: Path, proxy: FaultProxy
) -> None:
    tablet = tablet_at(new_tablet, officer, TWO_YEARS)
    broken = proxy.fail(RECORDS, 500)
    instance_id = tablet.record_visit("นาฬิกาเดินหน้า", photo)
    tablet.until(lambda: tablet.record(instance_id)["trouble"], "it failed")
    broken.end()
    tablet.context.clock.set_system_time(dt.datetime.now(dt.UTC))
    # At most one longest sleep later.
    tablet.context.clock.fast_forward("06:00")
    tablet.becomes(instance_id, "complete")
    tablet.all_arrived()


def test_what_was_sent_stays_on_the_list_with_its_receipt_when_the_clock_is_put_right(
    quick: QuickOffice, new_tablet: NewTablet, officer: str, photo: Path, proxy: FaultProxy
) -> None:
    tablet = tablet_at(new_tablet, officer, -TWO_YEARS)
    draft = tablet.begin("ร่างเมื่อสองปีก่อน", photo)
    instance_id = tablet.record_visit("ส่งแล้วเมื่อสองปีก่อน", photo)
    tablet.becomes(instance_id, "complete")
    tablet.context.clock.set_system_time(dt.datetime.now(dt.UTC))
    asked = proxy.count("GET", API)
    tablet.send_now()
    tablet.until(lambda: proxy.count("GET", API) > asked, "the tablet asked for news")
    tablet.go(f"/fill/{draft}")
    assert tablet.note().input_value() == "ร่างเมื่อสองปีก่อน"
    tablet.finish()
    tablet.becomes(draft, "complete")
    tablet.all_arrived()
