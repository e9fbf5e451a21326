"""The 40 indicators and the orders that make officers responsible for them."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from plan.demo.chance import FISCAL_YEAR, YEAR_END, YEAR_START, demo_uuid, dice, half_up
from plan.demo.indicator_table import FRAMEWORKS, OF_THE_LEAVER, STANDARDS, WITHOUT_OWNER, Row
from plan.demo.model import (
    DemoIndicator,
    DemoOrder,
    DemoOrderLine,
    DemoStandard,
    Framework,
    OrderState,
)
from plan.demo.people import DemoStaff

_TITLES: dict[Framework, str] = {
    "pmqa": "มอบหมายผู้รับผิดชอบการพัฒนาคุณภาพการบริหารจัดการภาครัฐ (PMQA 4.0)",
    "krs": "มอบหมายผู้รับผิดชอบตัวชี้วัดตามคำรับรองการปฏิบัติราชการ (KRS)",
    "area_std": "มอบหมายผู้รับผิดชอบมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
    "action_plan": "มอบหมายผู้รับผิดชอบตัวชี้วัดตามแผนปฏิบัติการประจำปี",
    "ita": "มอบหมายผู้รับผิดชอบการประเมินคุณธรรมและความโปร่งใส (ITA)",
}
_LEVELS = 5


def build_standards() -> tuple[DemoStandard, ...]:
    """The three area-office standards."""
    return tuple(DemoStandard(code, name) for code, name in STANDARDS)


def build_indicators(seed: int, staff: DemoStaff) -> tuple[DemoIndicator, ...]:
    """The 40 indicators; each but one has an owner in the group that does the work."""
    chance = dice(seed, "indicators")
    turns: dict[str, int] = defaultdict(int)
    indicators = []
    for framework, prefix, rows in FRAMEWORKS:
        for number, (standard, row) in enumerate(rows, start=1):
            code = f"{prefix}-{number:02d}"
            owner = _owner(staff, row.group_code, code, turns)
            indicators.append(_indicator(chance, framework, code, number, standard, row, owner))
    return tuple(indicators)


def group_indicators(indicators: tuple[DemoIndicator, ...]) -> dict[str, tuple[str, ...]]:
    """For each group the codes of the indicators that its projects answer."""
    codes: dict[str, list[str]] = defaultdict(list)
    names = {item.name_th: item.code for item in indicators}
    for _, _, rows in FRAMEWORKS:
        for _, row in rows:
            codes[row.group_code].append(names[row.name_th])
    return {group: tuple(items) for group, items in codes.items()}


def _owner(staff: DemoStaff, group_code: str, code: str, turns: dict[str, int]) -> str | None:
    if code == WITHOUT_OWNER:
        return None
    if code == OF_THE_LEAVER:
        return staff.successor.code
    present = staff.present(group_code)
    turns[group_code] += 1
    return present[turns[group_code] % len(present)].code


def _indicator(
    chance: random.Random,
    framework: Framework,
    code: str,
    number: int,
    standard: str | None,
    row: Row,
    owner: str | None,
) -> DemoIndicator:
    t1, t2, t3, t4, t5 = _thresholds(row)
    position = Decimal(chance.randint(0, 20)) / 10
    baseline = half_up(t1 + (t5 - t1) * position / (_LEVELS - 1), 0 if row.measure_type != "percent" else 2)
    return DemoIndicator(
        uuid=demo_uuid("indicator", code),
        code=code,
        framework=framework,
        standard_code=standard,
        name_th=row.name_th,
        unit=row.unit,
        measure_type=row.measure_type,
        direction=row.direction,
        weight=Decimal(row.weight),
        baseline=baseline,
        target=t4,
        t1=t1,
        t2=t2,
        t3=t3,
        t4=t4,
        t5=t5,
        pmqa_category=number if framework == "pmqa" else None,
        min_evidence=chance.randint(1, 3),
        owner_code=owner,
    )


def _thresholds(row: Row) -> tuple[Decimal, ...]:
    first, last = Decimal(row.t1), Decimal(row.t5)
    return tuple(first + (last - first) * step / (_LEVELS - 1) for step in range(_LEVELS))


def build_orders(indicators: tuple[DemoIndicator, ...], staff: DemoStaff) -> tuple[DemoOrder, ...]:
    """One order in force per framework, the one replaced when an officer left, and one that has expired."""
    orders = [_expired_order(indicators, staff)]
    for number, (framework, _, _) in enumerate(FRAMEWORKS, start=1):
        lines = _owner_lines(indicators, framework)
        order_no = f"{110 + number}/{FISCAL_YEAR}"
        if framework != "action_plan":
            orders.append(_order(order_no, framework, YEAR_START, YEAR_END, lines))
            continue
        orders += _replaced(order_no, framework, lines, staff)
    return tuple(orders)


def _owner_lines(indicators: tuple[DemoIndicator, ...], framework: Framework) -> tuple[DemoOrderLine, ...]:
    return tuple(
        DemoOrderLine(item.owner_code, "owner", item.code)
        for item in indicators
        if item.framework == framework and item.owner_code is not None
    )


def _replaced(
    order_no: str, framework: Framework, lines: tuple[DemoOrderLine, ...], staff: DemoStaff
) -> list[DemoOrder]:
    """The order that named the officer who left, and the one that took its place on the next day."""
    leaver = staff.leaver
    assert leaver.active_to is not None
    former = tuple(
        replace(line, officer_code=leaver.code) if line.indicator_code == OF_THE_LEAVER else line for line in lines
    )
    first = _order(order_no, framework, YEAR_START, leaver.active_to, former, state="superseded")
    second = _order(
        f"148/{FISCAL_YEAR}",
        framework,
        leaver.active_to + timedelta(days=1),
        YEAR_END,
        lines,
        supersedes=order_no,
    )
    return [first, second]


def _expired_order(indicators: tuple[DemoIndicator, ...], staff: DemoStaff) -> DemoOrder:
    """The committee that checks data before entry: its order ended with last year and was not renewed."""
    checkers = [staff.present("PLN")[1].code, staff.present("SUP")[0].code, staff.present("AUD")[0].code]
    checked = [item for item in indicators if item.framework == "pmqa"]
    lines = tuple(
        DemoOrderLine(checkers[place % len(checkers)], "checker", item.code) for place, item in enumerate(checked)
    )
    return DemoOrder(
        uuid=demo_uuid("order", f"87/{FISCAL_YEAR - 2}"),
        order_no=f"87/{FISCAL_YEAR - 2}",
        title="แต่งตั้งคณะกรรมการตรวจสอบข้อมูลตัวชี้วัดก่อนนำเข้าระบบ ประจำปี พ.ศ. 2568–2569",
        framework="pmqa",
        signed_on=date(2025, 1, 6),
        valid_from=date(2025, 1, 6),
        valid_to=YEAR_START - timedelta(days=1),
        state="expired",
        supersedes=None,
        lines=lines,
    )


def _order(
    order_no: str,
    framework: Framework,
    valid_from: date,
    valid_to: date,
    lines: tuple[DemoOrderLine, ...],
    *,
    state: OrderState = "in_force",
    supersedes: str | None = None,
) -> DemoOrder:
    return DemoOrder(
        uuid=demo_uuid("order", order_no),
        order_no=order_no,
        title=f"{_TITLES[framework]} ประจำปีงบประมาณ {FISCAL_YEAR}",
        framework=framework,
        signed_on=valid_from,
        valid_from=valid_from,
        valid_to=valid_to,
        state=state,
        supersedes=supersedes,
        lines=lines,
    )
