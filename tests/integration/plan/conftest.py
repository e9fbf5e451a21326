"""Fixtures of the plan's tests."""

from __future__ import annotations

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from tests.personas import Office
from tests.support.small_plan import SmallPlan, found_small_plan


@pytest.fixture
def plan(office: Office, planner: Actor) -> SmallPlan:
    """A small plan that tests can change."""
    return unit_of_work(lambda session: found_small_plan(session, planner, office.workspace_id))
