"""The invented names: every surname says that its bearer is not a person."""

from __future__ import annotations

SURNAME_MARKERS = ("สมมติ", "จำลอง", "ตัวอย่าง", "ทดลอง")

# Thai given name, Latin form for the user name.
GIVEN_NAMES = (
    ("กานดา", "kanda"),
    ("ขวัญใจ", "khwanjai"),
    ("จิราภา", "jirapa"),
    ("ชาตรี", "chatri"),
    ("ณัฐพล", "natthaphon"),
    ("ดารุณี", "darunee"),
    ("ธีรวัฒน์", "thirawat"),
    ("นภัสสร", "naphatson"),
    ("ปกรณ์", "pakorn"),
    ("พิมพา", "phimpha"),
    ("มานิตา", "manita"),
    ("ยุทธนา", "yutthana"),
    ("รัชนก", "ratchanok"),
    ("วรวุฒิ", "worawut"),
    ("ศิริพร", "siriporn"),
    ("สมหมาย", "sommai"),
    ("สุนทร", "sunthorn"),
    ("อรทัย", "orathai"),
    ("อนุชา", "anucha"),
    ("เอกชัย", "ekachai"),
)

# Thai surname, the letters that tell user names apart.
SURNAMES = (
    ("สมมติกุล", "som"),
    ("จำลองวงศ์", "cha"),
    ("ตัวอย่างดี", "tua"),
    ("ทดลองศรี", "tho"),
    ("วงศ์สมมติ", "won"),
    ("ศรีตัวอย่าง", "sri"),
    ("สุขจำลอง", "suk"),
    ("บุญทดลอง", "bun"),
    ("นามสมมติ", "nam"),
    ("แก้วตัวอย่าง", "kae"),
)

# Code, Thai and English name, number of officers, Thai name of the post of an officer.
GROUPS = (
    ("ADM", "กลุ่มอำนวยการ", "General administration", 6, "นักจัดการงานทั่วไป"),
    ("PLN", "กลุ่มนโยบายและแผน", "Policy and planning", 7, "นักวิเคราะห์นโยบายและแผน"),
    (
        "ICT",
        "กลุ่มส่งเสริมการศึกษาทางไกล เทคโนโลยีสารสนเทศและการสื่อสาร",
        "Distance education and ICT promotion",
        4,
        "นักวิชาการคอมพิวเตอร์",
    ),
    ("FIN", "กลุ่มบริหารงานการเงินและสินทรัพย์", "Finance and assets", 6, "นักวิชาการเงินและบัญชี"),
    ("HRM", "กลุ่มบริหารงานบุคคล", "Personnel", 7, "นักทรัพยากรบุคคล"),
    (
        "HRD",
        "กลุ่มพัฒนาครูและบุคลากรทางการศึกษา",
        "Teacher and personnel development",
        5,
        "นักทรัพยากรบุคคล",
    ),
    (
        "SUP",
        "กลุ่มนิเทศ ติดตามและประเมินผลการจัดการศึกษา",
        "Supervision, monitoring and evaluation of education provision",
        14,
        "ศึกษานิเทศก์",
    ),
    ("EDU", "กลุ่มส่งเสริมการจัดการศึกษา", "Promotion of education provision", 7, "นักวิชาการศึกษา"),
    ("AUD", "หน่วยตรวจสอบภายใน", "Internal audit unit", 2, "นักวิชาการตรวจสอบภายใน"),
    ("LAW", "กลุ่มกฎหมายและคดี", "Legal affairs", 2, "นิติกร"),
)
