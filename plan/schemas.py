"""The plan on the wire. Money, percentages and measured values are text, so that they stay exact."""

from __future__ import annotations

from marshmallow import fields

from core.http.json_body import Instant
from plan.models.frameworks import NODE_KINDS
from plan.models.indicators import DIRECTIONS, FRAMEWORKS, MEASURE_TYPES
from plan.models.orders import ORDER_ROLES
from plan.models.people import OFFICER_ROLES
from plan.models.places import SCHOOL_SIZES
from plan.models.projects import BUDGET_SOURCES, PROJECT_STATUSES
from plan.models.years import ROUND_CODES, YEAR_STATUSES
from plan.schema_fields import Choice, Code, Day, Degrees, Flag, Number, PlanSchema, Text, Whole

BAHT_LIMIT = 10**12
MEASURE_LIMIT = 10**12
CODE = 50
NAME = 500
LONG = 5000


class RowSchema(PlanSchema):
    """What every row says of itself."""

    id = fields.Integer(dump_only=True)
    created_at = Instant(dump_only=True)
    updated_at = Instant(dump_only=True)


class VersionedSchema(RowSchema):
    """A row that is edited."""

    version = fields.Integer(dump_only=True)


class RoundSchema(PlanSchema):
    """A reporting round."""

    code = Choice(ROUND_CODES, required=True)
    name = Text(limit=NAME, blank=True, allow_none=True)
    opens_on = Day(required=True)
    due_on = Day(required=True)
    closes_on = Day(required=True)


class FiscalYearSchema(VersionedSchema):
    """A fiscal year. `reason` is told when a closed year is reopened."""

    year_be = Whole(least=2500, most=2700, required=True)
    status = Choice(YEAR_STATUSES)
    reason = Text(limit=LONG, blank=True, load_only=True)
    rounds = fields.List(fields.Nested(RoundSchema))
    starts_on = Day(dump_only=True)
    ends_on = Day(dump_only=True)


class GroupSchema(VersionedSchema):
    """A group or unit."""

    code = Code(required=True)
    name_th = Text(limit=NAME, required=True)
    name_en = Text(limit=NAME, blank=True, allow_none=True)
    parent_code = Text(limit=CODE, blank=True, allow_none=True)


class MembershipSchema(PlanSchema):
    """In which group an officer was when."""

    group_code = fields.String(attribute="group.code", dump_only=True)
    valid_from = Day(dump_only=True)
    valid_to = Day(dump_only=True)


class OfficerSchema(VersionedSchema):
    """An officer. `moved_on` dates a change of group."""

    uuid = fields.String(dump_only=True)
    code = Code(required=True)
    name = Text(limit=NAME, required=True)
    position = Text(limit=NAME, blank=True)
    role = Choice(OFFICER_ROLES)
    group_code = Text(limit=CODE, blank=True, allow_none=True)
    username = Text(limit=NAME, blank=True, allow_none=True)
    user_actor_id = Whole(least=1, most=2**53, allow_none=True)
    active_from = Day(allow_none=True)
    active_to = Day(allow_none=True)
    moved_on = Day(load_only=True, allow_none=True)


class DistrictSchema(VersionedSchema):
    """A district."""

    code = Code(required=True)
    name = Text(limit=NAME, required=True)
    province = Text(limit=NAME, required=True)


class NetworkSchema(RowSchema):
    """A network of schools."""

    code = Text(limit=CODE, required=True)
    name = Text(limit=NAME, required=True)
    district_code = Text(limit=CODE, required=True)


class SchoolSchema(VersionedSchema):
    """A school; what visits say of it is read only."""

    uuid = fields.String(dump_only=True)
    code = Text(limit=CODE, required=True)
    name = Text(limit=NAME, required=True)
    district_code = Text(limit=CODE, required=True)
    network_code = Text(limit=CODE, blank=True, allow_none=True)
    size = Choice(SCHOOL_SIZES, blank=True)
    students = Whole(most=1_000_000, allow_none=True)
    latitude = Degrees(90, allow_none=True)
    longitude = Degrees(180, allow_none=True)
    active_from = Day(allow_none=True)
    active_to = Day(allow_none=True)
    last_visit_date = Day(dump_only=True)
    last_visit_level = fields.Integer(dump_only=True)


class BudgetSchema(PlanSchema):
    """Money from one source, in baht."""

    source = Choice(BUDGET_SOURCES, required=True)
    source_other = Text(limit=NAME, blank=True)
    amount = Number(places=2, most=BAHT_LIMIT, required=True)


class TargetSchema(PlanSchema):
    """A target of a project, by number or in words."""

    kind = Choice(("quantity", "quality"), required=True)
    text = Text(limit=LONG, blank=True)
    value = Number(places=2, most=BAHT_LIMIT, allow_none=True)
    unit = Text(limit=NAME, blank=True)


class PointSchema(PlanSchema):
    """How far a project should be on a day, in percent."""

    on = Day(required=True)
    percent = Number(places=2, required=True)


