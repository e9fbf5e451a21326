"""Every select on the plan. Rows come with what their callers read, so that nothing is fetched one by one."""

from plan.progress import planned_progress
from plan.queries.counts import has_plan, plan_counts, plan_mark, year_totals
from plan.queries.frameworks import find_framework, frameworks, node_names
from plan.queries.indicators import (
    find_indicator,
    indicators,
    projects_of_indicator,
    standard_or_none,
    standards,
)
from plan.queries.labels import DIMENSIONS, labels, school_labels
from plan.queries.orders import find_order, holds_order, lines_in_force, order_or_none, orders, orders_in_force
from plan.queries.people import accounts, find_group, find_officer, groups, officer_of_account, officers
from plan.queries.places import (
    active_schools,
    districts,
    find_district,
    find_school,
    network_or_none,
    networks,
    schools,
)
from plan.queries.projects import (
    ProjectFilter,
    activities,
    find_activity,
    find_project,
    group_of_project,
    projects,
    projects_of_year,
)
from plan.queries.years import current_year, find_year, fiscal_years, open_year, year_or_none

__all__ = [
    "DIMENSIONS",
    "ProjectFilter",
    "accounts",
    "active_schools",
    "activities",
    "current_year",
    "districts",
    "find_activity",
    "find_district",
    "find_framework",
    "find_group",
    "find_indicator",
    "find_officer",
    "find_order",
    "find_project",
    "find_school",
    "find_year",
    "fiscal_years",
    "frameworks",
    "group_of_project",
    "groups",
    "has_plan",
    "holds_order",
    "indicators",
    "labels",
    "lines_in_force",
    "network_or_none",
    "networks",
    "node_names",
    "officer_of_account",
    "officers",
    "open_year",
    "order_or_none",
    "orders",
    "orders_in_force",
    "plan_counts",
    "plan_mark",
    "planned_progress",
    "projects",
    "projects_of_indicator",
    "projects_of_year",
    "school_labels",
    "schools",
    "standard_or_none",
    "standards",
    "year_or_none",
    "year_totals",
]
