"""What the plan's codes are called on pages: English message ids."""

from __future__ import annotations

from core.i18n import N_

YEAR_STATUS = {
    "planning": N_("Being planned"),
    "open": N_("Open for reports"),
    "closing": N_("Being closed"),
    "closed": N_("Closed, read only"),
}
ROUND = {
    "q1": N_("Quarter 1 (Oct–Dec)"),
    "q2": N_("Quarter 2 (Jan–Mar)"),
    "q3": N_("Quarter 3 (Apr–Jun)"),
    "q4": N_("Quarter 4 (Jul–Sep)"),
    "m6": N_("6-month round"),
    "m12": N_("12-month round"),
    "monthly": N_("Monthly round"),
    "adhoc": N_("On request"),
}
PROJECT_STATUS = {
    "proposed": N_("Proposed"),
    "approved": N_("Project approved"),
    "not_started": N_("Not started"),
    "in_progress": N_("In progress"),
    "delayed": N_("Behind plan"),
    "postponed": N_("Postponed or extended"),
    "completed": N_("Completed"),
    "reported": N_("Completion reported"),
    "closed": N_("Project closed"),
    "cancelled": N_("Cancelled"),
}
PROJECT_STATUS_KIND = {
    "in_progress": "info",
    "delayed": "bad",
    "postponed": "warn",
    "completed": "ok",
    "reported": "ok",
    "closed": "ok",
}
"""Colour of a status; the others are muted."""

BUDGET_SOURCE = {
    "area_office": N_("Allocated by the area office"),
    "obec": N_("Allocated by OBEC"),
    "other": N_("Another source"),
    "none": N_("No budget used"),
}
SCHOOL_SIZE = {
    "small": N_("Small"),
    "medium": N_("Medium"),
    "large": N_("Large"),
    "extra_large": N_("Extra large"),
}
OFFICER_ROLE = {
    "director": N_("Area director"),
    "deputy": N_("Deputy area director"),
    "group_director": N_("Director of the group"),
    "me_head": N_("Head of monitoring and evaluation"),
    "officer": N_("Officer"),
}
FRAMEWORK = {
    "krs": N_("Performance agreement (KRS)"),
    "pmqa": N_("PMQA 4.0"),
    "area_std": N_("Area-office standards"),
    "emes": N_("e-MES"),
    "ars": N_("ARS"),
    "ita": N_("ITA Online"),
    "action_plan": N_("Annual action plan"),
    "dev_plan": N_("Basic education development plan"),
    "other": N_("Other framework"),
}
MEASURE_TYPE = {
    "percent": N_("Percentage"),
    "number": N_("Number"),
    "level": N_("Level 1–5"),
    "checklist": N_("Checklist"),
}
DIRECTION = {"higher": N_("Higher is better"), "lower": N_("Lower is better")}
TARGET_KIND = {"quantity": N_("By number"), "quality": N_("By quality")}
NODE_KIND = {
    "policy": N_("Policy"),
    "strategy": N_("Strategy"),
    "standard": N_("Standard"),
    "category": N_("Category"),
    "issue": N_("Issue considered"),
}
ORDER_STATE = {
    "draft": N_("Draft"),
    "signed": N_("Signed, not yet in force"),
    "in_force": N_("In force"),
    "expiring": N_("About to expire"),
    "superseded": N_("Replaced"),
    "expired": N_("Expired"),
}
ORDER_STATE_KIND = {"signed": "info", "in_force": "ok", "expiring": "warn", "expired": "bad"}
"""Colour of a state; the others are muted."""

ORDER_ROLE = {
    "owner": N_("Owner"),
    "co_owner": N_("Co-owner"),
    "assistant": N_("Assistant"),
    "checker": N_("Checker"),
    "collector": N_("Collector"),
}
