"""The invented office in one call."""

from __future__ import annotations

from plan.demo.chance import DEMO_TODAY, FISCAL_YEAR
from plan.demo.indicators import build_indicators, build_orders, build_standards, group_indicators
from plan.demo.model import DemoOffice
from plan.demo.people import build_staff
from plan.demo.projects import build_projects
from plan.demo.schools import build_districts, build_networks, build_schools
from plan.demo.years import fiscal_year


def generate_office(seed: int = 2570) -> DemoOffice:
    """The whole office; equal for equal seeds. Every total holds for every seed, only the details differ."""
    staff = build_staff(seed)
    indicators = build_indicators(seed, staff)
    projects, activities = build_projects(seed, staff, group_indicators(indicators))
    return DemoOffice(
        seed=seed,
        name_th="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาธารานคร เขต 1",
        short_name_th="สพป.ธารานคร เขต 1",
        today=DEMO_TODAY,
        fiscal_years=(fiscal_year(FISCAL_YEAR - 1, "closed"), fiscal_year(FISCAL_YEAR, "open")),
        districts=build_districts(),
        networks=build_networks(),
        schools=build_schools(seed),
        groups=staff.groups,
        officers=staff.officers,
        director=staff.director,
        deputies=staff.deputies,
        projects=projects,
        activities=activities,
        standards=build_standards(),
        indicators=indicators,
        orders=build_orders(indicators, staff),
    )
