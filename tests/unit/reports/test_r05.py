"""R05: the golden table of visit coverage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from reports.documents.r05 import SchoolState, compute
from reports.figures import half_up

AS_OF = dt.date(2027, 1, 22)
GOLDEN = {
    "เมืองธารานคร": (60, 45, 58, "75.00"),
    "ทุ่งฟ้าหม่น": (45, 45, 52, "100.00"),
    "ห้วยดาวเรียง": (50, 20, 20, "40.00"),
    "ดอนหมอกจาง": (40, 0, 0, "0.00"),
    "เกาะคลื่นเงิน": (30, 12, 15, "40.00"),
    "หนองแสงเดือน": (25, 25, 31, "100.00"),
}


def golden_schools() -> Iterator[SchoolState]:
    for district, (schools, visited, visits, _) in GOLDEN.items():
        for number in range(schools):
            again = visits - visited if number == 0 else 0
            count = (1 + again) if number < visited else 0
            code = f"{district}/{number:02}"
            yield SchoolState(uuid=code, code=code, name=code, district=district, visits=count)


def test_the_golden_table() -> None:
    report = compute(2570, AS_OF, golden_schools())
    found = {
        line.key: (line.schools, line.visited, line.visits, str(half_up(line.coverage))) for line in report.districts
    }
    assert found == GOLDEN
    total = report.total
    assert (total.schools, total.visited, total.visits, half_up(total.coverage)) == (250, 147, 176, Decimal("58.80"))


def test_the_total_is_not_the_mean_of_the_percentages() -> None:
    report = compute(2570, AS_OF, golden_schools())
    mean = sum((line.coverage or Fraction(0) for line in report.districts), Fraction(0)) / len(report.districts)
    assert (half_up(mean), half_up(report.total.coverage)) == (Decimal("59.17"), Decimal("58.80"))


def test_schools_without_a_visit_are_listed_by_district() -> None:
    report = compute(2570, AS_OF, golden_schools())
    assert len(report.unvisited) == 103
    assert len(report.unvisited_in("ดอนหมอกจาง")) == 40
    assert report.unvisited_in("ทุ่งฟ้าหม่น") == []
    assert [line.unvisited for line in report.districts if line.key == "เกาะคลื่นเงิน"] == [18]


def test_no_schools_give_no_percentage() -> None:
    assert compute(2570, AS_OF, []).total.coverage is None
