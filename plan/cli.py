"""The console on plans."""

from __future__ import annotations

import click

from core.access.workspaces import find_workspace
from core.cli_support import in_app
from core.transaction import reading
from plan import queries


@click.group("plan")
def plan_group() -> None:
    """Plans: who owes what."""


@plan_group.command("show")
@click.argument("workspace_id", type=click.IntRange(1, 2**63 - 1))
@in_app
def show(workspace_id: int) -> None:
    """Count what the plan of a workspace holds."""
    session = reading()
    workspace = find_workspace(session, workspace_id)
    click.echo(f"{workspace.id}\t{workspace.name}")
    for year in queries.fiscal_years(session, workspace_id):
        states, money = queries.year_totals(session, year.id)
        click.echo(f"year {year.year_be}\t{year.status}\t{sum(states.values())} projects\t{money:,} baht")
    for subject, count in queries.plan_counts(session, workspace_id).items():
        click.echo(f"{subject}\t{count}")
