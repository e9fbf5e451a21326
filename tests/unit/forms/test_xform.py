"""What is read from an XForm."""

from __future__ import annotations

import pytest

from core.errors import Problem
from forms.fields import Choice, Field, fields_from_json
from forms.xform import XForm, read_xform
from forms.xform_version import set_version
from tests.support.sample_forms import OPEN, SIMPLE, WITH_REPEAT, xform

LISTS = (
    '<instance id="yes_no"><root>'
    "<item><name>yes</name><itextId>yes_no-0</itextId></item><item><name>no</name><itextId>yes_no-1</itextId></item>"
    "</root></instance>"
    '<instance id="plain"><root><item><name>a</name><label>Apple</label></item></root></instance>'
    '<instance id="projects" src="jr://file-csv/projects.csv"/>'
)
TEXTS = (
    '<itext><translation lang="English (en)">'
    '<text id="/data/q:label"><value>Agree?</value></text>'
    '<text id="yes_no-0"><value>Yes</value></text><text id="yes_no-1"><value>No</value></text></translation>'
    '<translation lang="ไทย (th)" default="true()">'
    '<text id="/data/q:label"><value>เห็นด้วยหรือไม่</value><value form="image">jr://images/face.png</value></text>'
    '<text id="yes_no-0"><value>ใช่</value></text><text id="yes_no-1"><value>ไม่ใช่</value></text></translation></itext>'
)


def read(text: str) -> XForm:
    return read_xform(text.encode())


def field_of(form: XForm, name: str) -> Field:
    return next(field for field in form.fields if field.name == name)


def select(name: str, instance: str, label: str = "jr:itext(itextId)", kind: str = "select1") -> str:
    return (
        f'<{kind} ref="/data/{name}"><label ref="jr:itext(\'/data/q:label\')"/>'
        f"<itemset nodeset=\"instance('{instance}')/root/item[name != '']\">"
        f'<value ref="name"/><label ref="{label}"/></itemset></{kind}>'
    )


