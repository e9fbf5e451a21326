"""What console commands of every package share: the application they run in, and how they fail."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from core.database import db
from core.errors import Problem
from core.settings import SettingsError

Command = TypeVar("Command", bound=Callable[..., Any])


class Console(click.Group):
    """A group whose commands fail with one line on standard error and exit code 1, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException("; ".join(error.faults)) from error
        except Problem as problem:
            raise click.ClickException(str(problem)) from problem
        except DBAPIError as error:
            first_line = str(error.orig).strip().partition("\n")[0]
            raise click.ClickException(f"The database refused: {first_line}") from error


def in_app(command: Command) -> Command:
    """Run a command inside the application's context. The group's object is the function that builds the application.

    Raises:
        click.ClickException: the database has no tables yet.
    """

    @click.pass_context
    @functools.wraps(command)
    def run(ctx: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        app: Flask = ctx.obj()
        with app.app_context():
            if not inspect(db.engine).has_table("actor"):
                raise click.ClickException("The database has no tables yet. Run: tidtam db upgrade")
            return command(*args, **kwargs)

    return run  # type: ignore[return-value]  # click calls it with the same arguments
