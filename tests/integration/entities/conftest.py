"""Offices with lists, for the tests of their pages."""

from __future__ import annotations

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from sync.entities.jobs import mirror_plan
from tests.conftest import run_jobs
from tests.personas import Office
from tests.support.entities import publish_form, tree_form
from tests.support.small_plan import found_small_plan


@pytest.fixture
def trees(office: Office) -> Office:
    """The office with a form that makes the list of trees."""
    publish_form(office, tree_form())
    run_jobs()
    return office


@pytest.fixture
def planned(office: Office, planner: Actor) -> Office:
    """The office with a small plan, shown as lists."""
    unit_of_work(lambda session: found_small_plan(session, planner, office.workspace_id))
    mirror_plan({"workspace_id": office.workspace_id})
    return office
