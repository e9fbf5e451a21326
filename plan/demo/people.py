"""The ten groups, sixty officers, the director and three deputies of the invented office."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plan.demo.chance import day_between, demo_uuid, dice
from plan.demo.model import DemoGroup, DemoGroupMove, DemoOfficer, OfficerRole
from plan.demo.people_names import GIVEN_NAMES, GROUPS, SURNAMES

# Who changed group during the year: present group, place in it, former group, first day in the present one.
_MOVES = (
    ("PLN", 5, "EDU", date(2026, 12, 1)),
    ("HRM", 4, "ADM", date(2027, 1, 4)),
)
# Who left: group, place in it, last day at work.
_LEAVER = ("EDU", 4, date(2026, 11, 30))
_DEPUTY_GROUPS = (("PLN", "SUP", "ICT"), ("HRM", "HRD", "LAW", "ADM"), ("FIN", "EDU", "AUD"))


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """Everybody who works in the office."""

    groups: tuple[DemoGroup, ...]
    officers: tuple[DemoOfficer, ...]
    director: DemoOfficer
    deputies: tuple[DemoOfficer, ...]

    def present(self, group_code: str) -> list[DemoOfficer]:
        """The officers of a group who have not left."""
        return [item for item in self.officers if item.group_code == group_code and item.active_to is None]

    @property
    def leaver(self) -> DemoOfficer:
        """The officer who left during the year."""
        return next(item for item in self.officers if item.active_to is not None)

    @property
    def successor(self) -> DemoOfficer:
        """The colleague who took over from the leaver."""
        return self.present(self.leaver.group_code or "")[-1]


def build_staff(seed: int) -> DemoStaff:
    """Everybody in the office, with names drawn without repetition."""
    chance = dice(seed, "people")
    names = _names(chance)
    director = _person(chance, next(names), "DIR-001", None, "director", "ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา")
    deputies = tuple(
        replace(
            _person(
                chance,
                next(names),
                f"DEP-{number:03d}",
                None,
                "deputy",
                "รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา",
            ),
            assigned_groups=assigned,
        )
        for number, assigned in enumerate(_DEPUTY_GROUPS, start=1)
    )
    return DemoStaff(
        groups=tuple(DemoGroup(code, name_th, name_en) for code, name_th, name_en, _, _ in GROUPS),
        officers=tuple(_with_history(_officers(chance, names))),
        director=director,
        deputies=deputies,
    )


def _names(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    every = [(given, surname, f"{latin}.{letters}") for given, latin in GIVEN_NAMES for surname, letters in SURNAMES]
    chance.shuffle(every)
    return iter(every)


def _officers(chance: random.Random, names: Iterator[tuple[str, str, str]]) -> Iterator[DemoOfficer]:
    number = 0
    for code, name_th, _, size, post in GROUPS:
        for place in range(size):
            number += 1
            role, position = _post(code, name_th, post, place)
            yield _person(chance, next(names), f"OFF-{number:03d}", code, role, position)


def _post(group_code: str, group_name: str, post: str, place: int) -> tuple[OfficerRole, str]:
    if place == 0:
        return "group_director", f"ผู้อำนวยการ{group_name}"
    if group_code == "PLN" and place == 1:
        return "me_head", "หัวหน้างานติดตาม ประเมินผลและรายงาน"
    # A supervisor of the first grade carries no grade in the title.
    first_grade = "" if group_code == "SUP" else "ปฏิบัติการ"
    return "officer", f"{post}{('ชำนาญการพิเศษ', 'ชำนาญการ', first_grade)[place % 3]}"


def _person(
    chance: random.Random,
    name: tuple[str, str, str],
    code: str,
    group_code: str | None,
    role: OfficerRole,
    position: str,
) -> DemoOfficer:
    given, surname, username = name
    return DemoOfficer(
        code=code,
        uuid=demo_uuid("officer", code),
        given_name=given,
        surname=surname,
        username=username,
        group_code=group_code,
        position=position,
        role=role,
        active_from=day_between(chance, date(2012, 10, 1), date(2025, 10, 1)),
        active_to=None,
    )


def _with_history(officers: Iterator[DemoOfficer]) -> Iterator[DemoOfficer]:
    places: dict[str | None, int] = {}
    for officer in officers:
        place = places.get(officer.group_code, 0)
        places[officer.group_code] = place + 1
        moves = tuple(
            DemoGroupMove(former, group, moved_on)
            for group, at, former, moved_on in _MOVES
            if (group, at) == (officer.group_code, place)
        )
        left = _LEAVER[2] if (officer.group_code, place) == _LEAVER[:2] else None
        yield replace(officer, moves=moves, active_to=left)


def left_on_day_after(officer: DemoOfficer) -> date | None:
    """The first day on which somebody else must hold the officer's duties."""
    return None if officer.active_to is None else officer.active_to + timedelta(days=1)
