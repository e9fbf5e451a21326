"""The plan's pages under ``/w/{id}/plan``: what is there, and simple forms to change it."""

from __future__ import annotations

from plan.pages import activities, districts, frameworks, indicators, orders, overview, people, projects, schools, years
from plan.pages.common import blueprint

__all__ = [
    "activities",
    "blueprint",
    "districts",
    "frameworks",
    "indicators",
    "orders",
    "overview",
    "people",
    "projects",
    "schools",
    "years",
]
