"""The 40 indicators by hand.

The names of the frameworks' indicators are background knowledge; an office replaces them with its own.
"""

from __future__ import annotations

from typing import NamedTuple

from plan.demo.model import Direction, Framework, MeasureType

STANDARDS = (
    ("STD1", "มาตรฐานที่ 1 การบริหารจัดการองค์การสู่ความเป็นเลิศ"),
    ("STD2", "มาตรฐานที่ 2 การบริหารและการจัดการศึกษาที่มีประสิทธิภาพ"),
    ("STD3", "มาตรฐานที่ 3 สัมฤทธิผลการบริหารและการจัดการศึกษา"),
)


class Row(NamedTuple):
    """An indicator by hand: t1 and t5 are the ends of five evenly spaced thresholds."""

    name_th: str
    group_code: str
    measure_type: MeasureType
    unit: str
    weight: int
    t1: str
    t5: str
    direction: Direction = "higher"


def _percent(name: str, group: str, weight: int, t1: str = "60", t5: str = "80") -> Row:
    return Row(name, group, "percent", "ร้อยละ", weight, t1, t5)


def _level(name: str, group: str, weight: int) -> Row:
    return Row(name, group, "level", "ระดับ", weight, "1", "5")


# The weights of the seven categories are those of the 1,000-point award criteria, divided by ten.
PMQA = (
    _percent("หมวด 1 การนำองค์การ", "ADM", 12, "70", "90"),
    _percent("หมวด 2 การวางแผนเชิงยุทธศาสตร์", "PLN", 8, "70", "90"),
    _percent("หมวด 3 การให้ความสำคัญกับผู้รับบริการและผู้มีส่วนได้ส่วนเสีย", "EDU", 11, "70", "90"),
    _percent("หมวด 4 การวัด การวิเคราะห์ และการจัดการความรู้", "ICT", 10, "70", "90"),
    _percent("หมวด 5 การมุ่งเน้นบุคลากร", "HRM", 9, "70", "90"),
    _percent("หมวด 6 การมุ่งเน้นระบบปฏิบัติการ", "ADM", 10, "70", "90"),
    _percent("หมวด 7 ผลลัพธ์การดำเนินการ", "PLN", 40, "70", "90"),
)

KRS = (
    _percent("ร้อยละของผู้เรียน ป.1 ที่อ่านออกเขียนได้", "SUP", 30, "75", "95"),
    Row("จำนวนสถานศึกษาที่มีระบบดูแลช่วยเหลือนักเรียนครบองค์ประกอบ", "EDU", "number", "แห่ง", 30, "170", "250"),
    _level("ระดับความสำเร็จในการยกระดับคุณภาพการศึกษา", "SUP", 20),
    _level("ระดับความสำเร็จของการปรับปรุงระบบงานเป็นดิจิทัล", "ICT", 20),
)

AREA_STANDARDS: dict[str, tuple[Row, ...]] = {
    "STD1": (
        _level("การบริหารจัดการที่ดี", "ADM", 7),
        _level("การพัฒนาสู่องค์การแห่งการเรียนรู้", "HRD", 7),
        _level("การกระจายอำนาจและการส่งเสริมการมีส่วนร่วมในการบริหารและการจัดการศึกษา", "PLN", 7),
    ),
    "STD2": (
        _level("การบริหารงานด้านวิชาการ", "SUP", 8),
        _level("การบริหารงานด้านงบประมาณ", "FIN", 7),
        _level("การบริหารงานด้านการบริหารงานบุคคล", "HRM", 7),
        _level("การบริหารงานด้านการบริหารทั่วไป", "ADM", 7),
        _level("การติดตาม ตรวจสอบ ประเมินผล และนิเทศการศึกษา", "SUP", 7),
    ),
    "STD3": (
        _level("สำนักงานเขตพื้นที่การศึกษามีผลงานที่แสดงความสำเร็จและเป็นแบบอย่างได้", "PLN", 7),
        _level("สถานศึกษามีระบบประกันคุณภาพภายในที่เข้มแข็ง", "SUP", 7),
        _level("ผู้เรียนมีคุณภาพตามหลักสูตร", "SUP", 8),
        _level("ประชากรวัยเรียนได้รับสิทธิและโอกาสทางการศึกษาอย่างทั่วถึง", "EDU", 7),
        _level("ครูและบุคลากรทางการศึกษามีผลงานเชิงประจักษ์", "HRD", 7),
        _level("ผู้รับบริการและผู้มีส่วนได้ส่วนเสียมีความพึงพอใจ", "ADM", 7),
    ),
}

