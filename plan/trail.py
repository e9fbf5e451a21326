"""What the history says about changes of the plan."""

from __future__ import annotations

from core.audit_words import add_actions
from core.i18n import N_

add_actions(
    "plan",
    N_("Plan"),
    {
        "plan.demo.load": N_("{actor} loaded the invented office."),
        "plan.fiscal_year.create": N_("{actor} added the fiscal year {code}."),
        "plan.fiscal_year.update": N_("{actor} changed the fiscal year {code}."),
        "plan.group.create": N_("{actor} added the group {code}."),
        "plan.group.update": N_("{actor} changed the group {code}."),
        "plan.officer.create": N_("{actor} added the officer {code}."),
        "plan.officer.update": N_("{actor} changed the officer {code}."),
        "plan.district.create": N_("{actor} added the district {code}."),
        "plan.district.update": N_("{actor} changed the district {code}."),
        "plan.school_network.create": N_("{actor} added the school network {code}."),
        "plan.school.create": N_("{actor} added the school {code}."),
        "plan.school.update": N_("{actor} changed the school {code}."),
        "plan.project.create": N_("{actor} added the project {code}."),
        "plan.project.update": N_("{actor} changed the project {code}."),
        "plan.activity.create": N_("{actor} added activity {seq} to the project {code}."),
        "plan.activity.update": N_("{actor} changed activity {seq} of the project {code}."),
        "plan.standard.create": N_("{actor} added the standard {code}."),
        "plan.indicator.create": N_("{actor} added the indicator {code}."),
        "plan.indicator.update": N_("{actor} changed the indicator {code}."),
        "plan.indicator.issues": N_("{actor} changed the issues of the indicator {code}."),
        "plan.framework.create": N_("{actor} added the framework {code}."),
        "plan.framework.update": N_("{actor} changed the framework {code}."),
        "plan.order.create": N_("{actor} drafted the order {code}."),
        "plan.order.update": N_("{actor} changed the draft of the order {code}."),
        "plan.order.sign": N_("{actor} recorded the order {code} as signed."),
        "plan.order.supersede": N_("{actor} had the order {code} replaced."),
    },
)
