"""The issues considered (ประเด็นการพิจารณา) under the indicators of the area-office standards.

They are invented; an office enters those of the current handbook.
"""

from __future__ import annotations

from dataclasses import dataclass

from plan.demo.model import DemoIndicator, DemoOffice

_ISSUES: dict[str, tuple[str, ...]] = {
    "STD-01": ("มีแผนและทิศทางการบริหารที่ทุกกลุ่มรับรู้", "ใช้ข้อมูลสารสนเทศในการตัดสินใจ"),
    "STD-02": ("มีการแลกเปลี่ยนเรียนรู้ภายในสำนักงาน", "นำบทเรียนมาปรับปรุงงาน"),
    "STD-03": ("กระจายอำนาจสู่กลุ่มโรงเรียน", "เปิดโอกาสให้ผู้มีส่วนได้ส่วนเสียร่วมตัดสินใจ"),
    "STD-04": ("ส่งเสริมหลักสูตรและการจัดการเรียนรู้", "ส่งเสริมการวัดและประเมินผล", "ใช้ผลการทดสอบพัฒนาผู้เรียน"),
    "STD-05": ("จัดสรรงบประมาณตามแผน", "ติดตามการเบิกจ่ายสม่ำเสมอ"),
    "STD-06": ("วางแผนอัตรากำลัง", "พัฒนาครูและบุคลากรตามความต้องการ"),
    "STD-07": ("ให้บริการสะดวกและรวดเร็ว", "ดูแลอาคารสถานที่ให้ปลอดภัย"),
    "STD-08": ("มีแผนนิเทศ ติดตาม และประเมินผล", "นำผลการนิเทศไปปรับปรุง"),
    "STD-09": ("มีผลงานที่เป็นแบบอย่าง", "เผยแพร่ผลงานแก่หน่วยงานอื่น"),
    "STD-10": ("สถานศึกษามีระบบประกันคุณภาพครบองค์ประกอบ", "สถานศึกษาใช้ผลการประเมินตนเอง"),
    "STD-11": ("ผลการทดสอบระดับชาติสูงขึ้น", "ผู้เรียนอ่านออกเขียนได้ตามระดับชั้น"),
    "STD-12": ("ประชากรวัยเรียนได้เข้าเรียนครบ", "เด็กออกกลางคันได้รับการช่วยเหลือ"),
    "STD-13": ("ครูมีผลงานเชิงประจักษ์", "ผลงานครูถูกนำไปใช้จริง"),
    "STD-14": ("สำรวจความพึงพอใจทุกปี", "นำข้อเสนอแนะมาปรับปรุงการให้บริการ"),
}


@dataclass(frozen=True, slots=True)
class DemoIssue:
    """An issue under an indicator, by its code and its place from 1."""

    code: str
    indicator_code: str
    seq: int
    name: str


def issues_of(indicator: DemoIndicator) -> tuple[DemoIssue, ...]:
    """The issues under an indicator; only those of the area-office standards have any."""
    names = _ISSUES.get(indicator.code, ())
    return tuple(
        DemoIssue(f"{indicator.code}/{seq}", indicator.code, seq, name) for seq, name in enumerate(names, start=1)
    )


def issues(office: DemoOffice) -> tuple[DemoIssue, ...]:
    """All issues of the office."""
    return tuple(issue for indicator in office.indicators for issue in issues_of(indicator))
