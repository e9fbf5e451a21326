"""The frameworks that every area office answers to; an office changes their names as it likes.

The names of the seven PMQA categories are those of the public-sector award criteria.
"""

from __future__ import annotations

from typing import NamedTuple


class UsualFramework(NamedTuple):
    """A framework with the body that owns it, and its parts as (kind, code, name)."""

    code: str
    name_th: str
    name_en: str
    owner_body: str
    nodes: tuple[tuple[str, str, str], ...] = ()


PMQA_CATEGORIES = (
    "การนำองค์การ",
    "การวางแผนเชิงยุทธศาสตร์",
    "การให้ความสำคัญกับผู้รับบริการและผู้มีส่วนได้ส่วนเสีย",
    "การวัด การวิเคราะห์ และการจัดการความรู้",
    "การมุ่งเน้นบุคลากร",
    "การมุ่งเน้นระบบปฏิบัติการ",
    "ผลลัพธ์การดำเนินการ",
)
_OBEC = "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน"
_OFFICE = "สำนักงานเขตพื้นที่การศึกษา"

USUAL_FRAMEWORKS = (
    UsualFramework("krs", "คำรับรองการปฏิบัติราชการ (KRS)", "Performance agreement (KRS)", _OBEC),
    UsualFramework(
        "pmqa",
        "การพัฒนาคุณภาพการบริหารจัดการภาครัฐ (PMQA 4.0)",
        "Public Sector Management Quality Award (PMQA 4.0)",
        "สำนักงาน ก.พ.ร.",
        tuple(("category", str(number), name) for number, name in enumerate(PMQA_CATEGORIES, start=1)),
    ),
    UsualFramework("area_std", "มาตรฐานสำนักงานเขตพื้นที่การศึกษา", "Area-office standards", _OBEC),
    UsualFramework("emes", "ระบบติดตามและประเมินผลอิเล็กทรอนิกส์ (e-MES)", "e-MES", _OBEC),
    UsualFramework("ars", "ระบบรายงานผลการปฏิบัติราชการ (ARS)", "Action report system (ARS)", _OBEC),
    UsualFramework(
        "ita", "การประเมินคุณธรรมและความโปร่งใส (ITA Online)", "Integrity and transparency (ITA Online)", "สำนักงาน ป.ป.ช."
    ),
    UsualFramework("action_plan", "แผนปฏิบัติการประจำปี", "Annual action plan", _OFFICE),
    UsualFramework("dev_plan", "แผนพัฒนาการศึกษาขั้นพื้นฐาน", "Basic education development plan", _OFFICE),
)
