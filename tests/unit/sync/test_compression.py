"""Records come back byte for byte, whatever they are and however their form looks."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.definitions import Definition
from sync.compression import compress, decompress
from tests.benchmarks.intake import sample_form
from tests.support.forms import visit_instance, visit_xform


def form(xml: bytes, number: int = 1) -> Definition:
    return Definition(number, 1, "1", "t", xml, "", (), ())


VISIT = form(visit_xform())


@given(st.binary(max_size=5000))
def test_any_bytes_come_back(data: bytes) -> None:
    assert decompress(compress(data, None), None) == data
    assert decompress(compress(data, VISIT), VISIT) == data


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_form_serves_as_dictionary(definition: bytes, data: bytes) -> None:
    strange = form(b"<instance>" + definition + b"</instance>", 2)
    assert decompress(compress(data, strange), strange) == data


def test_a_record_is_read_after_a_restart() -> None:
    data = visit_instance(note="ก็🏫" * 100)
    kept = compress(data, VISIT)
    assert decompress(kept, form(visit_xform())) == data


def test_the_form_saves_bytes_of_a_record() -> None:
    data = sample_form.instance(1)
    assert len(compress(data, form(sample_form.xform()))) < len(compress(data, None)) < len(data) / 2


def test_ten_megabytes_come_back() -> None:
    data = random.Random(1).randbytes(10 * 1024 * 1024)
    assert decompress(compress(data, VISIT), VISIT) == data
    assert decompress(compress(b"a" * len(data), VISIT), VISIT) == b"a" * len(data)


@pytest.mark.parametrize("kept", [b"", b"\x02abc", b"\xff", b"\x01abc"])
def test_what_was_written_in_an_unknown_way_is_not_guessed_at(kept: bytes) -> None:
    with pytest.raises(ValueError, match="unknown way"):
        decompress(kept, None)


def test_many_forms_do_not_confuse_their_dictionaries() -> None:
    forms = [
        form(f"<instance><data id='{number}'>{'x' * number}</data></instance>".encode() * 3, number)
        for number in range(250)
    ]
    kept = [compress(item.xml, item) for item in forms]
    assert [decompress(data, item) for data, item in zip(kept, forms, strict=True)] == [item.xml for item in forms]
