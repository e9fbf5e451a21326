"""Visits to schools of the demo, as an officer fills them in for the pictures of the documents."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from plan.demo.chance import BANGKOK
from tests.support.filled_forms import File, Point

Lists = dict[str, list[dict[str, str]]]
Answers = dict[str, Any]
REPORTER = "นภัสสร บุญทดลอง"
RATINGS = ("input_supply", "input_management", "process_on_plan", "process_participation", "output_quantity",
           "output_quality")  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One visit: the school, the project that was looked at, how many took part."""

    school: str
    code: str
    project: str
    planned: int
    actual: int
    level: str


SENT = Visit("อนุบาลท่าฟ้าคราม", "99010002", "EDU-70-01", 120, 114, "4")
RETURNED = Visit("บ้านทับเมฆพิทยาคม", "99010009", "EDU-70-02", 24, 9, "3")
LAST = Visit("วัดธารแก้วใสวิทยา", "99010003", "EDU-70-01", 42, 40, "4")


def short_visit(visit: Visit, lists: Lists) -> Answers:
    """A whole visit."""
    whole: Answers = {}
    item: Answers = {}
    for _, answers in _parts(visit, lists):
        for row in answers.get("project_item", []):
            item |= row
        whole |= answers | ({"project_item": [item]} if "project_item" in answers else {})
    return whole


def last_visit(lists: Lists) -> list[tuple[str, Answers]]:
    """The visit of the pictures: what is answered before each, in order."""
    return _parts(LAST, lists)


def a_search(lists: Lists) -> str:
    """A part of the names of some schools that were visited, or not, but not after today: the demo's story goes on."""
    today = datetime.now(BANGKOK).date().isoformat()
    for length in (7, 6, 5):
        for word in {row["label"][:length]: None for row in lists["schools"]}:
            visits = [row["last_visit_date"] for row in lists["schools"] if word in row["label"]]
            if len(visits) > 4 and 1 < sum(map(bool, visits)) < len(visits) and max(visits) <= today:
                return word
    return ""


def _parts(visit: Visit, lists: Lists) -> list[tuple[str, Answers]]:
    today = datetime.now(BANGKOK)
    school = next(row for row in lists["schools"] if row["label"] == visit.school)
    project = next(row["name"] for row in lists["projects"] if row["code"] == visit.project)
    reporter = next(row["name"] for row in lists["officers"] if row["label"] == REPORTER)
    place = {
        "visit_round": "1", "visit_mode": "onsite", "district": school["district_code"], "school": school["name"],
        "visit_location": Point(10.49312, 99.180034, 24.0, 6.0), "respondent_roles": ["director", "teacher"],
    }  # fmt: skip
    item = {
        "project": project, "school_status": "in_progress", "target_planned": visit.planned,
        "target_actual": visit.actual,
    }  # fmt: skip
    rated = {"item_ratings": dict(zip(RATINGS, "454534", strict=True))}
    trouble = {
        "problem_kinds": ["personnel", "time"],
        "problem_detail": "ครูผู้รับผิดชอบย้ายกลางภาคเรียน และช่วงกิจกรรมตรงกับการสอบ",
        "suggestion": "จัดครูพี่เลี้ยงจากโรงเรียนในกลุ่มเดียวกัน และปรับปฏิทินกิจกรรม", "urgent": "no",
        "item_photo": _photo("ป้ายโครงการ", today),
    }  # fmt: skip
    summary = {
        "strengths": "ผู้บริหารและครูร่วมมือกันทั้งโรงเรียน มีแฟ้มงานเป็นปัจจุบัน",
        "help_needed": "ขอวิทยากรด้านการอ่านออกเขียนได้", "overall_level": visit.level, "revisit": "yes",
        "revisit_date": (today + timedelta(days=28)).date(), "school_signature": _photo("ลายมือชื่อ", today),
    }  # fmt: skip
    proof = {
        "evidence_type": "photo", "evidence_title": "ภาพกิจกรรมในห้องเรียน", "evidence_photo": _photo("ห้องเรียน", today),
        "shows_people": "no", "publishable": "yes",
    }  # fmt: skip
    return [
        ("date", {"report_date": today.date(), "officer": reporter}),
        ("choices", {"visit": place}),
        ("", {"project_item": [item]}),
        ("ratings", {"project_item": [rated]}),
        ("photo", {"project_item": [trouble]}),
        ("signature", {"summary": summary}),
        ("", {"evidence": [proof]}),
    ]


def _photo(name: str, taken: datetime) -> File:
    """A drawing of a school in its yard, that says when it was taken."""
    picture = Image.new("RGB", (1600, 1200), "#a9d3ea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 820, 1600, 1200), fill="#7fae5a")
    draw.polygon([(620, 820), (980, 820), (1250, 1200), (330, 1200)], fill="#cdbb93")
    draw.rectangle((180, 430, 1420, 860), fill="#f3ead6")
    draw.polygon([(120, 440), (300, 260), (1300, 260), (1480, 440)], fill="#a4472f")
    draw.rectangle((180, 630, 1420, 650), fill="#8d6b4f")
    for column in range(7):
        left = 230 + column * 170
        for top in (480, 690):
            door = column == 3 and top > 600
            draw.rectangle((left, top, left + 110, top + (170 if door else 110)), fill="#6b4a35" if door else "#5b8aa6")
    draw.rectangle((1478, 180, 1490, 900), fill="#d8d8d8")
    for number, colour in enumerate(("#c8102e", "#ffffff", "#1f2a5c", "#1f2a5c", "#ffffff", "#c8102e")):
        draw.rectangle((1340, 190 + number * 15, 1478, 205 + number * 15), fill=colour)
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    picture.save(out, "JPEG", quality=85, exif=exif)
    return File(f"{name}.jpg", "image/jpeg", out.getvalue())