def refused(text: str | bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        read_xform(text if isinstance(text, bytes) else text.encode())
    assert caught.value.message
    return caught.value


def test_fields_come_in_the_order_of_the_instance_with_meta_among_them() -> None:
    form = read(SIMPLE)
    assert (form.xml_form_id, form.version, form.title, form.root_name) == ("simple", "", "Simple", "data")
    assert [(field.path, field.type) for field in form.fields] == [
        ("/meta", "structure"),
        ("/meta/instanceID", "string"),
        ("/name", "string"),
        ("/age", "int"),
    ]


def test_prefixes_of_meta_and_version_and_the_template_of_a_repeat_do_not_matter() -> None:
    form = read(WITH_REPEAT)
    assert (form.version, form.title) == ("1.0", "")
    assert [(field.path, field.type) for field in form.fields] == [
        ("/meta", "structure"),
        ("/meta/instanceID", "string"),
        ("/name", "string"),
        ("/children", "structure"),
        ("/children/child", "repeat"),
        ("/children/child/name", "string"),
        ("/children/child/age", "int"),
    ]
    assert field_of(form, "child").labels == {"": "Child"}


def test_a_repeat_that_stands_twice_is_read_once() -> None:
    twice = WITH_REPEAT.replace("</child>\n          </children>", "</child><child><name/><age/></child></children>")
    assert [field.path for field in read(twice).fields] == [field.path for field in read(WITH_REPEAT).fields]


def test_the_primary_instance_is_kept_as_template() -> None:
    assert read(SIMPLE).template.startswith(b"<data ")
    assert b'id="simple"' in read(SIMPLE).template


def test_labels_and_choices_are_read_in_all_languages_the_default_first() -> None:
    form = read(xform({"q": "string"}, model=TEXTS + LISTS, body=select("q", "yes_no")))
    question = field_of(form, "q")
    assert form.languages == ("ไทย (th)", "English (en)")
    assert question.labels == {"English (en)": "Agree?", "ไทย (th)": "เห็นด้วยหรือไม่"}
    assert question.label("th") == "เห็นด้วยหรือไม่"
    assert question.choices == (
        Choice("yes", {"English (en)": "Yes", "ไทย (th)": "ใช่"}),
        Choice("no", {"English (en)": "No", "ไทย (th)": "ไม่ใช่"}),
    )


def test_choices_may_be_plain_inline_or_in_a_file() -> None:
    inline = (
        '<select ref="/data/a"><label>A</label><item><label>One</label><value>1</value></item></select>'
        + select("b", "plain", "label")
        + select("c", "projects", "label")
    )
    form = read(xform({"a": "string", "b": "string", "c": "string"}, model=TEXTS + LISTS, body=inline))
    assert field_of(form, "a").choices == (Choice("1", {"": "One"}),)
    assert field_of(form, "a").is_multiple
    assert field_of(form, "b").choices == (Choice("a", {"": "Apple"}),)
    assert (field_of(form, "c").choices, field_of(form, "c").list_file) == ((), "projects.csv")


def test_references_may_be_relative_to_their_group_or_name_a_bind() -> None:
    body = (
        '<group ref="/data/visit"><label>Visit</label><input ref="note"><label>Note</label></input>'
        '<input bind="the-day"><label>Day</label></input></group>'
    )
    text = xform({"day": "date"}, body=body, binds={"day": 'id="the-day"'}).replace(
        "<meta>", "<visit><note/></visit><meta>"
    )
    form = read(text)
    assert field_of(form, "note").labels == {"": "Note"}
    assert field_of(form, "day").labels == {"": "Day"}
    assert form.body.lost == []


def test_what_a_bind_says_is_read() -> None:
    binds = {
        "a": 'required="true()" tidtam:dimension="project" e:saveto="code"'
        ' xmlns:e="http://www.opendatakit.org/xforms/entities"',
        "b": 'calculate="1 + 1" tidtam:measure="percent_of:a"',
        "c": 'required="false()"',
    }
    form = read(xform({"a": "string", "b": "xsd:int", "c": "select1"}, binds=binds))
    a, b, c = (field_of(form, name) for name in "abc")
    assert (a.required, a.dimension, a.save_to) == (True, "project", "code")
    assert (b.type, b.calculated, b.measure) == ("int", True, "percent_of:a")
    assert (c.type, c.required) == ("string", False)


def test_answers_put_into_a_label_read_as_references() -> None:
    body = '<input ref="/data/a"><label>Hello <output value=" /data/b "/>, how old?</label></input>'
    assert field_of(read(xform({"a": "string", "b": "string"}, body=body)), "a").labels == {"": "Hello ${b}, how old?"}


def test_media_and_lists_are_found_and_nested_folders_passed_over() -> None:
    odd = '<instance id="x" src="jr://file/path/to/nested.csv"/><instance id="y" src="somewhere.xls"/>'
    form = read(xform({"q": "string"}, model=TEXTS + LISTS + odd, body=select("q", "yes_no")))
    assert form.media == (("face.png", "image"), ("projects.csv", "file"))


def test_external_selects_ask_for_their_item_sets() -> None:
    body = '<input ref="/data/q" query="instance(\'c\')/root/item[x=1]"><label>q</label></input>'
    assert ("itemsets.csv", "file") in read(xform({"q": "string"}, body=body)).media


def test_fields_survive_the_database() -> None:
    form = read(xform({"q": "string"}, model=TEXTS + LISTS, body=select("q", "yes_no")))
    assert fields_from_json([field.to_json() for field in form.fields]) == form.fields


class TestReportingDefaults:
    def test_lists_of_the_plan_are_dimensions_the_first_question_of_each(self) -> None:
        body = select("a", "projects", "label") + select("b", "projects", "label")
        form = read(xform({"a": "string", "b": "string"}, model=LISTS, body=body))
        assert [field_of(form, name).dimension for name in "ab"] == ["project", ""]

    def test_a_dimension_that_a_question_claims_is_given_to_no_other(self) -> None:
        body = select("a", "projects", "label") + select("b", "projects", "label")
        binds = {"b": 'tidtam:dimension="project"'}
        form = read(xform({"a": "string", "b": "string"}, model=LISTS, body=body, binds=binds))
        assert [field_of(form, name).dimension for name in "ab"] == ["", "project"]

    def test_the_first_date_asked_is_the_date_unless_one_is_called_report_date(self) -> None:
        assert field_of(read(xform({"born": "date", "seen": "date"})), "born").dimension == "date"
        named = read(xform({"born": "date", "report_date": "date"}))
        assert [field_of(named, name).dimension for name in ("born", "report_date")] == ["", "date"]

    def test_a_date_in_a_repeat_is_not_the_date_of_the_record(self) -> None:
        text = WITH_REPEAT.replace('child/age" type="int"', 'child/age" type="date"')
        assert all(field.dimension == "" for field in read(text).fields)

    def test_numbers_are_summed_and_percentages_averaged(self) -> None:
        form = read(xform({"pupils": "int", "percent_done": "decimal", "phone_no": "int", "note": "string"}))
        measures = {field.name: field.measure for field in form.fields if field.control}
        assert measures == {"pupils": "sum", "percent_done": "mean", "phone_no": "", "note": ""}

    def test_choices_are_shares_and_those_from_1_to_5_ratings(self) -> None:
        def one_of(name: str, *values: str) -> str:
            items = "".join(f"<item><label>{v}</label><value>{v}</value></item>" for v in values)
            return f'<select1 ref="/data/{name}"><label>{name}</label>{items}</select1>'

        form = read(xform({"a": "string", "b": "string"}, body=one_of("a", *"12345") + one_of("b", "x", "y")))
        assert [field_of(form, name).measure for name in "ab"] == ["rating", "share"]

    def test_a_form_that_names_measures_means_no_others(self) -> None:
        form = read(xform({"a": "int", "b": "int"}, binds={"a": 'tidtam:measure="latest"'}))
        assert [field_of(form, name).measure for name in "ab"] == ["latest", ""]


class TestRefusals:
    @pytest.mark.parametrize(
        "text", ["<hello", "", "<a><b></a></b>", "not xml", "\x00\x00", SIMPLE.replace("Simple", "Sim\x00ple")]
    )
    def test_what_is_not_well_formed(self, text: str) -> None:
        assert refused(text).code == "400.101"

    def test_a_document_type_whatever_it_would_do(self) -> None:
        xxe = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SIMPLE.replace("Simple", "&e;")
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + SIMPLE.replace("Simple", "&b;")
        assert {refused(text).code for text in (xxe, laughs, "<!DOCTYPE html>" + SIMPLE)} == {"400.102"}

    def test_nesting_without_end(self) -> None:
        deep = "".join(f"<g{n}>" for n in range(100)) + "".join(f"</g{n}>" for n in reversed(range(100)))
        assert refused(SIMPLE.replace("<name/>", deep)).code == "400.103"
        assert refused("<a>" * 100_000 + "</a>" * 100_000).code in {"400.101", "400.103"}

    def test_more_questions_than_a_form_can_have(self) -> None:
        many = "".join(f"<q{n}/>" for n in range(10_001))
        assert refused(SIMPLE.replace("<name/>", many)).code == "413.134"

    def test_a_form_without_an_id(self) -> None:
        for text in ("<test/>", SIMPLE.replace(' id="simple"', ""), SIMPLE.replace('id="simple"', 'id=" "')):
            problem = refused(text)
            assert (problem.code, problem.details["field"]) == ("400.2", "formId")

    @pytest.mark.parametrize(
        "given", ["a/b", "a\\b", "&lt;b&gt;", "a&quot;b", "a'b", "..", "a?b", "a#b", "a%2Fb", "x.xlsx", "x.XML"]
    )
    def test_an_id_that_cannot_stand_in_an_address(self, given: str) -> None:
        problem = refused(SIMPLE.replace('id="simple"', f'id="{given}"'))
        assert problem.code == "400.8"
        assert problem.details["field"] == "formId"

    def test_ids_with_spaces_and_thai_letters_are_taken(self) -> None:
        assert read(SIMPLE.replace('id="simple"', 'id="แบบติดตาม 1"')).xml_form_id == "แบบติดตาม 1"

    def test_an_id_or_version_that_is_too_long(self) -> None:
        assert refused(SIMPLE.replace('id="simple"', f'id="{"x" * 65}"')).code == "400.13"
        assert refused(SIMPLE.replace('id="simple"', f'id="a" version="{"1" * 101}"')).code == "400.13"

    def test_a_form_without_meta(self) -> None:
        without = SIMPLE.replace("<meta>\n            <instanceID/>\n          </meta>", "")
        assert refused(without).code == "400.27"
        assert (
            refused(SIMPLE.replace("<meta>\n            <instanceID/>\n          </meta>", "<meta/>")).code == "400.27"
        )

    def test_xml_that_is_no_form(self) -> None:
        assert refused(f"{OPEN}<h:head><model/></h:head></h:html>").code == "400.132"

    def test_another_encoding_than_utf8(self) -> None:
        assert refused(SIMPLE.replace("Simple", "ง่าย").encode("utf-16")).code == "400.131"
        assert refused(b'<?xml version="1.0" encoding="TIS-620"?>' + SIMPLE.encode()).code == "400.131"
        assert refused(SIMPLE.replace("Simple", "ง่าย").encode("cp874")).code == "400.131"


class TestChangingTheVersion:
    def test_it_is_added_at_the_end_of_the_tag_and_nothing_else_changes(self) -> None:
        changed = set_version(SIMPLE.encode(), "new").decode()
        assert changed == SIMPLE.replace('<data id="simple">', '<data id="simple" version="new">')

    def test_it_replaces_the_one_there_in_any_namespace(self) -> None:
        changed = set_version(WITH_REPEAT.encode(), "2")
        assert changed.decode() == WITH_REPEAT.replace('orx:version="1.0"', 'orx:version="2"')
        assert read_xform(changed).version == "2"

    def test_quotes_and_markup_in_a_version_come_back_as_they_were(self) -> None:
        assert read_xform(set_version(SIMPLE.encode(), "a\"b'<c>&d")).version == "a\"b'<c>&d"

    def test_tags_in_comments_and_data_sections_are_passed_over(self) -> None:
        text = SIMPLE.replace("<model>", "<!-- <model><instance><fake> --><![CDATA[<instance>]]><model>")
        assert read_xform(set_version(text.encode(), "9")).version == "9"
