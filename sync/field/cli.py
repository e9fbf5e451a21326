"""Console commands of the field client's wire."""

from __future__ import annotations

import click

from core.cli_support import in_app
from core.database import take_statistics
from core.transaction import unit_of_work
from sync.field import epoch


@click.command("restored")
@in_app
def restored() -> None:
    """Say that a backup was restored: tablets then offer again what they sent since it was made."""
    take_statistics()
    click.echo(
        f"The server's epoch is {unit_of_work(epoch.begin_epoch)} now. Tablets notice when they are next in contact."
    )
