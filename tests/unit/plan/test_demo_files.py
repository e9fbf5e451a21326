"""The XML and the files of the demo submissions are real ones."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from plan.demo.generate import generate_office
from plan.demo.images import demo_jpeg, demo_pdf, demo_signature, file_bytes
from plan.demo.instance_xml import ORX_NAMESPACE, to_instance_xml
from plan.demo.submissions import generate_progress_reports, generate_visits

ROOT = {"id": "school_followup_visit", "version": "2"}
VISIT = next(generate_visits(generate_office()))
# Top level, then the groups and repeats, as the forms ask them.
HEAD = "start end today deviceid username report_date fiscal_year quarter officer group_code"
EVIDENCE = "evidence_type evidence_title evidence_photo evidence_file evidence_url shows_people publishable"
QUESTIONS = {
    "school_followup_visit": {
        "": f"{HEAD} visit project_item project_item_count summary evidence evidence_count evidence_short",
        "visit": "visit_round visit_mode district school school_code students_total visit_location respondent_roles",
        "project_item": "project school_status target_planned target_actual target_percent item_ratings "
        "problem_kinds problem_detail suggestion urgent item_photo",
        "item_ratings": "input_supply input_management process_on_plan process_participation "
        "output_quantity output_quality",
        "summary": "strengths help_needed overall_level revisit revisit_date visit_date_saved school_signature",
        "evidence": EVIDENCE,
    },
    "project_progress": {
        "": f"{HEAD} report_round project project_code budget_total previous_progress previous_disbursed "
        "project_note project_status activity_item weighted_sum budget_item disbursed_total "
        "disbursed_percent progress_percent progress_drop_reason disbursed_drop_reason problem_kinds "
        "problem_detail next_step need_help last_report_date evidence evidence_count evidence_short",
        "activity_item": "activity activity_weight activity_status activity_percent actual_start actual_end "
        "participants activity_result",
        "budget_item": "budget_source budget_source_other source_allocated source_committed source_disbursed",
        "evidence": EVIDENCE,
    },
}


def check_questions(form: dict[str, str], place: str, answers) -> None:
    assert list(answers) == form[place].split(), place
    for name, answer in answers.items():
        if not isinstance(answer, str):
            for group in answer if isinstance(answer, list) else [answer]:
                check_questions(form, name, group)


def answers_of(element: ET.Element):
    """The nested answers back from XML; every repeat of these forms is read as a list."""
    result = {}
    for child in element:
        if child.tag in ("project_item", "activity_item", "budget_item", "evidence"):
            result.setdefault(child.tag, []).append(answers_of(child))
        else:
            result[child.tag] = answers_of(child) if len(child) else child.text or ""
    return result


@pytest.mark.parametrize("generate", [generate_visits, generate_progress_reports])
def test_every_question_of_the_form_is_answered_in_order(generate):
    for submission in generate(generate_office()):
        check_questions(QUESTIONS[submission.form_id], "", submission.answers)


@pytest.mark.parametrize("generate", [generate_visits, generate_progress_reports])
def test_the_xml_gives_back_every_answer(generate):
    for submission in generate(generate_office()):
        root = ET.fromstring(to_instance_xml(submission, ROOT))
        meta = root.find(f"{{{ORX_NAMESPACE}}}meta")
        assert meta.findtext(f"{{{ORX_NAMESPACE}}}instanceID") == submission.instance_id
        assert meta.find("entity").get("id") == str(submission.entity.entity_id)
        root.remove(meta)
        wanted = {name: answer for name, answer in submission.answers.items() if answer != []}
        assert answers_of(root) == wanted


def test_the_root_carries_the_name_and_the_attributes_of_the_form():
    root = ET.fromstring(to_instance_xml(VISIT, ROOT, root_name="visit_form", with_entity=False))
    assert (root.tag, root.get("id"), root.get("version")) == ("visit_form", ROOT["id"], "2")
    assert not list(root.iter("entity"))


THAI = st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B)
EMOJI = st.sampled_from(["😀", "👩‍🏫", "🏫", "🇹🇭", "✅"])
ANY = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
CONTROL = st.sampled_from(["\n", "\r", "\t", "<", "&", "]]>", '"'])


@given(st.lists(st.one_of(THAI, EMOJI, ANY, CONTROL)).map("".join))
def test_any_thai_text_or_emoji_survives(text):
    spoken = {**VISIT.answers, "summary": {"strengths": text}}
    root = ET.fromstring(to_instance_xml(replace(VISIT, answers=spoken), {**ROOT, "note": text}))
    assert (root.findtext("summary/strengths") or "") == text


@pytest.mark.parametrize("text", ["\x00", "a\x0bb", "\ud800", "\uffff"])
def test_what_xml_cannot_hold_is_refused_and_not_dropped(text):
    with pytest.raises(ValueError, match="cannot be written"):
        to_instance_xml(replace(VISIT, answers={"strengths": text}), ROOT)


def test_a_name_that_would_break_the_xml_is_refused():
    with pytest.raises(ValueError, match="cannot be a name"):
        to_instance_xml(replace(VISIT, answers={"a b": "x"}), ROOT)


def test_a_photograph_weighs_about_350_kilobytes_and_says_when_it_was_taken():
    taken_at = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Asia/Bangkok"))
    content = demo_jpeg("1732501800000.jpg", 7, taken_at=taken_at)
    assert 300_000 < len(content) < 400_000
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 1200))
        assert picture.getexif().get_ifd(0x8769)[0x9003] == "2026:11:25 09:30:00"


def test_photographs_are_repeatable_and_differ_by_seed_and_name():
    small = [demo_jpeg(text, seed, 320, 240) for text, seed in (("a.jpg", 1), ("a.jpg", 1), ("b.jpg", 1))]
    assert small[0] == small[1]
    assert len({*small, demo_jpeg("a.jpg", 2, 320, 240)}) == 3


def test_a_thai_name_can_be_painted():
    assert demo_jpeg("ภาพการดำเนินงาน.jpg", 1, 320, 240)


def test_photographs_are_made_quickly():
    demo_jpeg("warm-up.jpg", 0)
    begun = perf_counter()
    for seed in range(3):
        demo_jpeg("x.jpg", seed)
    # A busy machine gets ten times what an idle one needs.
    assert perf_counter() - begun < 3 * 0.6


def test_every_kind_of_file_has_its_content():
    kinds = {file.kind: file for item in generate_progress_reports(generate_office()) for file in item.files}
    assert file_bytes(kinds["document"]).startswith(b"%PDF")
    assert file_bytes(kinds["photo"], small=True).startswith(b"\xff\xd8")
    assert demo_signature(1).startswith(b"\x89PNG")
    assert demo_pdf("a.pdf", 1) == demo_pdf("a.pdf", 1)
