"""Records that the server cannot file by itself, so that the page on which people decide is not empty.

They are copies of visits that are filed, so that no report counts a visit more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from plan.demo.chance import DEMO_TODAY, demo_uuid
from plan.demo.model import DemoOffice
from plan.demo.submission_model import UNKNOWN_VISIT_VERSION, Answers, DemoSubmission, Trouble
from plan.demo.submissions import generate_visits

_LATER = timedelta(hours=2)


def generate_quarantined(office: DemoOffice) -> Iterator[DemoSubmission]:
    """A visit in a version never published here, one sent again with other content, an edit of one never sent."""
    sound = [item for item in generate_visits(office) if item.trouble is None and item.received_at.date() < DEMO_TODAY]
    unknown, changed, edited = sound[-2], sound[-4], sound[-6]
    yield replace(
        unknown,
        form_version=UNKNOWN_VISIT_VERSION,
        instance_id=_instance("unknown version"),
        received_at=unknown.received_at + _LATER,
        trouble=Trouble.UNKNOWN_VERSION,
    )
    yield replace(
        changed,
        answers=_with_more(changed.answers, "โรงเรียนขอแก้ไขจำนวนนักเรียน ตามที่แจ้งทางโทรศัพท์"),
        received_at=changed.received_at + _LATER,
        trouble=Trouble.OTHER_CONTENT,
    )
    yield replace(
        edited,
        instance_id=_instance("edit"),
        deprecated_id=_instance("original that was never sent"),
        answers=_with_more(edited.answers, "แก้ไขตามที่ผู้อำนวยการโรงเรียนตรวจทาน"),
        received_at=edited.received_at + _LATER,
        trouble=Trouble.NO_ORIGINAL,
    )


def _instance(code: str) -> str:
    return f"uuid:{demo_uuid('quarantined', code)}"


def _with_more(answers: Answers, text: str) -> Answers:
    summary = answers["summary"]
    assert isinstance(summary, dict)
    return {**answers, "summary": {**summary, "help_needed": text}}
