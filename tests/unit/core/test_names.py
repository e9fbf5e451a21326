"""Names hold what people see and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from core.names import checked_name, visible_text
from plan.schema_fields import load
from plan.schemas import GroupSchema
from plan.validation import InvalidPlan

FORMATS = [character for code in range(0x110000) if unicodedata.category(character := chr(code)) == "Cf"]
NUMBER_SIGNS = {character for character in FORMATS if unicodedata.name(character, "").find(" SIGN") > 0} | {
    character
    for character in FORMATS
    if unicodedata.bidirectional(character) in {"AN", "AL"} or "KAITHI" in unicodedata.name(character, "")
}
"""Format characters that are seen: signs of Arabic and others that stand over numbers."""
UNSEEN = st.sampled_from(
    [item for item in FORMATS if item not in NUMBER_SIGNS and "HIEROGLYPH" not in unicodedata.name(item, "")]
)
SEEN = st.text("PLN-01 กลุ่มนโยบายและแผน", max_size=12)
ANYTHING = st.text(st.one_of(UNSEEN, st.characters(), st.sampled_from("กA👩❤\ufe0fक")), max_size=12)


@given(st.lists(st.tuples(SEEN, UNSEEN), max_size=6))
def test_unseen_characters_between_latin_and_thai_letters_leave_no_trace(parts: list[tuple[str, str]]) -> None:
    typed = "".join(seen + unseen for seen, unseen in parts)
    assert visible_text(typed) == "".join(seen for seen, _ in parts).strip()


@given(ANYTHING)
def test_what_was_cleaned_once_is_clean(text: str) -> None:
    once = visible_text(text)
    assert visible_text(once) == once


@given(ANYTHING)
def test_what_is_seen_stays_in_its_order(text: str) -> None:
    def letters(given_text: str) -> list[str]:
        return [item for item in given_text if unicodedata.category(item)[0] in "LNPS" and item not in "ᅟᅠㅤﾠ⠀"]

    assert letters(visible_text(text)) == letters(text)


@given(st.text(st.one_of(UNSEEN, st.sampled_from(" \u00a0\u3000\u3164\u2800\ufe0f\u034f")), max_size=8))
def test_a_name_of_which_nothing_is_seen_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        checked_name(text, "name")
    assert refused.value.code == "400.2"
    with pytest.raises(InvalidPlan) as faults:
        load(GroupSchema(), {"code": text, "nameTh": text})
    assert {(fault.field, fault.code) for fault in faults.value.faults} == {("code", "400.171"), ("nameTh", "400.171")}


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "❤️‍🔥", "क्‍ष", "می‌خواهم", "นาง สาว"])
def test_what_joins_signs_that_are_seen_is_kept(text: str) -> None:
    assert visible_text(text) == text
    assert checked_name(f"\u200b{text}\u2060", "name") == text


def test_a_code_of_the_plan_is_what_is_seen_of_it() -> None:
    loaded = load(GroupSchema(), {"code": "PLN\u200b", "nameTh": "กลุ่ม\u200bนโยบาย\u200dและแผน\ufeff"})
    assert (loaded["code"], loaded["name_th"]) == ("PLN", "กลุ่มนโยบายและแผน")
    with pytest.raises(InvalidPlan):
        load(GroupSchema(), {"code": "क\u200dष", "nameTh": "ก"})
