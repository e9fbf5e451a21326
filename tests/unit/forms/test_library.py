"""The forms of the library as they are shipped: they convert and speak two languages."""

import re
import shutil
import xml.etree.ElementTree as ET
from functools import cache

import pytest
from pyxform.validators import odk_validate
from pyxform.xls2xform import convert

from forms.library.catalogue import library_forms
from forms.library.source_model import load_library

LIBRARY = load_library()
FORM_IDS = {
    *("school_followup_visit", "project_evaluation", "project_progress", "project_completion"),
    *("indicator_result", "ci_task_record", "inspection_followup", "four_aspect_report"),
    *("area_standard_self_assessment", "satisfaction_participation"),
}
ANONYMOUS = "satisfaction_participation"
UNSEEN = {"start", "end", "today", "deviceid", "username", "audit", "calculate", "end group", "end repeat"}
ANY_FORM = pytest.mark.parametrize("form", LIBRARY.forms, ids=lambda form: form.form_id)
THAI_LETTER = re.compile(r"[\u0e00-\u0e7f]")
XFORM = "{http://www.w3.org/2002/xforms}"


def shipped(form):
    return next(entry for entry in library_forms() if entry.form_id == form.form_id)


@cache
def converted(form_id):
    return convert(next(entry.path for entry in library_forms() if entry.form_id == form_id))


def logic(row):
    return (row.relevant, row.constraint, row.calculation, row.choice_filter, row.default)


def test_the_catalogue_holds_the_ten_forms_with_their_codes_and_lists():
    assert {entry.form_id for entry in library_forms()} == FORM_IDS == {form.form_id for form in LIBRARY.forms}
    visit = next(entry for entry in library_forms() if entry.form_id == "school_followup_visit")
    assert (visit.doc_code, visit.version) == ("TT-FU-01", "2570.2")
    assert (visit.title_th, visit.title_en) == ("แบบติดตามการดำเนินงานระดับสถานศึกษา", "School follow-up visit")
    assert visit.lists == ("officers.csv", "districts.csv", "schools.csv", "projects.csv")
    assert (visit.entity_lists, visit.writes) == (("schools", "projects"), "schools")
    assert visit.path.is_file()


def test_no_two_forms_share_a_document_code():
    codes = [entry.doc_code for entry in library_forms()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"TT-[A-Z]{2}-\d{2}", code) for code in codes)


@ANY_FORM
def test_every_form_converts_without_a_warning(form):
    assert converted(form.form_id).warnings == []


NEEDS_JAVA = pytest.mark.skipif(
    shutil.which("java") is None,
    reason="ODK Validate needs java, and there is none on this machine",
)


@NEEDS_JAVA
@ANY_FORM
def test_every_form_is_accepted_by_odk_validate(form, tmp_path):
    path = tmp_path / "form.xml"
    path.write_text(converted(form.form_id).xform, encoding="utf-8")
    assert odk_validate.check_xform(str(path)) == []


@NEEDS_JAVA
def test_odk_validate_does_refuse_a_form_with_an_unknown_function(tmp_path):
    path = tmp_path / "form.xml"
    path.write_text(converted("ci_task_record").xform.replace("once(uuid(", "twice(uuid("), encoding="utf-8")
    with pytest.raises(odk_validate.ODKValidateError, match="new_id"):
        odk_validate.check_xform(str(path))


@ANY_FORM
def test_every_form_says_its_version_and_names_its_instances(form):
    assert re.fullmatch(r"25\d\d\.\d+", form.version)
    assert "${" in form.instance_name
    xform = ET.fromstring(converted(form.form_id).xform)
    binds = {bind.get("nodeset"): bind for bind in xform.iter(f"{XFORM}bind")}
    assert binds["/data/meta/instanceName"].get("calculate")
    assert next(xform.iter(f"{XFORM}translation")).get("lang") == "ไทย (th)"


@ANY_FORM
def test_every_form_begins_with_the_shared_head(form):
    head = ["start", "end", "today", "deviceid"]
    if form.form_id != ANONYMOUS:
        head += ["username", "audit", "report_date", "fiscal_year", "quarter", "officer", "group_code"]
    assert [row.name for row in form.rows[: len(head)]] == head


def test_the_anonymous_form_asks_for_nothing_that_names_the_person():
    form = next(form for form in LIBRARY.forms if form.form_id == ANONYMOUS)
    assert not {row.type for row in form.rows} & {"username", "audit", "email", "phonenumber"}
    assert "officers" not in form.external_lists()


@ANY_FORM
def test_every_name_is_used_once_in_a_form(form):
    names = [row.name for row in form.rows if row.name]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


