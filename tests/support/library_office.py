"""An office with its plan and all forms of the library, on a server, for a tablet in a browser."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import create_app
from core import jobs
from core.access.actor import SYSTEM, Actor, Grant
from core.database import Base, db
from core.settings import load_settings
from core.transaction import unit_of_work
from core.web import settings_of
from forms import publish
from forms.install import DRAFT, install
from forms.library.catalogue import library_forms
from forms.library.source_model import load_lists
from forms.uploads import take_upload, type_of_file
from plan import indicators
from plan.demo.generate import generate_office
from plan.demo_loader import load_demo_office
from plan.lists import list_content
from tests.personas import Office, found_office
from tests.support.clients import FreshContextClient
from tests.support.credentials import give_password
from tests.support.filled_forms import FilledForm, filled_form
from tests.support.live_server import live_server

PLAN = ("schools.csv", "projects.csv", "indicators.csv", "activities.csv", "std_issues.csv")
PATIENCE = 60


@dataclass
class LibraryOffice:
    """The office, the address of its server, and the e-mail of the person who fills the forms."""

    office: Office
    url: str
    email: str

    def get(self, path: str) -> Any:
        """An answer of the API, as the manager of the workspace gets it."""
        answer = self.office.client("wanna").get(f"/v1/projects/{self.office.workspace_id}/{path}")
        assert answer.status_code == 200, answer.text
        return answer

    def publish(self, form: bytes) -> None:
        """Publish one more form."""
        path = f"/v1/projects/{self.office.workspace_id}/forms?publish=true&ignoreWarnings=true"
        answer = self.office.client("wanna").post(path, data=form, content_type="application/xml")
        assert answer.status_code == 200, answer.text

    def form(self, form_id: str) -> bytes:
        """The form as tablets get it."""
        found: bytes = self.get(f"forms/{form_id}.xml").data
        return found

    def lists(self, form_id: str) -> dict[str, str]:
        """The form's lists as they are served; one that is not there yet has its header only."""
        found = {}
        for row in self.get(f"forms/{form_id}/attachments").json:
            header = ",".join(load_lists()[row["name"].removesuffix(".csv")].columns) + "\n"
            there = row["exists"]
            found[row["name"]] = self.get(f"forms/{form_id}/attachments/{row['name']}").text if there else header
        return found

    def filled(self, form_id: str) -> FilledForm:
        """What is answered in a form."""
        with self.office.app.app_context():
            texts = unit_of_work(
                lambda session: {
                    name: list_content(session, self.office.workspace_id, name).csv.decode() for name in PLAN
                }
            )
        return filled_form(form_id, {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()})

    def the_record(self, form_id: str) -> str:
        """instanceId of the one record of a form, as soon as it is there with all its files."""
        return wait_for(lambda: self._complete(form_id), f"The record of {form_id} did not arrive")

    def text_of_new_record(self, form_id: str, before: set[str]) -> str:
        """The XML of the record that was not there before, as soon as it is."""

        def look() -> str | None:
            found = {row["instanceId"] for row in self.get(f"forms/{form_id}/submissions").json} - before
            return found.pop() if found else None

        found = wait_for(look, f"No record of {form_id} arrived")
        text: str = self.get(f"forms/{form_id}/submissions/{found}.xml").text
        return text

    def _complete(self, form_id: str) -> str | None:
        records = self.get(f"forms/{form_id}/submissions").json
        assert len(records) <= 1, f"{form_id} came {len(records)} times"
        if not records:
            return None
        instance_id: str = records[0]["instanceId"]
        files = self.get(f"forms/{form_id}/submissions/{instance_id}/attachments").json
        return instance_id if all(file["exists"] for file in files) else None


def wait_for(look: Callable[[], str | None], otherwise: str) -> str:
    """What `look` finds, as soon as it does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise AssertionError(otherwise)


@contextmanager
def library_office(folder: Path) -> Iterator[LibraryOffice]:
    """The office on SQLite in `folder`, with a running server, until the block ends."""
    settings = load_settings({}, data_dir=folder, log_level="ERROR", allow_basic_over_http=True, min_free_bytes=0)
    app = create_app(settings)
    app.testing = True
    app.test_client_class = FreshContextClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
        office = found_office(app)
        planner = Actor(
            id=office.ids["wanna"], kind="user", display_name="Wanna", grants=(Grant(5, office.workspace_id),)
        )
        unit_of_work(lambda session: load_demo_office(session, SYSTEM, office.workspace_id, generate_office()))
        unit_of_work(lambda session: _enter_issues(session, planner, office.workspace_id))
        for item in library_forms():
            _install(office, planner, item.path)
        jobs.run_pending()
        email = give_password(office, "kwanjai")
    with live_server(app) as url:
        yield LibraryOffice(office, url, email)
    with app.app_context():
        db.engine.dispose()


def _install(office: Office, planner: Actor, path: Path) -> None:
    upload = take_upload(path.read_bytes(), type_of_file(path.name), settings=settings_of(office.app), name=path.name)

    def work(session: Any) -> None:
        installed = install(session, planner, workspace_id=office.workspace_id, upload=upload)
        if installed.outcome == DRAFT:
            publish.publish_draft(session, planner, form=installed.form, allow_missing_media=True)

    unit_of_work(work)


def _enter_issues(session: Any, planner: Actor, workspace_id: int) -> None:
    """The issues of a standard's indicator, which the office enters from its handbook."""
    rows = csv.DictReader(io.StringIO(list_content(session, workspace_id, "indicators.csv").csv.decode()))
    uuid = next(row["name"] for row in rows if row["code"] == "STD-01")
    names = ["การจัดองค์การ", "การกำกับติดตาม"]
    indicators.set_issues(session, planner, workspace_id=workspace_id, uuid=uuid, version=1, names=names)
