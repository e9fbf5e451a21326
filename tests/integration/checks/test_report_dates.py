"""The date that a report states, beside the day on which it came."""

from __future__ import annotations

from collections.abc import Callable

from core.database import utc_now
from sync.checks.codes import REPORT_DATE
from tests.support.check_world import PHOTO, World
from tests.support.records import BANGKOK

Make = Callable[..., World]
VISIT = "school_followup_visit"


def test_a_report_of_a_buddhist_year_typed_as_a_christian_one_is_flagged(world: Make) -> None:
    here = world(VISIT)
    today = utc_now().astimezone(BANGKOK).date()
    far = today.replace(year=today.year + 543, day=1)
    wrong = here.send(VISIT, here.visit(report_date=far.isoformat()), PHOTO)
    right = here.send(VISIT, here.visit(report_date=today.isoformat()), PHOTO)
    details = {"report_date": far.isoformat(), "received_on": today.isoformat()}
    assert [item.details for item in here.found(wrong) if item.code == REPORT_DATE] == [details]
    assert REPORT_DATE not in {item.code for item in here.found(right)}
