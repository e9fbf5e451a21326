"""The 6 districts, 24 networks and 250 schools of the invented office."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import NormalDist

from plan.demo.chance import demo_uuid, dice
from plan.demo.model import DemoDistrict, DemoNetwork, DemoSchool, SchoolSize
from plan.demo.school_names import (
    DISTRICTS,
    NETWORK_NAMES,
    PREFIXES,
    SHARED_IN,
    SHARED_NAME,
    STEMS,
    SUFFIXES,
    District,
)

# 55, 32, 11 and 2 per cent of 250, with the greatest number of pupils of each size.
SIZES: tuple[tuple[SchoolSize, int, float], ...] = (
    ("small", 138, 120.5),
    ("medium", 80, 600.5),
    ("large", 27, 1500.5),
    ("extra_large", 5, math.inf),
)
MEDIAN_STUDENTS = 95
_COUNT = 250
# The closing is announced for the end of the school year, which is the middle of the fiscal year: on the demo
# date the school is still open, so coverage is counted over 250.
_CLOSING = ("D04", date(2027, 3, 31))
_LARGE_PREFIXES = ("อนุบาล", "ชุมชนบ้าน")


def build_districts() -> tuple[DemoDistrict, ...]:
    """The six districts, the last one in another province."""
    return tuple(DemoDistrict(item.code, item.name_th, item.province, item.without_signal) for item in DISTRICTS)


def build_networks() -> tuple[DemoNetwork, ...]:
    """The 24 school networks, numbered through the districts."""
    homes = [district.code for district in DISTRICTS for _ in range(district.networks)]
    return tuple(
        DemoNetwork(f"NW{number:02d}", f"กลุ่มโรงเรียน{name}", home)
        for number, (name, home) in enumerate(zip(NETWORK_NAMES, homes, strict=True), start=1)
    )


def build_schools(seed: int) -> tuple[DemoSchool, ...]:
    """The 250 schools in order of code, district by district."""
    chance = dice(seed, "schools")
    names = _names(chance)
    sizes = _sizes(chance, names)
    networks = build_networks()
    schools: list[DemoSchool] = []
    for district in DISTRICTS:
        own = [network.code for network in networks if network.district_code == district.code]
        for place in range(district.schools):
            number = len(schools)
            name = _name_in(names, number, district, place)
            size, students = sizes[number]
            schools.append(_school(chance, number + 1, name, district, own[place % len(own)], size, students))
    return _with_closing(schools)


def _names(chance: random.Random) -> list[str]:
    """250 different names in the wanted shares of prefixes, in random order."""
    names: list[str] = []
    for prefix, count, with_suffix in PREFIXES:
        every = [f"{prefix}{stem}{suffix}" for stem in STEMS for suffix in (SUFFIXES if with_suffix else ("",))]
        names += chance.sample([name for name in every if name != SHARED_NAME], count)
    chance.shuffle(names)
    for place in _shared_places():
        _swap_in_village_school(names, place)
    return names


def _shared_places() -> tuple[int, ...]:
    """Where the two schools of one name stand: the first place of each of the two districts."""
    before = 0
    places = []
    for district in DISTRICTS:
        if district.code in SHARED_IN:
            places.append(before)
        before += district.schools
    return tuple(places)


def _swap_in_village_school(names: list[str], place: int) -> None:
    """Bring a village school to `place`, so that the shared name does not change the share of prefixes."""
    other = next(index for index, name in enumerate(names) if name.startswith("บ้าน") and index not in _shared_places())
    if not names[place].startswith("บ้าน"):
        names[place], names[other] = names[other], names[place]


def _name_in(names: list[str], number: int, district: District, place: int) -> str:
    return SHARED_NAME if district.code in SHARED_IN and place == 0 else names[number]


def _sizes(chance: random.Random, names: list[str]) -> list[tuple[SchoolSize, int]]:
    """Size and pupils for each name; nursery and community schools tend to be the big ones."""
    ranked = sorted(
        range(_COUNT),
        key=lambda index: (
            chance.random()
            + (2 if names[index].startswith(_LARGE_PREFIXES[0]) else 0)
            + (0.6 if names[index].startswith(_LARGE_PREFIXES[1]) else 0)
        ),
    )
    labels: list[SchoolSize] = [size for size, count, _ in SIZES for _ in range(count)]
    sizes: list[tuple[SchoolSize, int]] = [("small", 0)] * _COUNT
    for rank, index in enumerate(ranked):
        sizes[index] = (labels[rank], _students((rank + 0.5) / _COUNT))
    return sizes


def _students(quantile: float) -> int:
    """Pupils at a quantile of a log-normal curve, bent so that the size classes end at their limits."""
    normal = NormalDist()
    knots = [(-3.0, math.log(9)), (0.0, math.log(MEDIAN_STUDENTS))]
    below = 0
    for _, count, limit in SIZES[:-1]:
        below += count
        knots.append((normal.inv_cdf(below / _COUNT), math.log(limit)))
    knots.append((3.0, math.log(2600)))
    z = normal.inv_cdf(quantile)
    for (z1, y1), (z2, y2) in pairwise(knots):
        if z <= z2:
            return round(math.exp(y1 + (y2 - y1) * (z - z1) / (z2 - z1)))
    return round(math.exp(knots[-1][1]))


def _school(
    chance: random.Random,
    number: int,
    name: str,
    district: District,
    network_code: str,
    size: SchoolSize,
    students: int,
) -> DemoSchool:
    code = f"9901{number:04d}"
    spread = 0.035 if district.without_signal else 0.07
    return DemoSchool(
        uuid=demo_uuid("school", code),
        code=code,
        name=name,
        district_code=district.code,
        network_code=network_code,
        size=size,
        students=students,
        latitude=round(district.latitude + chance.uniform(-spread, spread), 6),
        longitude=round(district.longitude + chance.uniform(-spread, spread), 6),
        active_from=date(chance.randint(1925, 1992), 5, chance.randint(1, 28)),
        active_to=None,
    )


def _with_closing(schools: list[DemoSchool]) -> tuple[DemoSchool, ...]:
    """The smallest school of one district closes in the middle of the fiscal year."""
    district, last_day = _CLOSING
    smallest = min((item for item in schools if item.district_code == district), key=lambda item: item.students)
    return tuple(replace(item, active_to=last_day) if item is smallest else item for item in schools)
