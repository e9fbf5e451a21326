"""What a record says of itself, and what is refused before anything is looked at."""

from __future__ import annotations

import hashlib
import time
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import xml
from core.errors import Problem
from sync.instance import LONGEST_ID, derived_id, read_instance

ORX = 'xmlns:orx="http://openrosa.org/xforms"'
XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


def record(meta: str, *, attributes: str = 'id="visit" version="1"') -> bytes:
    return f"<data {ORX} {attributes}><a>1</a>{meta}</data>".encode()


def refusal(data: bytes) -> str:
    with pytest.raises(Problem) as found:
        read_instance(data)
    return found.value.code


@pytest.mark.parametrize("prefix", ["", "orx:"])
def test_ids_and_names_are_read_in_either_namespace(prefix: str) -> None:
    meta = "".join(
        f"<{prefix}{name}> {value} </{prefix}{name}>"
        for name, value in {"instanceID": "uuid:1", "deprecatedID": "uuid:0", "instanceName": "โรงเรียน"}.items()
    )
    data = record(f"<{prefix}meta>{meta}</{prefix}meta>")
    found = read_instance(data)
    assert (found.instance_id, found.deprecated_id, found.instance_name) == ("uuid:1", "uuid:0", "โรงเรียน")
    assert (found.xml_form_id, found.version) == ("visit", "1")
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_the_form_may_be_named_by_the_namespace_of_the_root() -> None:
    assert read_instance(b'<data xmlns="http://forms.test/visit"/>').xml_form_id == "http://forms.test/visit"


def test_a_version_may_stand_in_the_namespace_of_openrosa() -> None:
    assert read_instance(record("", attributes='id="visit" orx:version="7"')).version == "7"


@given(XML_TEXT)
def test_any_form_id_and_version_is_read_as_it_is(text: str) -> None:
    data = record("", attributes=f"id={quoteattr('x' + text + 'x')} version={quoteattr(text)}")
    found = read_instance(data)
    assert (found.xml_form_id, found.version) == (f"x{text}x", text)


@given(XML_TEXT)
def test_any_id_fits_an_index_and_different_ids_stay_different(text: str) -> None:
    one, other = (
        read_instance(record(f"<meta><instanceID>{escape(text)}{end}</instanceID></meta>")) for end in ("x", "y")
    )
    assert 0 < len(one.instance_id) <= LONGEST_ID
    assert one.instance_id != other.instance_id


def test_a_long_id_is_known_by_its_hash() -> None:
    long = "uuid:" + "ก" * 10_000
    found = read_instance(record(f"<meta><instanceID>{long}</instanceID></meta>"))
    assert found.instance_id == "sha256:" + hashlib.sha256(long.encode()).hexdigest()


@pytest.mark.parametrize(
    "meta", ["", "<meta/>", "<meta><instanceID/></meta>", "<meta><instanceID>  </instanceID></meta>"]
)
def test_a_record_without_id_gets_one_that_a_retry_gets_again(meta: str) -> None:
    data = record(meta)
    assert read_instance(data).instance_id == read_instance(data).instance_id == derived_id("visit", data)
    assert read_instance(data).instance_id != read_instance(record(meta + "<b/>")).instance_id


def test_an_id_with_markup_in_it_is_read_up_to_the_markup_and_nothing_raises() -> None:
    found = read_instance(record("<meta><instanceID>uuid:<b>1</b></instanceID></meta>"))
    assert found.instance_id == "uuid:"
    assert read_instance(record("<meta><instanceID>&lt;script&gt;</instanceID></meta>")).instance_id == "<script>"


def test_an_instance_name_is_cut_to_what_a_list_can_show() -> None:
    found = read_instance(record(f"<meta><instanceName>{'ก' * 10_000}</instanceName></meta>"))
    assert found.instance_name == "ก" * 500


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"<", b"<data", b"<data id='x'>", b"<data id='x'></date>", b"<a id='x'/><b/>", b"text", b"\x00",
        b"<data id='x'>\x00</data>", b"<data id='x'>&#0;</data>", b"<data id='x'>&#xD800;</data>",
        b"<data id='x'>\xed\xa0\x80</data>", b"<data id='x'>\xff</data>", "<data id='x'>é</data>".encode("latin-1"),
        b"<?xml version='1.0' encoding='nonsense'?><data id='x'/>", b"<data id='x'>&nothing;</data>",
        b"<data id='x' id='y'/>", b"<data id='x'>\x01</data>", b"<data id='x'>\xef\xbf\xbf</data>",
        b"<?xml version='1.0' encoding='UTF-16'?><data id='x'/>",
    ],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    assert refusal(data) == "400.101"


def test_a_record_that_names_no_form_is_refused() -> None:
    assert refusal(b"<data/>") == "400.151"
    assert refusal(b"<data id='  '/>") == "400.151"


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha'}'>" for n in range(9))
DOCTYPES = [
    "<!DOCTYPE data><data id='x'/>",
    "<!DOCTYPE data [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><data id='x'>&e;</data>",
    "<!DOCTYPE data SYSTEM 'http://127.0.0.1:1/x.dtd'><data id='x'/>",
    "<!DOCTYPE data [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><data id='x'/>",
    f"<!DOCTYPE data [{LAUGHS}]><data id='x'>&l8;</data>",
]


@pytest.mark.parametrize("text", DOCTYPES)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"]
)
def test_a_doctype_is_refused_in_whatever_encoding_it_comes(text: str, encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>{text}"
    began = time.monotonic()
    assert refusal(declared.encode(encoding)) in {"400.101", "400.102"}
    assert refusal(text.encode(encoding)) in {"400.101", "400.102"}
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-11", "windows-874"])
def test_a_sound_record_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    data = f"{declared}<data id='เยี่ยม'><a>ติดตาม</a></data>".encode(encoding if encoding != "windows-874" else "cp874")
    found = read_instance(data)
    assert (found.xml_form_id, found.root[0].text) == ("เยี่ยม", "ติดตาม")


def test_elements_nested_without_end_are_refused_at_once() -> None:
    began = time.monotonic()
    assert refusal(b"<data id='x'>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</data>") == "400.103"
    assert refusal(b"<data id='x'>" + b"<a>" * 100_000) == "400.103"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("depth", [256, 2_000])
def test_elements_nested_deeper_than_any_form_are_refused(depth: int) -> None:
    assert refusal(b"<data id='x'>" + b"<a>" * depth + b"</a>" * depth + b"</data>") == "400.103"


def test_elements_nested_as_deep_as_forms_go_are_read() -> None:
    depth = xml.MAX_DEPTH - 1
    read_instance(b"<data id='x'>" + b"<a>" * depth + b"</a>" * depth + b"</data>")


def test_a_flood_of_elements_is_read_or_refused_and_quickly() -> None:
    began = time.monotonic()
    read_instance(b"<data id='x'>" + b"<a/>" * 175_000 + b"</data>")
    assert refusal(b"<data id='x'>" + b"<a></a>" * 250_000 + b"</data>") == "400.103"
    assert time.monotonic() - began < 3


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise_anything_but_a_problem(data: bytes) -> None:
    for body in (data, b"<data id='x'>" + data + b"</data>", b"<data " + data + b"/>"):
        problem = None
        try:
            read_instance(body)
        except Problem as found:
            problem = found
        assert problem is None or problem.code in {"400.101", "400.102", "400.103", "400.151"}
        assert problem is None or problem.message