class ProjectSchema(VersionedSchema):
    """A project; what reports say of it is read only."""

    uuid = fields.String(dump_only=True)
    code = Text(limit=CODE, required=True)
    name = Text(limit=NAME, required=True)
    year_be = Whole(least=2500, most=2700, required=True)
    group_code = Text(limit=CODE, required=True)
    owner_code = Text(limit=CODE, blank=True, allow_none=True)
    status = Choice(PROJECT_STATUSES)
    status_reason = Text(limit=LONG, blank=True)
    approved = Flag()
    approved_on = Day(allow_none=True)
    approval_no = Text(limit=NAME, blank=True, allow_none=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    carry_over = Flag()
    budgets = fields.List(fields.Nested(BudgetSchema))
    objectives = fields.List(Text(limit=LONG))
    targets = fields.List(fields.Nested(TargetSchema))
    planned_schedule = fields.List(fields.Nested(PointSchema))
    indicator_uuids = fields.List(Text(limit=CODE))
    budget_total = Number(places=2, dump_only=True)
    current_status = fields.String(dump_only=True)
    progress_percent = Number(places=2, dump_only=True)
    disbursed_total = Number(places=2, dump_only=True)
    last_report_date = Day(dump_only=True)
    reported_status = fields.String(dump_only=True)


class ActivitySchema(VersionedSchema):
    """A step of a project."""

    uuid = fields.String(dump_only=True)
    project_uuid = Text(limit=CODE, required=True)
    seq = Whole(least=1, most=1000)
    name = Text(limit=NAME, required=True)
    weight = Number(places=2, required=True)
    plan_start = Day(required=True)
    plan_end = Day(required=True)
    place = Text(limit=NAME, blank=True)
    target_group = Text(limit=NAME, blank=True)
    target_count = Whole(allow_none=True)
    budget = Number(places=2, most=BAHT_LIMIT)


class IssueSchema(PlanSchema):
    """An issue considered under an indicator."""

    code = fields.String(dump_only=True)
    seq = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)


def _measure() -> Number:
    return Number(places=5, least=-MEASURE_LIMIT, most=MEASURE_LIMIT, allow_none=True)


class IndicatorSchema(VersionedSchema):
    """An indicator."""

    uuid = fields.String(dump_only=True)
    year_be = Whole(least=2500, most=2700, required=True)
    framework = Choice(FRAMEWORKS, required=True)
    standard_code = Text(limit=CODE, blank=True, allow_none=True)
    code = Text(limit=CODE, required=True)
    name = Text(limit=NAME, required=True)
    unit = Text(limit=NAME, blank=True)
    measure_type = Choice(MEASURE_TYPES)
    direction = Choice(DIRECTIONS)
    weight = Number(places=2)
    baseline = _measure()
    baseline_note = Text(limit=LONG, blank=True)
    target = _measure()
    t1 = _measure()
    t2 = _measure()
    t3 = _measure()
    t4 = _measure()
    t5 = _measure()
    criteria_text = Text(limit=LONG, blank=True)
    pmqa_category = Whole(least=1, most=7, allow_none=True)
    min_evidence = Whole(most=100)
    owner_code = Text(limit=CODE, blank=True, allow_none=True)
    issues = fields.List(fields.Nested(IssueSchema), dump_only=True)


class IssuesSchema(PlanSchema):
    """The names of an indicator's issues."""

    names = fields.List(Text(limit=NAME), required=True)


class StandardSchema(RowSchema):
    """A standard, above indicators."""

    code = Text(limit=CODE, required=True)
    name = Text(limit=NAME, required=True)


class NodeSchema(PlanSchema):
    """A part of a framework."""

    kind = Choice(NODE_KINDS, required=True)
    code = Code(required=True)
    name = Text(limit=NAME, required=True)
    parent_code = Text(limit=CODE, blank=True, allow_none=True)


class FrameworkSchema(VersionedSchema):
    """A framework with its parts; parts that are given replace the former ones."""

    code = Choice(FRAMEWORKS, required=True)
    name_th = Text(limit=NAME, required=True)
    name_en = Text(limit=NAME, blank=True, allow_none=True)
    owner_body = Text(limit=NAME, blank=True)
    score_floor = Whole(most=1)
    rounding_digits = Whole(most=5)
    nodes = fields.List(fields.Nested(NodeSchema))


class OrderLineSchema(PlanSchema):
    """One officer made responsible for one indicator or project."""

    officer_code = Text(limit=CODE, required=True)
    role = Choice(ORDER_ROLES, required=True)
    indicator_uuid = Text(limit=CODE, blank=True, allow_none=True)
    project_uuid = Text(limit=CODE, blank=True, allow_none=True)


class OrderSchema(VersionedSchema):
    """An order of responsibility; lines that are given replace the former ones."""

    uuid = fields.String(dump_only=True)
    order_no = Text(limit=CODE, required=True)
    title = Text(limit=NAME, required=True)
    framework = Choice(FRAMEWORKS, blank=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    supersedes_no = Text(limit=CODE, blank=True, allow_none=True)
    signed_on = Day(dump_only=True)
    lines = fields.List(fields.Nested(OrderLineSchema))


class SigningSchema(PlanSchema):
    """When an order was signed."""

    signed_on = Day(required=True)
