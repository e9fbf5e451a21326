"""Console commands of sync: the demo office."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click
from flask import current_app

from core import jobs
from core.auth.passwords import first_password
from core.cli_support import in_app
from core.database import utc_now
from core.errors import Problem
from core.storage import BlobStore, blob_store
from core.transaction import WorkSession, reading, unit_of_work
from core.web import settings_of
from forms.library.catalogue import library_forms
from forms.uploads import take_upload, type_of_file
from plan.demo.submission_model import DemoSubmission
from sync import demo, intake
from sync.arrival import Arrival
from sync.checks.jobs import check_records
from sync.entities.jobs import apply_entities

AT_ONCE = 25
"""Records in one transaction: a disk is slow to confirm each one."""


@click.group("demo")
def demo_group() -> None:
    """An invented office to try things out: people, plan, forms, records with photos."""


@demo_group.command("load")
@click.option("--full", is_flag=True, help="The volume of a load test: 600 answers, photos of about 350 kB (slower).")
@in_app
def load(*, full: bool) -> None:
    """Load the demo office, once. Sign-ins are kept in the data folder and shown by `tidtam demo sign-ins`."""
    if demo.is_loaded(reading()):
        click.echo("The demo office is here already.", err=True)
        return
    settings = settings_of(current_app)
    office = demo.demo_office()
    click.echo("Preparing forms and plan …", err=True)
    uploads = [
        take_upload(item.path.read_bytes(), type_of_file(item.path.name), settings=settings, name=item.path.name)
        for item in library_forms()
    ]
    passwords = {who: first_password() for who in demo.SIGN_INS}
    founded = unit_of_work(lambda session: demo.found(session, office, uploads, passwords, settings))
    _keep_sign_ins(passwords)
    _send(founded, list(demo.submissions(office, utc_now(), full=full)), small=not full)
    click.echo("Making entities and checking records …", err=True)
    # The jobs that the records asked for are left to nobody: the first tablet is to find whole lists. Checks wait a few
    # seconds for more records to come, so they are asked for by name.
    apply_entities({})
    for form_id in founded.form_ids:
        check_records({"form_id": form_id})
    jobs.run_pending()


def _send(founded: demo.FoundedDemo, submissions: Sequence[DemoSubmission], *, small: bool) -> None:
    """Take the records in, through the door that tablets use."""
    settings, store, sent = settings_of(current_app), blob_store(), 0
    for batch in _batches(submissions):
        arrivals = [demo.arrival_of(reading(), founded, item, settings, small=small) for item in batch]
        store.keep(file.content for arrival in arrivals for file in arrival.files)
        unit_of_work(partial(_receive, store=store, arrivals=arrivals))
        sent += len(batch)
        click.echo(f"\rRecords sent: {sent} of {len(submissions)}", nl=sent == len(submissions), err=True)


def _receive(session: WorkSession, store: BlobStore, arrivals: Sequence[Arrival]) -> None:
    for arrival in arrivals:
        intake.receive(session, store, arrival)


def _batches(submissions: Sequence[DemoSubmission]) -> Iterator[Sequence[DemoSubmission]]:
    for start in range(0, len(submissions), AT_ONCE):
        yield submissions[start : start + AT_ONCE]


@demo_group.command("sign-ins")
@in_app
def sign_ins() -> None:
    """Show who can sign in to the demo office, and where the QR code is."""
    path = _sign_in_file()
    if not path.exists():
        raise Problem("404.1")
    settings = settings_of(current_app)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    click.echo(f"\n  Tidtam · ติดตาม   {address}\n")
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    for who, password in kept.items():
        click.echo(f"  {who:<14} {demo.SIGN_INS[who][0]:<22} {password}")
    click.echo(f"\n  Field client: {address}/app/ (sign in there with an e-mail address of above)")
    click.echo(f"  QR codes of the field client and of ODK Collect: sign in as planner, then {address}/w/1/devices\n")


def _keep_sign_ins(passwords: dict[str, str]) -> None:
    path = _sign_in_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords), encoding="utf-8")


def _sign_in_file() -> Path:
    folder: Path = settings_of(current_app).data_dir
    return folder / "demo-sign-ins.json"
