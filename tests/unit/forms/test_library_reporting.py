"""What reports take from the forms of the library: known and sensible dimensions and measures."""

import xml.etree.ElementTree as ET

import pytest
from pyxform.xls2xform import convert

from forms.library.catalogue import library_forms
from forms.library.source_model import load_library

ANY_FORM = pytest.mark.parametrize("form", load_library().forms, ids=lambda form: form.form_id)
ANONYMOUS = "satisfaction_participation"
STANDARD_DIMENSIONS = {
    *("project", "group", "school", "district", "officer", "indicator", "round"),
    *("date", "fiscal_year", "quarter"),
}
OWN_DIMENSIONS = {
    *("activity", "age_band", "budget_source", "eval_scope", "evidence_type", "expense_category"),
    *("framework", "inspection_type", "issue", "pmqa_category", "problem_kind", "recommendation"),
    *("respondent_role", "responsible", "responsible_group", "result_kind", "standard", "subject_kind"),
    *("target_kind", "task", "visit_mode"),
}
MEASURES = {"sum", "mean", "latest", "count", "rating", "share"}
XFORM = "{http://www.w3.org/2002/xforms}"
REPORT = "{urn:tidtam:report}"


def rows_with_repeat(form):
    """Each row with the name of the repeat it stands in."""
    repeats = [""]
    for row in form.rows:
        if row.type == "begin repeat":
            repeats.append(row.name)
        elif row.type == "end repeat":
            repeats.pop()
        else:
            yield row, repeats[-1]


@ANY_FORM
def test_every_annotation_is_a_known_one(form):
    dimensions = [row.dimension for row in form.rows if row.dimension]
    assert set(dimensions) <= STANDARD_DIMENSIONS | OWN_DIMENSIONS
    assert len(set(dimensions)) == len(dimensions), "a dimension stands for one question of a form"
    places = {row.name: (row, repeat) for row, repeat in rows_with_repeat(form)}
    for row, repeat in places.values():
        kind, _, whole = row.measure.partition(":")
        if kind == "percent_of":
            assert places[whole][1] == repeat, row.name
            assert places[whole][0].measure == "sum", row.name
        else:
            assert row.measure in MEASURES | {""}, row.name


@ANY_FORM
def test_every_measure_suits_its_question(form):
    for row in form.rows:
        kind = row.type.partition(" ")[0]
        if row.measure == "share":
            assert kind in {"select_one", "select_multiple"}, row.name
        elif row.measure == "rating":
            assert row.type in {"select_one rating5", "select_one level5"}, row.name
        elif row.measure and row.measure != "count":
            assert kind in {"integer", "decimal", "calculate"}, row.name
        if row.measure and kind == "calculate" and "instance(" not in row.calculation:
            assert row.value_type in {"int", "decimal"}, row.name


@ANY_FORM
def test_every_form_can_be_aggregated_by_time_and_by_whom_it_concerns(form):
    dimensions = {row.dimension for row in form.rows}
    assert dimensions >= {"date", "fiscal_year", "quarter"}
    assert form.form_id == ANONYMOUS or dimensions >= {"officer", "group"}
    assert dimensions & {"project", "indicator", "recommendation"}
    assert any(row.measure for row in form.rows)


@ANY_FORM
def test_the_annotations_reach_the_binds_of_the_xform(form):
    path = next(entry.path for entry in library_forms() if entry.form_id == form.form_id)
    xform = ET.fromstring(convert(path).xform)
    found = {
        (bind.get("nodeset").rpartition("/")[2], bind.get(f"{REPORT}dimension"), bind.get(f"{REPORT}measure"))
        for bind in xform.iter(f"{XFORM}bind")
    }
    written = {
        (row.name, row.dimension or None, row.measure or None) for row in form.rows if row.dimension or row.measure
    }
    assert written <= found
    assert len(written) == sum(1 for _, dimension, measure in found if dimension or measure)
