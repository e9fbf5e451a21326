"""The console on plans."""

from __future__ import annotations

from click.testing import CliRunner
from flask import Flask

from core.access.actor import Actor
from core.transaction import unit_of_work
from plan.cli import plan_group
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from tests.personas import Office


def test_show_counts_what_a_plan_holds(app: Flask, office: Office, planner: Actor) -> None:
    unit_of_work(lambda session: load_demo_office(session, planner, office.workspace_id, generate_office()))
    result = CliRunner().invoke(plan_group, ["show", str(office.workspace_id)], obj=lambda: app)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert "year 2570\topen\t80 projects\t9,500,000.00 baht" in lines
    assert {"schools\t250", "officers\t60", "activities\t280"} <= set(lines)


def test_a_workspace_that_is_not_there_is_told(app: Flask, office: Office) -> None:
    result = CliRunner().invoke(plan_group, ["show", "999"], obj=lambda: app)
    assert result.exit_code != 0
