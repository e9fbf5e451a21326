"""The console on forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner, Result

from core.access.actor import Actor
from core.transaction import unit_of_work
from forms.cli import form_group
from forms.library_cli import library_group
from tests.integration.forms.conftest import FormDesk
from tests.personas import Office
from tests.support.sample_forms import with_media, xlsform
from tests.support.small_plan import found_small_plan


@pytest.fixture
def run(office: Office):
    def call(*arguments: str, group: Group = form_group) -> Result:
        return CliRunner().invoke(group, list(arguments), obj=lambda: office.app)

    return call


def test_a_form_is_uploaded_as_a_draft_and_published(run, desk: FormDesk, tmp_path: Path) -> None:
    file = tmp_path / "visit.xlsx"
    file.write_bytes(xlsform(["image", "photo", "Photo"], form_id="", version="1"))
    first = run("upload", str(file), "--workspace", "1")
    assert first.exit_code == 0, first.output
    assert "visit\tdraft\t1" in first.output
    assert "warning: survey row 2: The photo question photo has no max-pixels" in first.stderr
    assert "visit\tpublished\t1" in run("upload", str(file), "--workspace", "1", "--publish").output
    assert desk.get("/visit").json["publishedAt"]
    assert "visit\topen\t1\t" in run("list", "--workspace", "1").output


def test_missing_files_and_bad_workbooks_end_it_with_a_sentence(run, office: Office, tmp_path: Path) -> None:
    file = tmp_path / "form.xml"
    file.write_text(with_media("own.csv"))
    refused = run("upload", str(file), "--workspace", "1", "--publish")
    assert refused.exit_code != 0
    assert "own.csv" in str(refused.exception)
    assert run("upload", str(file), "--workspace", "1", "--publish", "--without-files").exit_code == 0
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no")
    assert "400.15" in str(run("upload", str(broken), "--workspace", "1").exception)


def test_the_library_is_listed(run) -> None:
    lines = run("list", group=library_group).output.splitlines()
    assert len(lines) == 10
    assert any(line.startswith("school_followup_visit\tTT-FU-01\t") for line in lines)


def test_ready_made_forms_are_published_as_far_as_their_lists_are_there(run, desk: FormDesk, planner: Actor) -> None:
    unit_of_work(lambda session: found_small_plan(session, planner, desk.office.workspace_id))
    result = run("install", "--workspace", "1", group=library_group)
    assert result.exit_code == 0, result.output
    outcomes = dict(line.split("\t")[:2] for line in result.output.splitlines())
    assert len(outcomes) == 10
    assert outcomes["school_followup_visit"] == outcomes["project_progress"] == "published"
    assert set(outcomes.values()) <= {"published", "draft"}
    again = run("install", "school_followup_visit", "--workspace", "1", group=library_group)
    assert again.output.startswith("school_followup_visit\tunchanged")


def test_an_unknown_form_or_workspace_is_told(run, office: Office) -> None:
    assert "no ready-made form nothing" in run("install", "nothing", "--workspace", "1", group=library_group).output
    assert run("list", "--workspace", "99").exit_code != 0
