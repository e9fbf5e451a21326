"""The XLSX files follow from the YAML source, and a source that is incomplete is refused with its place."""

import shutil

import pytest
import yaml
from click.testing import CliRunner

from forms.library import build as command
from forms.library.build import build, differences
from forms.library.source_model import SOURCE, SourceError, load_library
from forms.library.workbook import read_workbook, write_workbook


@pytest.fixture
def source(tmp_path):
    return shutil.copytree(SOURCE, tmp_path / "source")


def change(source, form_id, **entries):
    """Give entries of the last question of a form another value; None takes the entry away."""
    path = source / f"{form_id}.yaml"
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    question = form["survey"][-1]
    question.update(entries)
    form["survey"][-1] = {key: value for key, value in question.items() if value is not None}
    path.write_text(yaml.safe_dump(form, allow_unicode=True), encoding="utf-8")


def test_every_committed_workbook_equals_its_source():
    assert differences() == []


def test_building_twice_gives_the_same_bytes(tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    for first, second in zip(build(tmp_path / "first"), build(tmp_path / "second"), strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_a_changed_cell_a_missing_workbook_and_one_without_source_are_named(tmp_path):
    build(tmp_path)
    assert differences(tmp_path) == []
    progress = tmp_path / "project_progress.xlsx"
    sheets = read_workbook(progress)
    sheets["survey"][7][2] = "ข้อความที่สำนักงานแก้ไข"
    write_workbook(progress, sheets)
    (tmp_path / "ci_task_record.xlsx").rename(tmp_path / "zzz_own_form.xlsx")
    assert differences(tmp_path) == [
        "ci_task_record.xlsx is missing.",
        "project_progress.xlsx differs from its source in survey.",
        "zzz_own_form.xlsx has no source.",
    ]


def test_text_stays_text_so_that_an_office_program_does_not_change_it(tmp_path):
    build(tmp_path)
    sheets = read_workbook(tmp_path / "school_followup_visit.xlsx")
    settings = dict(zip(*sheets["settings"], strict=True))
    assert settings["version"] == "2570.2"
    assert ["rating5", "5", "มากที่สุด", "Very high"] in sheets["choices"]


def test_the_check_exits_with_1_when_a_workbook_differs(monkeypatch):
    assert CliRunner().invoke(command.main, ["--check"]).exit_code == 0
    monkeypatch.setattr(command, "differences", lambda: ["project_progress.xlsx is missing."])
    result = CliRunner().invoke(command.main, ["--check"])
    assert result.exit_code == 1
    assert "python -m forms.library.build" in result.output


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"en": None}, "satisfaction_participation, improve: en is missing."),
        ({"hint_en": None}, "satisfaction_participation, improve: hint_en is missing."),
        ({"constraint": ". != 'x'"}, "improve: the constraint needs message_th and message_en."),
        ({"relevent": "1"}, "improve: unknown entry relevent."),
        ({"default": 5}, "improve: write 5 in quotes, so that it stays text."),
        ({"type": "select_one no_such_list"}, "satisfaction_participation: there is no list no_such_list."),
        ({"type": "select_one_from_file pupils.csv"}, "there is no list pupils.csv."),
    ],
)
def test_an_incomplete_question_is_refused_with_its_form_and_name(source, entries, sentence):
    change(source, "satisfaction_participation", **entries)
    with pytest.raises(SourceError) as refusal:
        load_library(source)
    assert sentence in str(refusal.value)


def test_an_unknown_fragment_is_refused(source):
    path = source / "project_progress.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("include: head", "include: hat"), encoding="utf-8")
    with pytest.raises(SourceError, match="project_progress: there is no fragment hat"):
        load_library(source)


def test_a_file_that_holds_another_form_is_refused(source):
    (source / "copy_of_progress.yaml").write_bytes((source / "project_progress.yaml").read_bytes())
    with pytest.raises(SourceError, match="give the file the form's own name"):
        load_library(source)