ACTION_PLAN = (
    _percent("ร้อยละของโครงการที่ดำเนินการแล้วเสร็จตามแผน", "PLN", 9),
    _percent("ร้อยละของการเบิกจ่ายงบประมาณภาพรวม", "FIN", 9, "84", "96"),
    _percent("ร้อยละของสถานศึกษาที่ได้รับการติดตามอย่างน้อยปีละ 1 ครั้ง", "SUP", 9, "80", "100"),
    _percent("ร้อยละของครูที่ได้รับการพัฒนาตามแผนพัฒนาตนเอง", "HRD", 9),
    _percent("ร้อยละของสถานศึกษาที่ผ่านเกณฑ์โรงเรียนปลอดภัย", "EDU", 8, "70", "90"),
    _percent("ร้อยละของสถานศึกษาที่แก้ไขข้อสังเกตของผู้ตรวจสอบภายใน", "AUD", 8, "70", "90"),
    _percent("ร้อยละของผู้บริหารที่ผ่านการอบรมด้านกฎหมาย", "LAW", 8, "70", "90"),
    Row("จำนวนนวัตกรรมการจัดการเรียนรู้ที่เผยแพร่", "SUP", "number", "ชิ้นงาน", 8, "10", "30"),
    Row("จำนวนห้องเรียนทางไกลที่ใช้งานได้จริง", "ICT", "number", "ห้อง", 8, "20", "60"),
    Row("จำนวนเครือข่ายความร่วมมือที่มีกิจกรรมต่อเนื่อง", "ADM", "number", "เครือข่าย", 8, "8", "24"),
    Row("จำนวนนักเรียนออกกลางคัน", "EDU", "number", "คน", 8, "50", "10", "lower"),
    Row("จำนวนวันเฉลี่ยในการดำเนินการด้านบุคคลต่อเรื่อง", "HRM", "number", "วัน", 8, "30", "10", "lower"),
)

ITA = (
    _percent("คะแนนการรับรู้ของผู้มีส่วนได้ส่วนเสียภายใน (IIT)", "ADM", 30, "75", "95"),
    _percent("คะแนนการรับรู้ของผู้มีส่วนได้ส่วนเสียภายนอก (EIT)", "ADM", 30, "75", "95"),
    _percent("คะแนนการเปิดเผยข้อมูลสาธารณะ (OIT)", "ICT", 40, "75", "95"),
)

# Framework, prefix of the codes, rows with the standard each belongs to.
FRAMEWORKS: tuple[tuple[Framework, str, tuple[tuple[str | None, Row], ...]], ...] = (
    ("pmqa", "PMQA", tuple((None, row) for row in PMQA)),
    ("krs", "KRS", tuple((None, row) for row in KRS)),
    ("area_std", "STD", tuple((std, row) for std, rows in AREA_STANDARDS.items() for row in rows)),
    ("action_plan", "AP", tuple((None, row) for row in ACTION_PLAN)),
    ("ita", "ITA", tuple((None, row) for row in ITA)),
)

# The one indicator that nobody owns, on purpose.
WITHOUT_OWNER = "AP-10"
# The indicator that the officer who left was responsible for.
OF_THE_LEAVER = "AP-05"
