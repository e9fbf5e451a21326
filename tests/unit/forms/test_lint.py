"""What the field client or the reports cannot do with a form is said before it is published."""

from __future__ import annotations

import pytest

from core.settings import load_settings
from forms.findings import Finding
from forms.library.catalogue import library_forms
from forms.lint import SENTENCES, lint
from forms.xform import read_xform
from forms.xlsform import XLSX, convert
from tests.support.sample_forms import WITH_REPEAT, xform, xlsform

SUBJECT = '<instance id="projects" src="jr://file-csv/projects.csv"/>'
SELECT = (
    '<select1 ref="/data/project"><label>P</label>'
    '<itemset nodeset="instance(\'projects\')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>'
)


def findings(text: str) -> list[Finding]:
    return list(lint(read_xform(text.encode())))


def codes(text: str) -> set[str]:
    return {finding.code for finding in findings(text)}


def form_of(questions: dict[str, str], body: str = "", model: str = "", **binds: str) -> str:
    """A form with a project, so that only what is under test is found."""
    controls = body or "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in questions)
    return xform({"project": "string", **questions}, model=SUBJECT + model, body=SELECT + controls, binds=binds)


def calculation(formula: str) -> set[str]:
    return codes(form_of({"x": "string"}, x=f'calculate="{formula}"'))


def control(element: str, kind: str = "string", bind: str = "") -> set[str]:
    return codes(form_of({"x": kind}, body=element, x=bind))


def test_a_form_that_is_fine_gives_nothing() -> None:
    assert findings(form_of({"note": "string", "pupils": "int"})) == []


def test_every_finding_is_a_sentence_whose_parts_are_filled() -> None:
    text = form_of({"x": "string"}, x='calculate="concat(sum(/data/room/seats), uuid())"')
    for finding in findings(text):
        assert finding.sentence == SENTENCES[finding.code]
        assert "{" not in finding.sentence.format_map(finding.details)


@pytest.mark.parametrize(
    "formula",
    [
        "sum(/data/room/seats)",
        "max( ../room/seats )",
        "1 + min(/data/room/seats)",
        "coalesce(sum(/data/room/seats), 0)",
    ],
)
def test_a_sum_over_a_repeat_without_a_guard(formula: str) -> None:
    assert calculation(formula) == {"unguarded_sum"}


@pytest.mark.parametrize(
    "formula",
    [
        "coalesce(sum(/data/room/seats[. != '']), 0)",
        "max(/data/a, /data/b)",
        "checksum(/data/a)",
        "min(3)",
        "concat('sum(/data/x)')",
    ],
)
def test_a_sum_with_a_guard_or_of_single_values_is_fine(formula: str) -> None:
    assert "unguarded_sum" not in calculation(formula)


def test_a_sum_of_rows_that_cannot_be_blank_is_fine() -> None:
    binds = {"total": 'calculate="sum(/data/row)"', "row": 'calculate="coalesce(/data/x, 0)"'}
    assert codes(form_of({"row": "int", "total": "int", "x": "int"}, **binds)) == set()


@pytest.mark.parametrize("formula", ["uuid()", "coalesce(/data/a, uuid())", "format-date(now(), '%Y')", "random() * 3"])
def test_a_value_that_changes_each_time_a_record_is_opened(formula: str) -> None:
    assert calculation(formula) == {"changing_value"}


@pytest.mark.parametrize("formula", ["once(uuid())", "once(concat('a', uuid()))", "today()", "'now()'", "known(1)"])
def test_a_value_that_is_worked_out_once_is_fine(formula: str) -> None:
    assert calculation(formula) == set()


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("/data/day", {"date_with_time"}),
        (" ../day ", {"date_with_time"}),
        ("format-date(/data/day, '%Y-%m-%d')", set()),
        ("/data/x", set()),
        ("/data/nowhere", set()),
    ],
)
def test_a_date_that_is_taken_over_as_text(formula: str, found: set[str]) -> None:
    form = form_of({"day": "date", "x": "string", "saved": "string"}, saved=f'calculate="{formula}"')
    assert codes(form) == found


def test_a_date_that_is_taken_over_as_a_date_is_fine() -> None:
    assert codes(form_of({"day": "date", "saved": "date"}, saved='calculate="/data/day"')) == set()


def test_the_instance_id_may_be_a_uuid() -> None:
    old_style = form_of({"x": "string"}).replace('jr:preload="uid"', "calculate=\"concat('uuid:', uuid())\"")
    assert codes(old_style) == set()


@pytest.mark.parametrize("kind", ["geotrace", "geoshape"])
def test_lines_and_areas_on_a_map(kind: str) -> None:
    assert control('<input ref="/data/x"><label>x</label></input>', kind) == {"map_editor"}


def test_appearances_that_only_collect_has() -> None:
    assert control('<select1 ref="/data/x" appearance="image-map"><label>x</label></select1>') == {"image_map"}
    drawn = '<upload ref="/data/x" mediatype="image/*" appearance="annotate"><label>x</label></upload>'
    assert control(drawn, "binary") == {"annotate"}


