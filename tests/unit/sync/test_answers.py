"""Typed answers: what a person typed comes back exactly, what does not fit is kept and flagged, nothing ever raises."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import xml
from core.errors import Problem
from forms.definitions import Definition
from forms.fields import REPEAT, STRUCTURE, Choice, Field
from sync import answers
from sync.answers import Answers, read_answers
from sync.attachments import name_key

NAMES = [
    ("text", "string"), ("whole", "int"), ("number", "decimal"), ("day", "date"), ("hour", "time"),
    ("instant", "dateTime"), ("yes", "boolean"), ("place", "geopoint"), ("way", "geotrace"), ("area", "geoshape"),
    ("photo", "binary"), ("code", "barcode"),
]  # fmt: skip
XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
"""Text that XML can carry and does not change on the way (of line ends it makes one kind)."""


def form(*more: Field) -> Definition:
    fields = [Field(name, f"/{name}", kind, order) for order, (name, kind) in enumerate(NAMES)]
    fields += [
        Field("one", "/one", "string", 20, control="select1", choices=(Choice("a"), Choice("ข"))),
        Field("many", "/many", "string", 21, control="select", choices=(Choice("a"), Choice("ข"))),
        Field("about", "/about", STRUCTURE, 22),
        Field("inner", "/about/inner", "string", 23),
        Field("room", "/room", REPEAT, 24),
        Field("name", "/room/name", "string", 25),
        Field("seats", "/room/seats", "int", 26),
        Field("desk", "/room/desk", REPEAT, 27),
        Field("mark", "/room/desk/mark", "decimal", 28),
        *more,
    ]
    return Definition(1, 1, "1", "t", b"", "", tuple(fields), ())


FORM = form()


def read(body: str, definition: Definition = FORM) -> Answers:
    return read_answers(definition, xml.parse(f'<data id="f">{body}</data>'.encode()))


def reasons(found: Answers) -> list[str]:
    return [flag["reason"] for flag in found.flags]


@given(XML_TEXT)
def test_any_text_comes_back_exactly(text: str) -> None:
    found = read(f"<text>{escape(text)}</text>")
    assert found.values.get("text", "") == text
    assert found.flags == []


@given(XML_TEXT)
def test_any_text_as_character_data_comes_back_exactly(text: str) -> None:
    assume("]]>" not in text)
    assert read(f"<text><![CDATA[{text}]]></text>").values.get("text", "") == text


@pytest.mark.parametrize("text", ["ก็🏫", "e\u0301", "\u202eRTL\u202c", "ด\u0e4dา", "𝔘𝔫𝔦", "a\u200bb", " x ", "a\tb\nc"])
def test_text_is_not_normalised_or_trimmed(text: str) -> None:
    assert read(f"<text>{text}</text>").values["text"] == text


def test_a_megabyte_of_text_comes_back_exactly() -> None:
    text = "ติดตาม 🏫 " * 60_000
    assert read(f"<text>{text}</text>").values["text"] == text


@given(st.sampled_from([name for name, _ in NAMES]), XML_TEXT)
def test_every_typed_answer_is_read_or_kept_as_text_with_a_flag(name: str, text: str) -> None:
    found = read(f"<{name}>{escape(text)}</{name}>")
    if name not in found.values:
        assert not text.strip()
        return
    kinds = dict(NAMES)
    if found.flags:
        assert reasons(found) == [f"not_{kinds[name]}"]
        assert found.values[name] == text
    json.dumps(found.values, allow_nan=False)


@given(st.sampled_from(sorted(answers._READERS)), st.text())
def test_no_reader_raises_whatever_it_is_given(kind: str, text: str) -> None:
    value = answers._READERS[kind](text)
    json.dumps(value, allow_nan=False)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_whole_number_of_64_bits_is_read(number: int) -> None:
    assert read(f"<whole> {number} </whole>").values == {"whole": number}


@given(st.integers(2**63, 2**80) | st.integers(-(2**80), -(2**63) - 1))
def test_a_whole_number_beyond_64_bits_is_kept_as_text(number: int) -> None:
    found = read(f"<whole>{number}</whole>")
    assert (found.values, reasons(found)) == ({"whole": str(number)}, ["not_int"])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_exactly(number: float) -> None:
    assert read(f"<number>{number!r}</number>").values == {"number": number}


@pytest.mark.parametrize("text", ["NaN", "inf", "-Infinity", "1e999", "1_000", "๑๒", "1,5", "0x10", "--1", "1e", "+-1"])
def test_what_only_looks_like_a_number_is_kept_as_text(text: str) -> None:
    for name in ("whole", "number"):
        found = read(f"<{name}>{text}</{name}>")
        assert (found.values[name], len(found.flags)) == (text, 1)


@given(st.dates())
def test_a_date_is_read(day: dt.date) -> None:
    assert read(f"<day>{day.isoformat()}</day>").values == {"day": day.isoformat()}


@pytest.mark.parametrize(
    "text", ["2026-11-20Z", "2026-11-20+07:00", "2026-11-20T08:30:00.000+07:00", "2026-11-20T08:30"]
)
def test_a_date_with_a_zone_or_a_time_is_read_as_the_date(text: str) -> None:
    assert read(f"<day>{text}</day>").values == {"day": "2026-11-20"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "20-11-2569",
        "2026-11-20 or so",
        "2026-11-20T",
        "2026-11-201",
        "2026-W47-5",
        "tomorrow",
        "2026-1-2",
    ],
)
def test_what_is_no_date_is_kept_as_text_whole(text: str) -> None:
    found = read(f"<day>{text}</day>")
    assert (found.values, reasons(found)) == ({"day": text}, ["not_date"])


@given(st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=7)))))
def test_an_instant_is_kept_as_it_was_sent(instant: dt.datetime) -> None:
    text = instant.isoformat(timespec="milliseconds")
    assert read(f"<instant>{text}</instant>").values == {"instant": text}


@given(st.floats(-90, 90), st.floats(-180, 180), st.lists(st.floats(-1000, 9000), max_size=2))
def test_a_point_is_read_with_what_it_has(lat: float, lon: float, more: list[float]) -> None:
    text = " ".join(repr(number) for number in (lat, lon, *more))
    wanted = dict(zip(("lat", "lon", "alt", "acc"), (lat, lon, *more), strict=False))
    assert read(f"<place>{text}</place>").values == {"place": wanted}


@pytest.mark.parametrize("text", ["7", "91 99", "7 181", "7 99 1 2 3", "7,99", "nan nan", "a b"])
def test_what_is_no_point_is_kept_as_text(text: str) -> None:
    found = read(f"<place>{text}</place>")
    assert (found.values, reasons(found)) == ({"place": text}, ["not_geopoint"])


@given(st.lists(st.sampled_from(["a", "ข"]), unique=True, min_size=1))
def test_several_choices_are_a_list(chosen: list[str]) -> None:
    found = read(f"<many>{' '.join(chosen)}</many>")
    assert (found.values, found.flags) == ({"many": chosen}, [])


def test_a_choice_that_the_form_does_not_offer_is_kept_and_flagged() -> None:
    found = read("<one>z</one><many>a z</many>")
    assert found.values == {"one": "z", "many": ["a", "z"]}
    assert found.flags == [
        {"path": "/one", "reason": "unknown_choice", "value": "z"},
        {"path": "/many", "reason": "unknown_choice", "value": "z"},
    ]


@given(st.lists(st.tuples(XML_TEXT, st.integers(0, 99), st.lists(st.integers(0, 9), max_size=3)), max_size=5))
def test_repeats_within_repeats_keep_their_order(rooms: list[tuple[str, int, list[int]]]) -> None:
    body = "".join(
        f"<room><name>{escape(name)}</name><seats>{seats}</seats>"
        + "".join(f"<desk><mark>{mark}</mark></desk>" for mark in marks)
        + "</room>"
        for name, seats, marks in rooms
    )
    wanted = [
        ({"name": name} if name else {})
        | {"seats": seats}
        | ({"desk": [{"mark": mark} for mark in marks]} if marks else {})
        for name, seats, marks in rooms
    ]
    assert read(body).values.get("room", []) == wanted


def test_what_the_form_does_not_know_is_flagged_wherever_it_stands() -> None:
    found = read("<strange>a</strange><about><inner>x</inner><odd><deep>y</deep></odd></about><empty/>")
    assert found.values == {"about": {"inner": "x"}}
    assert [(flag["path"], flag["reason"]) for flag in found.flags] == [
        ("/strange", "unknown_question"),
        ("/about/odd", "unknown_question"),
    ]


def test_elements_inside_an_answer_are_flagged() -> None:
    found = read("<text>before<b>bold</b>after</text><whole><b>7</b></whole>")
    assert found.values["text"] == "before"
    assert [(flag["path"], flag["reason"]) for flag in found.flags] == [
        ("/text", "elements_in_answer"),
        ("/whole", "elements_in_answer"),
    ]


def test_a_question_answered_twice_keeps_the_last_answer_and_flags_the_first() -> None:
    found = read("<text>one</text><text>two</text><about><inner>a</inner></about><about><inner>b</inner></about>")
    assert found.values == {"text": "two", "about": {"inner": "b"}}
    assert [(flag["path"], flag["reason"], flag["value"]) for flag in found.flags] == [
        ("/text", "answered_twice", "one"),
        ("/about/inner", "answered_twice", "a"),
    ]


def test_a_group_that_comes_in_two_pieces_is_one_group() -> None:
    more = Field("other", "/about/other", "string", 30)
    found = read("<about><inner>a</inner></about><about><other>b</other></about>", form(more))
    assert (found.values, found.flags) == ({"about": {"inner": "a", "other": "b"}}, [])


def test_flags_of_a_flood_of_unknown_elements_are_bounded() -> None:
    found = read("<x>1</x>" * 50_000)
    assert len(found.flags) == answers.MOST_FLAGS
    assert found.odd == 50_000


def test_elements_nested_too_deeply_in_an_unknown_one_are_refused() -> None:
    with pytest.raises(Problem) as refusal:
        read("<x>" * 100 + "</x>" * 100)
    assert refusal.value.code == "400.103"


@given(
    st.recursive(
        XML_TEXT.map(escape),
        lambda inner: st.tuples(st.sampled_from(["text", "room", "x", "meta", "about"]), inner).map(
            lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"
        ),
        max_leaves=8,
    )
)
def test_any_nesting_of_known_and_unknown_elements_is_read(body: str) -> None:
    json.dumps(read(body).values, allow_nan=False)


def test_files_are_named_with_the_paths_of_their_questions() -> None:
    more = Field("selfie", "/room/selfie", "binary", 31)
    found = read(
        "<photo> a.jpg </photo><room><selfie>b.jpg</selfie></room><room><selfie>c.jpg</selfie></room>", form(more)
    )
    assert found.files == {"a.jpg": "/photo", "b.jpg": "/room/selfie", "c.jpg": "/room/selfie"}


def dimension_form() -> Definition:
    return form(
        Field("project", "/project", "string", 40, dimension="project"),
        Field("when", "/when", "date", 41, dimension="date"),
        Field("group", "/room/group", "string", 42, control="select", dimension="group"),
    )


def test_dimensions_are_collected_from_repeats_and_several_choices() -> None:
    found = read(
        "<project> p1 </project><when>2026-11-20</when><room><group>g1 g2</group></room><room><group>g2</group></room>",
        dimension_form(),
    )
    assert found.dimensions == {
        ("project", "p1"), ("date", "2026-11-20"), ("group", "g1"), ("group", "g2")
    }  # fmt: skip
    assert found.report_date == dt.date(2026, 11, 20)


@given(XML_TEXT)
def test_dimension_values_always_fit_their_column(text: str) -> None:
    found = read(f"<project>{escape(text)}</project><when>{escape(text)}</when>", dimension_form())
    assert all(0 < len(value) <= answers.LONGEST_DIMENSION for _, value in found.dimensions)


@given(st.text(), st.text(), st.text())
def test_what_a_device_says_of_itself_never_raises(device: str, start: str, end: str) -> None:
    found = Answers()
    for name, text in (("deviceid", device), ("start", start), ("end", end)):
        answers._about_the_device(name, text, found)
    for instant in (found.started_at, found.ended_at):
        assert instant is None or instant.tzinfo is dt.UTC


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00", "2026-11-20T08:00:00"])
def test_an_instant_out_of_reach_is_left_out(text: str) -> None:
    assert answers._instant(text) is None


@given(st.text(max_size=400))
def test_equal_looking_names_have_one_key_that_fits_an_index(name: str) -> None:
    import unicodedata

    key = name_key(name)
    assert len(key) <= 200
    assert name_key(unicodedata.normalize("NFD", name)) == name_key(unicodedata.normalize("NFC", name))
    assert name_key(key) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ดำ.jpg", "ด\u0e4dา.jpg"),
        ("น้ำ.jpg", "น\u0e49\u0e4dา.jpg"),
        ("น้ำ.jpg", "น\u0e4d\u0e49า.jpg"),
        ("e\u0301.jpg", "\u00e9.jpg"),
        (" a.jpg ", "a.jpg"),
    ],
)
def test_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_numbers_that_json_cannot_carry_never_get_into_the_answers() -> None:
    found = read("<number>1e308</number><place>1e308 1</place><way>1 2;3 nan</way>")
    assert math.isfinite(found.values["number"])
    assert reasons(found) == ["not_geopoint", "not_geotrace"]
    value: Any = found.values["way"]
    assert value == "1 2;3 nan"
