"""Tables of the plan, one file per subject."""

from plan.models.columns import Stamped, Versioned
from plan.models.frameworks import Framework, FrameworkNode
from plan.models.indicators import Indicator, Standard, StandardIssue
from plan.models.orders import ResponsibilityLine, ResponsibilityOrder
from plan.models.people import Group, GroupMembership, Officer
from plan.models.places import District, School, SchoolNetwork
from plan.models.projects import Activity, Project, ProjectBudget, ProjectIndicator
from plan.models.revision import PlanRevision
from plan.models.years import FiscalYear, Round

__all__ = [
    "Activity",
    "District",
    "FiscalYear",
    "Framework",
    "FrameworkNode",
    "Group",
    "GroupMembership",
    "Indicator",
    "Officer",
    "PlanRevision",
    "Project",
    "ProjectBudget",
    "ProjectIndicator",
    "ResponsibilityLine",
    "ResponsibilityOrder",
    "Round",
    "School",
    "SchoolNetwork",
    "Stamped",
    "Standard",
    "StandardIssue",
    "Versioned",
]
