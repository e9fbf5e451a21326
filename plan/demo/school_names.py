"""Districts, networks and the parts from which the invented school names are put together."""

from __future__ import annotations

from typing import NamedTuple


class District(NamedTuple):
    """A district with its number of schools and networks and the middle of its area in degrees."""

    code: str
    name_th: str
    province: str
    schools: int
    networks: int
    latitude: float
    longitude: float
    without_signal: bool


DISTRICTS = (
    District("D01", "เมืองธารานคร", "ธารานคร", 60, 6, 10.42, 99.12, without_signal=False),
    District("D02", "ทุ่งฟ้าหม่น", "ธารานคร", 45, 4, 10.63, 98.98, without_signal=False),
    District("D03", "ห้วยดาวเรียง", "ธารานคร", 50, 5, 10.22, 98.93, without_signal=False),
    District("D04", "ดอนหมอกจาง", "ธารานคร", 40, 4, 10.01, 99.01, without_signal=False),
    District("D05", "เกาะคลื่นเงิน", "ธารานคร", 30, 3, 10.18, 99.86, without_signal=True),
    District("D06", "หนองแสงเดือน", "แสงเดือน", 25, 2, 9.78, 98.88, without_signal=False),
)

# Prefix, number of schools, whether a suffix may follow the stem.
PREFIXES = (
    ("บ้าน", 150, True),
    ("วัด", 50, True),
    ("ชุมชนบ้าน", 20, False),
    ("อนุบาล", 8, False),
    ("นิคมสร้างตนเอง", 5, False),
    ("ราษฎร์บำรุง", 17, False),
)

STEMS = (
    "ห้วยหมอก",
    "ทุ่งดาว",
    "หนองเดือนหงาย",
    "โคกลมโชย",
    "ดอนฝนพรำ",
    "นาแสงทอง",
    "คลองคลื่น",
    "ป่าเมฆ",
    "เขาหมอกขาว",
    "สวนดาวเรือง",
    "บึงบัวเงิน",
    "ท่าลมทะเล",
    "ไร่ตะวันรุ่ง",
    "ม่อนเมฆลอย",
    "สันลมหนาว",
    "ธารแก้วใส",
    "วังปลาเงิน",
    "เนินฟ้ากว้าง",
    "คลองลมเย็น",
    "นาฝนทอง",
    "ทุ่งรวงเดือน",
    "หนองบัวดาว",
    "ห้วยทรายเงิน",
    "โคกตะวันฉาย",
    "ดอนดาวประกาย",
    "บึงหมอกงาม",
    "ป่าสนลมพัด",
    "เขาเดือนเด่น",
    "ท่าฟ้าคราม",
    "สวนลมฝน",
    "ซับฟ้าใส",
    "บ่อน้ำค้าง",
    "แหลมดาวตก",
    "อ่าวจันทร์ฉาย",
    "หาดคลื่นนวล",
    "โขดหินดาว",
    "ปากคลองหมอก",
    "ทับเมฆ",
    "พรุแสงจันทร์",
    "ควนลมเอื่อย",
)

SUFFIXES = ("", "เหนือ", "ใต้", " (ธาราอุปถัมภ์)", "วิทยา", "พิทยาคม", "สามัคคี")

NETWORK_NAMES = (
    "ธาราเหนือ",
    "ธาราใต้",
    "ธารากลาง",
    "ริมธาร",
    "ปากธาร",
    "ธารทอง",
    "ฟ้าหม่นเหนือ",
    "ฟ้าหม่นใต้",
    "ฟ้าหม่นพัฒนา",
    "ทุ่งฟ้าสามัคคี",
    "ดาวเรียงเหนือ",
    "ดาวเรียงใต้",
    "ดาวเรียงกลาง",
    "ห้วยดาวพัฒนา",
    "ต้นน้ำดาวเรียง",
    "หมอกจางเหนือ",
    "หมอกจางใต้",
    "ดอนหมอกพัฒนา",
    "ดอนหมอกสามัคคี",
    "คลื่นเงินตะวันออก",
    "คลื่นเงินตะวันตก",
    "เกาะคลื่นสัมพันธ์",
    "แสงเดือนเหนือ",
    "แสงเดือนใต้",
)

# One name in two districts of two provinces, on purpose: a name alone never identifies a school.
SHARED_NAME = "บ้านห้วยหมอกใต้"
SHARED_IN = ("D01", "D06")