@pytest.mark.parametrize(
    ("appearance", "code"),
    [
        ("bearing", "bearing"),
        ("w1 ex:org.example.meter(unit='kg')", "outside_app"),
        ("placement-map", "no_map"),
        ("maps", "no_map"),
        ("no-calendar persian", "other_calendar"),
        ("minimal search('schools', 'contains', 'name', /data/x)", "search_function"),
    ],
)
def test_appearances_that_the_browser_answers_in_a_plainer_way(appearance: str, code: str) -> None:
    assert control(f'<input ref="/data/x" appearance="{appearance}"><label>x</label></input>') == {code}


@pytest.mark.parametrize(
    "appearance",
    ["search", "autocomplete", "minimal", "columns-2 no-buttons", "likert", "counter", "buddhist", "multiline"],
)
def test_appearances_that_the_browser_has(appearance: str) -> None:
    assert control(f'<select1 ref="/data/x" appearance="{appearance}"><label>x</label></select1>') == set()


def test_a_photo_without_max_pixels_says_how_large_it_will_be() -> None:
    photo = '<upload ref="/data/x" mediatype="image/*"><label>x</label></upload>'
    found = findings(form_of({"x": "binary"}, body=photo))
    assert [(finding.code, finding.details["megabytes"]) for finding in found] == [("photo_unscaled", 4)]
    assert control(photo, "binary", 'orx:max-pixels="1600"') == set()
    signature = photo.replace('mediatype="image/*"', 'mediatype="image/*" appearance="signature"')
    assert control(signature, "binary") == set()


def test_several_photos_are_added_up() -> None:
    photos = "".join(f'<upload ref="/data/{name}" mediatype="image/*"><label>x</label></upload>' for name in "xyz")
    found = findings(form_of({"x": "binary", "y": "binary", "z": "binary"}, body=photos))
    assert found[-1].code == "photos_unscaled"
    assert found[-1].details["megabytes"] == 12


def test_a_label_that_mixes_formatting_with_an_answer() -> None:
    def label(text: str) -> set[str]:
        return control(f'<input ref="/data/x"><label>{text}</label></input>')

    output = '<output value="/data/project"/>'
    for text in (f"**{output}**", f"# Hello {output}", f"&lt;b&gt;{output}&lt;/b&gt;", f"[{output}](http://x.test)"):
        assert label(text) == {"output_in_markup"}, text
    for text in (f"Hello {output}", "**Bold** without an answer", f"a_b {output} c_d"):
        assert label(text) == set(), text


def test_what_only_collect_can_do_with_the_whole_form() -> None:
    assert codes(form_of({"x": "string"}, model='<odk:recordaudio event="odk-instance-load" ref="/data/x"/>')) == {
        "background_audio"
    }
    assert codes(form_of({"x": "string"}, model='<instance id="l" src="jr://instance/last-saved"/>')) == {"last_saved"}
    audit = '<bind nodeset="/data/meta/audit" type="binary"/>'
    assert codes(form_of({"x": "string"}, model=audit)) == set()
    changes = audit.replace("/>", ' odk:track-changes="true"/>')
    assert codes(form_of({"x": "string"}, model=changes)) == {"audit"}
    external = '<input ref="/data/x" query="instance(\'a\')/root/item[b=1]"><label>x</label></input>'
    assert codes(form_of({"x": "string"}, body=external)) == {"external_select"}
    assert codes(form_of({"x": "string"}, model='<submission base64RsaPublicKey="MIIB"/>')) == {"encrypted"}


def test_a_form_about_no_project_and_no_group() -> None:
    assert codes(WITH_REPEAT) == {"no_subject"}
    assert codes(xform({"g": "string"}, binds={"g": 'tidtam:dimension="group"'})) == set()


def test_a_list_the_browser_is_slow_with() -> None:
    items = "".join(f"<item><label>{n}</label><value>{n}</value></item>" for n in range(1001))
    found = findings(form_of({"x": "string"}, body=f'<select1 ref="/data/x"><label>x</label>{items}</select1>'))
    assert [(finding.code, finding.details["count"]) for finding in found] == [("long_list", 1001)]


def test_a_control_that_asks_for_what_the_form_does_not_have() -> None:
    found = findings(form_of({"x": "string"}, body='<input ref="/data/gone"><label>x</label></input>'))
    assert [(finding.code, finding.details["name"]) for finding in found] == [("lost_control", "/gone")]


def test_findings_of_a_workbook_name_sheet_and_row() -> None:
    data = xlsform(["text", "a", "A"], ["begin_group", "g", "G"], ["image", "photo", "Photo"], ["end_group", "", ""])
    conversion = convert(data, XLSX, fallback_id="", settings=load_settings({}))
    found = {item.code: item for item in lint(read_xform(conversion.xml), conversion.rows)}
    assert (found["photo_unscaled"].sheet, found["photo_unscaled"].row, found["photo_unscaled"].path) == (
        "survey",
        4,
        "/g/photo",
    )
    assert (found["no_subject"].sheet, found["no_subject"].row) == (None, None)


@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.form_id)
def test_the_forms_of_the_library_are_clean(form) -> None:
    conversion = convert(form.path.read_bytes(), XLSX, fallback_id="", settings=load_settings({}))
    assert lint(read_xform(conversion.xml), conversion.rows) == ()
