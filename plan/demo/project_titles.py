"""The 80 projects of the annual action plan, written by hand so that they read as an office writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plan.demo.model_projects import ProgressStatus

Kind = Literal["plan", "system", "workshop", "supervise", "contest", "audit", "care"]
Audience = Literal["staff", "directors", "teachers", "clerks", "pupils", "parents", "partners"]


@dataclass(frozen=True, slots=True)
class Title:
    """A project by hand: what it is called, how it works, for whom, and where it stands at the demo date."""

    text: str
    kind: Kind
    audience: Audience
    status: ProgressStatus = "in_progress"
    reason: str = ""
    money: bool = True
    # The owner has not reported quarter 1.
    silent: bool = False
    # More people were reached than planned.
    over_target: bool = False
    # The completion report states more money spent than received.
    overspends: bool = False


TITLES: dict[str, tuple[Title, ...]] = {
    "ADM": (
        Title("งานธรรมาภิบาลและ ITA", "system", "staff"),
        Title(
            "พัฒนาสำนักงานเขตพื้นที่การศึกษาให้น่าอยู่ น่าทำงาน",
            "care",
            "staff",
            "delayed",
            "ผู้รับจ้างส่งมอบงานปรับปรุงอาคารช้ากว่าสัญญา",
        ),
        Title("ประชาสัมพันธ์ผลงานทางการศึกษาสู่ชุมชน", "care", "parents", money=False),
        Title("ประชุมผู้บริหารสถานศึกษาประจำเดือน", "workshop", "directors"),
        Title("พัฒนาระบบงานสารบรรณอิเล็กทรอนิกส์", "system", "clerks"),
        Title(
            "เสริมสร้างเครือข่ายความร่วมมือของกลุ่มโรงเรียน",
            "workshop",
            "partners",
            "postponed",
            "ขอขยายเวลาให้ตรงกับการประชุมประธานกลุ่มโรงเรียนเดือนเมษายน",
        ),
    ),
    "PLN": (
        Title("จัดทำแผนปฏิบัติการประจำปีงบประมาณ 2570", "plan", "staff", "completed"),
        Title("พัฒนาระบบติดตามและประเมินผลแบบออฟไลน์", "system", "staff"),
        Title("ประชุมเชิงปฏิบัติการรายงานผลตัวชี้วัด", "workshop", "staff"),
        Title("ทบทวนแผนพัฒนาการศึกษาขั้นพื้นฐานระยะครึ่งแผน", "plan", "partners"),
        Title("จัดทำข้อมูลสารสนเทศทางการศึกษา", "system", "clerks"),
        Title("ติดตามและประเมินผลแผนงานโครงการประจำปี", "supervise", "directors", money=False),
        Title("จัดทำรายงานผลการดำเนินงานประจำปี", "plan", "staff", "not_started"),
        Title(
            "บริหารจัดการโรงเรียนขนาดเล็กอย่างมีคุณภาพ",
            "supervise",
            "directors",
            "delayed",
            "รอข้อมูลจำนวนนักเรียนที่ยืนยันแล้วจากสถานศึกษา",
        ),
        Title("เตรียมการรับการตรวจราชการแบบบูรณาการ", "plan", "staff", money=False),
    ),
    "ICT": (
        Title("พัฒนาห้องเรียนทางไกลโรงเรียนเกาะ", "care", "pupils"),
        Title("ยกระดับทักษะดิจิทัลครูใหม่ รุ่นที่ 1", "workshop", "teachers", "completed", overspends=True),
        Title("ยกระดับทักษะดิจิทัลครูใหม่ รุ่นที่ 2", "workshop", "teachers"),
        Title("ส่งเสริมการจัดการเรียนรู้วิทยาการคำนวณ ระดับประถม", "workshop", "teachers"),
        Title("ส่งเสริมการจัดการเรียนรู้วิทยาการคำนวณ ระดับมัธยมต้น", "workshop", "teachers", "not_started"),
        Title("พัฒนาสื่อดิจิทัลสำหรับเด็กปฐมวัย", "system", "teachers"),
        Title("ดูแลระบบเครือข่ายและความปลอดภัยสารสนเทศ", "system", "staff"),
        Title(
            "ส่งเสริมการใช้การศึกษาทางไกลผ่านดาวเทียม",
            "supervise",
            "teachers",
            "delayed",
            "อุปกรณ์รับสัญญาณของโรงเรียนชำรุดจากพายุและอยู่ระหว่างซ่อม",
        ),
    ),
    "FIN": (
        Title("เพิ่มประสิทธิภาพการเบิกจ่ายของสถานศึกษา", "audit", "clerks"),
        Title(
            "อบรมเจ้าหน้าที่การเงินและพัสดุโรงเรียน รุ่นที่ 1",
            "workshop",
            "clerks",
            "completed",
            over_target=True,
        ),
        Title("อบรมเจ้าหน้าที่การเงินและพัสดุโรงเรียน รุ่นที่ 2", "workshop", "clerks"),
        Title("ตรวจสอบพัสดุประจำปีของสำนักงานเขตพื้นที่", "audit", "staff", "completed", money=False),
        Title("จัดทำคู่มือการบริหารงบประมาณสำหรับโรงเรียนขนาดเล็ก", "plan", "directors"),
    ),
    "HRM": (
        Title("คัดเลือกครูและบุคลากรดีเด่น", "contest", "teachers"),
        Title("สรรหาและบรรจุแต่งตั้งครูผู้ช่วย", "contest", "teachers"),
        Title("วางแผนอัตรากำลังของสถานศึกษา", "plan", "directors", "completed", money=False),
        Title("เสริมสร้างขวัญกำลังใจข้าราชการครูและบุคลากร", "care", "staff"),
        Title(
            "พัฒนาระบบทะเบียนประวัติอิเล็กทรอนิกส์",
            "system",
            "clerks",
            "delayed",
            "การนำเข้าข้อมูลเดิมมีเอกสารไม่ครบและต้องตรวจทานใหม่",
        ),
        Title("เชิดชูเกียรติผู้เกษียณอายุราชการ", "care", "staff", "not_started"),
    ),
    "HRD": (
        Title("พัฒนาครูผู้ช่วยอย่างเข้ม รุ่นที่ 1", "workshop", "teachers"),
        Title("พัฒนาครูผู้ช่วยอย่างเข้ม รุ่นที่ 2", "workshop", "teachers", "not_started"),
        Title("พัฒนาผู้บริหารสถานศึกษายุคดิจิทัล", "workshop", "directors"),
        Title("ส่งเสริมชุมชนการเรียนรู้ทางวิชาชีพของครู (PLC)", "supervise", "teachers"),
        Title("พัฒนาครูด้านการวัดและประเมินผลในชั้นเรียน ระดับประถม", "workshop", "teachers"),
        Title("พัฒนาครูด้านการวัดและประเมินผลในชั้นเรียน ระดับมัธยมต้น", "workshop", "teachers"),
        Title("พัฒนาสมรรถนะครูปฐมวัยด้านการจัดประสบการณ์การเรียนรู้", "workshop", "teachers"),
        Title(
            "พัฒนาทักษะภาษาอังกฤษของครูประจำชั้น",
            "workshop",
            "teachers",
            "delayed",
            "วิทยากรเลื่อนกำหนดการและยังหาวิทยากรแทนไม่ได้",
        ),
        Title("ส่งเสริมการทำวิจัยในชั้นเรียน", "supervise", "teachers", money=False),
        Title(
            "เตรียมความพร้อมผู้ประเมินวิทยฐานะ",
            "workshop",
            "directors",
            "cancelled",
            "ส่วนกลางจัดอบรมหลักสูตรเดียวกันให้แล้ว",
        ),
    ),
    "SUP": (
        Title("นิเทศบูรณาการโดยใช้โรงเรียนเป็นฐาน", "supervise", "teachers"),
        Title("ส่งเสริมการอ่านออกเขียนได้ ป.1", "supervise", "pupils"),
        Title("ประกันคุณภาพภายในสถานศึกษา", "supervise", "teachers"),
        Title("ยกระดับผลสัมฤทธิ์ทางการเรียน ระดับประถม", "supervise", "pupils"),
        Title("ยกระดับผลสัมฤทธิ์ทางการเรียน ระดับมัธยมต้น", "supervise", "pupils"),
        Title("ส่งเสริมการจัดประสบการณ์เรียนรู้ ระดับปฐมวัย", "supervise", "teachers"),
        Title(
            "พัฒนาหลักสูตรสถานศึกษาฐานสมรรถนะ",
            "workshop",
            "teachers",
            "delayed",
            "คณะทำงานมีภารกิจซ้อนกับการเตรียมทดสอบระดับชาติ",
        ),
        Title("ประเมินความสามารถด้านการอ่านของผู้เรียน ป.1", "care", "pupils"),
        Title("เตรียมความพร้อมการทดสอบระดับชาติ ป.6 และ ม.3", "care", "pupils"),
        Title("ส่งเสริมการเรียนรู้คณิตศาสตร์ด้วยโจทย์ปัญหา ระดับประถม", "workshop", "teachers"),
        Title("ส่งเสริมการจัดการเรียนรู้เชิงรุก (Active Learning)", "supervise", "teachers"),
        Title("นิเทศออนไลน์โรงเรียนบนเกาะ", "supervise", "teachers", money=False),
        Title(
            "พัฒนาเครือข่ายครูผู้สอนวิทยาศาสตร์ ระดับมัธยมต้น",
            "workshop",
            "teachers",
            "postponed",
            "ขอเลื่อนไปจัดช่วงปิดภาคเรียนเพื่อไม่ให้กระทบเวลาเรียน",
        ),
        Title("แข่งขันทักษะทางวิชาการของนักเรียน", "contest", "pupils", "completed", over_target=True),
        Title("ส่งเสริมนิสัยรักการอ่านในโรงเรียนขนาดเล็ก", "care", "pupils"),
        Title(
            "ถอดบทเรียนโรงเรียนต้นแบบด้านการสอน",
            "supervise",
            "teachers",
            "not_started",
            money=False,
            silent=True,
        ),
    ),
    "EDU": (
        Title("ระบบดูแลช่วยเหลือนักเรียน", "care", "pupils"),
        Title("ลดเด็กตกหล่นและออกกลางคัน", "care", "pupils"),
        Title("โรงเรียนปลอดภัย", "care", "pupils"),
        Title(
            "ส่งเสริมสุขภาพและอาหารกลางวันโรงเรียนเกาะ",
            "care",
            "pupils",
            "delayed",
            "คลื่นลมแรง เรือขนส่งวัตถุดิบเข้าเกาะไม่ได้ตามกำหนด",
        ),
        Title("ป้องกันยาเสพติดในสถานศึกษา", "care", "pupils"),
        Title("ส่งเสริมประชาธิปไตยในโรงเรียน", "care", "pupils", "completed", over_target=True),
        Title("ค่ายลูกเสือเสริมทักษะชีวิต ระดับประถม", "care", "pupils"),
        Title(
            "ค่ายลูกเสือเสริมทักษะชีวิต ระดับมัธยมต้น",
            "care",
            "pupils",
            "delayed",
            "ยังไม่ได้รับอนุญาตให้ใช้สถานที่จัดค่าย",
            silent=True,
        ),
        Title("แนะแนวการศึกษาต่อและอาชีพ ระดับมัธยมต้น", "care", "pupils"),
        Title("ระดมทุนการศึกษาเพื่อนักเรียนยากจน", "care", "parents", money=False),
        Title("รณรงค์การรับนักเรียน ปีการศึกษา 2570", "care", "parents", "not_started", silent=True),
        Title(
            "ส่งเสริมกีฬาและนันทนาการนักเรียน",
            "contest",
            "pupils",
            "cancelled",
            "จังหวัดจัดการแข่งขันรายการเดียวกันในช่วงเวลาเดียวกัน",
        ),
        Title("เปิดโลกการเรียนรู้สำหรับเด็กปฐมวัย", "care", "pupils"),
        Title("ส่งเสริมการจัดการศึกษาโดยครอบครัว", "supervise", "parents", money=False),
    ),
    "AUD": (
        Title("ตรวจสอบภายในสถานศึกษาขนาดเล็ก", "audit", "clerks"),
        Title("วางระบบควบคุมภายในของสถานศึกษา", "audit", "directors", money=False),
        Title(
            "ให้คำปรึกษาด้านการเงินและพัสดุแก่โรงเรียนบนเกาะ",
            "audit",
            "clerks",
            "delayed",
            "รอเรือโดยสารและยังไม่ได้ลงพื้นที่ตามแผน",
            silent=True,
        ),
    ),
    "LAW": (
        Title("ให้ความรู้กฎหมายแก่ผู้บริหาร", "workshop", "directors", "completed", over_target=True),
        Title("คุ้มครองสิทธิเด็กและป้องกันการละเมิดในสถานศึกษา", "care", "pupils"),
        Title(
            "พัฒนาระบบรับเรื่องร้องเรียนร้องทุกข์",
            "system",
            "parents",
            "postponed",
            "รอแนวปฏิบัติฉบับใหม่จากส่วนกลาง",
            money=False,
        ),
    ),
}