@ANY_FORM
def test_every_question_speaks_both_languages(form):
    seen = [row for row in form.rows if row.type not in UNSEEN]
    texts = [text for row in seen for text in (row.label, row.hint) if text]
    assert all(row.label for row in seen)
    assert [text.th for text in texts if not THAI_LETTER.search(text.th)] == []
    assert [text.en for text in texts if THAI_LETTER.search(text.en)] == []


@ANY_FORM
def test_every_constraint_and_every_required_question_has_a_message_in_both_languages(form):
    for row in form.rows:
        messages = [row.constraint_message] * bool(row.constraint) + [row.required_message] * row.required
        for message in messages:
            assert message is not None, row.name
            assert THAI_LETTER.search(message.th), row.name
            assert message.en, row.name
            assert not THAI_LETTER.search(message.en), row.name


def test_every_choice_has_a_label_in_both_languages_and_one_value():
    for name, choices in LIBRARY.choices.items():
        values = [choice.value for choice in choices]
        assert len(set(values)) == len(values), name
        assert not any(" " in value for value in values), name
        assert not any(THAI_LETTER.search(choice.label.en) for choice in choices), name
    assert set(LIBRARY.choices) == {name for form in LIBRARY.forms for name in form.choice_lists()}


@ANY_FORM
def test_every_sum_over_a_repeat_is_guarded_against_blank_rows(form):
    everywhere = "\n".join(text for row in form.rows for text in logic(row))
    guarded = re.findall(r"coalesce\(sum\(\$\{\w+\}\[\. != ''\]\), 0\)", everywhere)
    assert len(re.findall(r"\bsum\(", everywhere)) == len(guarded)


@ANY_FORM
def test_every_count_leaves_out_the_empty_row_a_repeat_begins_with(form):
    counts = [text for row in form.rows for text in logic(row) if re.search(r"\bcount\(", text)]
    assert [text for text in counts if not re.fullmatch(r"count\(\$\{\w+\}\[\. != ''\]\)", text)] == []


@ANY_FORM
def test_a_new_entity_keeps_its_identifier_when_a_draft_is_reopened(form):
    every = [text for row in form.rows for text in logic(row)] + list(form.entity.values())
    assert [text for text in every if "uuid()" in text.replace("once(uuid())", "")] == []
    if "create_if" in form.entity:
        assert re.fullmatch(r"coalesce\(\$\{\w+\}, \$\{new_id\}\)", form.entity["entity_id"])
        assert next(row for row in form.rows if row.name == "new_id").calculation == "once(uuid())"


@ANY_FORM
def test_every_picture_is_scaled_and_every_date_shows_the_buddhist_era(form):
    for row in form.rows:
        if row.type == "image":
            assert re.fullmatch(r"max-pixels=\d+", row.parameters), row.name
        if row.type == "date":
            assert row.appearance == "buddhist", row.name


@ANY_FORM
def test_too_little_evidence_is_a_warning_and_never_a_refusal(form):
    note = next((row for row in form.rows if row.name == "evidence_short"), None)
    assert note is None or (note.type == "note" and "${evidence_count} < " in note.relevant)
    assert not any("evidence_count" in row.constraint for row in form.rows)


@ANY_FORM
def test_every_list_is_known_and_has_the_columns_the_form_relies_on(form):
    for name in form.external_lists():
        assert name in LIBRARY.lists
    for row in form.rows:
        kind, _, file = row.type.partition(" ")
        if kind.endswith("_from_file"):
            columns = set(re.findall(r"(?:^| and )(\w+) !?=", row.choice_filter))
            assert columns <= set(LIBRARY.lists[file.removesuffix(".csv")].columns), row.name
    everywhere = " ".join([form.instance_name, *(text for row in form.rows for text in logic(row))])
    looked_up = re.findall(r"instance\('(\w+)'\)/root/item\[name = \$\{\w+\}\]/(\w+)", everywhere)
    assert len(looked_up) == everywhere.count("instance(")
    for name, column in looked_up:
        assert name in form.external_lists()
        assert column in LIBRARY.lists[name].columns


@ANY_FORM
def test_what_a_form_saves_is_a_property_of_the_entity_list_it_writes_to(form):
    saved = [row.save_to for row in form.rows if row.save_to]
    assert bool(saved) == bool(form.entity)
    assert shipped(form).writes == form.entity.get("list_name")
    if form.entity:
        written = LIBRARY.lists[form.entity["list_name"]]
        assert written.entity
        assert set(saved) <= set(written.columns)
        assert f"{written.name}.csv" in shipped(form).lists
