"""The composition root: the only file that knows every package."""

from __future__ import annotations

import gc

from flask import Flask

from collect.blueprints import COLLECT_BLUEPRINTS
from collect.client_build import client_version
from core.blueprints import CORE_BLUEPRINTS
from core.settings import Settings, load_settings
from core.web import build_app, settings_of
from core.worker import start_worker_thread
from forms.blueprints import FORMS_BLUEPRINTS
from plan.blueprints import PLAN_BLUEPRINTS
from reports.blueprints import REPORTS_BLUEPRINTS
from sync.blueprints import SYNC_BLUEPRINTS


def create_app(settings: Settings | None = None) -> Flask:
    """The application with all its routes, jobs and tables."""
    import core.maintenance  # these register their jobs
    import core.storage.jobs  # noqa: F401 - registers its jobs
    import sync.checks.jobs
    import sync.entities.jobs
    import sync.field.jobs
    import sync.jobs
    import sync.models  # noqa: F401
    from forms.lists import use_entity_lists
    from sync.entities.device_lists import DeviceLists
    from sync.field.tablets import use_client_version

    use_entity_lists(DeviceLists())
    use_client_version(client_version)

    blueprints = [
        *CORE_BLUEPRINTS,
        *FORMS_BLUEPRINTS,
        *COLLECT_BLUEPRINTS,
        *PLAN_BLUEPRINTS,
        *SYNC_BLUEPRINTS,
        *REPORTS_BLUEPRINTS,
    ]
    return build_app(settings or load_settings(), blueprints)


COLLECT_AFTER = 10_000
"""New containers of Python between two looks for rubbish; the default, 700, is less than one record makes."""


def serving_app() -> Flask:
    """What a server process runs: the application, with a worker thread beside it when settings say so."""
    app = create_app()
    if settings_of(app).worker_in_process:
        start_worker_thread(app)
    # What is loaded now stays for ever: looking through it again and again costs each record a share.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 10, 10)
    return app


def main() -> None:
    """The console command ``tidtam``."""
    from core.cli import cli, database
    from forms.cli import form_group
    from forms.library_cli import library_group
    from plan.cli import plan_group
    from sync.cli import demo_group
    from sync.field.cli import restored

    database.add_command(restored)
    for group in (form_group, library_group, plan_group, demo_group):
        cli.add_command(group)
    cli(obj=create_app, prog_name="tidtam")


if __name__ == "__main__":
    main()
