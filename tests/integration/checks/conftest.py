"""Offices whose records are checked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.access.actor import Actor
from tests.personas import Office
from tests.support.check_world import World


@pytest.fixture
def world(office: Office, planner: Actor) -> Callable[..., World]:
    """Makes an office with these forms of the library."""
    return lambda *form_ids: World(office, planner, *form_ids)
