"""Console commands of sync: the demo office."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click
from flask import current_app

from core.auth.passwords import first_password
from core.cli_support import in_app
from core.errors import Problem
from core.storage import blob_store
from core.transaction import reading, unit_of_work
from core.web import settings_of
from forms.library.catalogue import library_forms
from forms.uploads import take_upload, type_of_file
from plan.demo.submission_model import CURRENT_VERSIONS
from sync import demo, intake

EVERY = 25


@click.group("demo")
def demo_group() -> None:
    """An invented office to try things out: people, plan, forms, records with photos."""


@demo_group.command("load")
@click.option("--full-photos", is_flag=True, help="Draw photos of about 350 kB, as tablets send them (slower).")
@in_app
def load(*, full_photos: bool) -> None:
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
        if item.form_id in CURRENT_VERSIONS
    ]
    passwords = {who: first_password() for who in demo.SIGN_INS}
    founded = unit_of_work(lambda session: demo.found(session, office, uploads, passwords, settings))
    _keep_sign_ins(passwords)
    submissions = list(demo.submissions(office))
    store = blob_store()
    for number, submission in enumerate(submissions, start=1):
        arrived = demo.arrival_of(reading(), founded, office, submission, settings, small=not full_photos)
        store.keep(item.content for item in arrived.files)
        unit_of_work(partial(intake.receive, store=store, arrival=arrived))
        if number % EVERY == 0 or number == len(submissions):
            click.echo(f"\rRecords sent: {number} of {len(submissions)}", nl=number == len(submissions), err=True)


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
    click.echo(f"\n  QR code for ODK Collect: sign in as planner, then {address}/w/1/devices\n")


def _keep_sign_ins(passwords: dict[str, str]) -> None:
    path = _sign_in_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords), encoding="utf-8")


def _sign_in_file() -> Path:
    folder: Path = settings_of(current_app).data_dir
    return folder / "demo-sign-ins.json"
