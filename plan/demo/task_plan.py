"""The tasks of the officers and when each was recorded: 420 records, new tasks and reports on earlier ones.

Most are made by tablets and browsers that have synchronised in between, so each report is based on the version before
it. On purpose there are a tablet that was away for a week, whose three changes of one task arrive in the wrong order,
and two tablets that changed one task without knowing of each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from plan.demo import task_texts
from plan.demo.chance import BANGKOK, DEMO_TODAY, YEAR_START, demo_uuid, dice, happens
from plan.demo.model import DemoIndicator, DemoOffice, DemoOfficer, DemoProject
from plan.demo.office_hours import moment_on, working_days
from plan.demo.record import Sitting, browser_of, sitting
from plan.demo.submission_model import Trouble
from plan.demo.visit_plan import device_of

# How many tasks have one, two and three records; with those on purpose and the recent ones 420 records.
SIZES = {1: 130, 2: 100, 3: 20}
RECENT = 24
_LAST_DAY = DEMO_TODAY - timedelta(days=2)
_WITH_TABLETS = ("PLN", "SUP", "EDU")
_NEXT_MORNING = time(8, 20)


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it was first recorded; it serves a project, an indicator or, without either, a policy."""

    code: str
    uuid: UUID
    officer: DemoOfficer
    title: str
    project: DemoProject | None = None
    indicator: DemoIndicator | None = None


class Branch(NamedTuple):
    """What a tablet says of the version it changed; all empty when it makes the task."""

    base: int | None = None
    trunk: int | None = None
    branch_id: str = ""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One record of a task, the `number`-th from 1."""

    task: Task
    number: int
    status: str
    sat: Sitting
    branch: Branch
    trouble: Trouble | None = None


def plan_steps(office: DemoOffice) -> list[PlannedStep]:
    """All records but the recent ones, in the order in which they reach the server."""
    chance = dice(office.seed, "tasks")
    subjects = _Subjects(office)
    steps = [*_offline(office), *_shared(office)]
    sizes = [size for size, count in SIZES.items() for _ in range(count)]
    chance.shuffle(sizes)
    for number, size in enumerate(sizes, start=1):
        steps += _steps(chance, subjects.task(chance, f"T-{number:04d}"), size)
    return sorted(steps, key=lambda step: step.sat.received_at)


def recent_steps(office: DemoOffice, moments: Sequence[datetime]) -> Iterator[PlannedStep]:
    """One new task for each moment."""
    chance = dice(office.seed, "recent tasks")
    subjects = _Subjects(office)
    for number, moment in enumerate(moments, start=1):
        task = subjects.task(chance, f"R-{number:04d}")
        sat = sitting(task.officer, moment, chance.randint(2, 9), device_id=_device(task.officer))
        yield PlannedStep(task, 1, _first_status(chance), sat, Branch())


class _Subjects:
    """Whom a new task may be given to, and what it can be about."""

    def __init__(self, office: DemoOffice) -> None:
        self.officers = [item for item in office.officers if item.active_to is None]
        self.projects = [item for item in office.projects if item.status != "cancelled"]
        self.indicators = office.indicators

    def task(self, chance: random.Random, code: str) -> Task:
        officer = chance.choice(self.officers)
        own = [item for item in self.projects if item.owner_code == officer.code]
        of_group = [item for item in self.projects if item.group_code == officer.group_code]
        kept = [item for item in self.indicators if item.owner_code == officer.code]
        kind = chance.choices(("project", "indicator", "policy"), (6, 3 if kept else 0, 2))[0]
        if kind == "project":
            project = chance.choice(own or of_group)
            title = chance.choice(task_texts.PROJECT_TASKS).format(subject=project.title)
            return _task(code, officer, title, project=project)
        if kind == "indicator":
            indicator = chance.choice(kept)
            title = chance.choice(task_texts.INDICATOR_TASKS).format(subject=indicator.code)
            return _task(code, officer, title, indicator=indicator)
        return _task(code, officer, chance.choice(task_texts.POLICY_TASKS))


def _task(
    code: str,
    officer: DemoOfficer,
    title: str,
    *,
    project: DemoProject | None = None,
    indicator: DemoIndicator | None = None,
) -> Task:
    return Task(code, demo_uuid("task", code), officer, title, project, indicator)


def _steps(chance: random.Random, task: Task, size: int) -> Iterator[PlannedStep]:
    """The records of one task, each on a day of its own and received before the next one is begun."""
    days = sorted(chance.sample(working_days(YEAR_START, _LAST_DAY), size))
    for number, (day, status) in enumerate(zip(days, _statuses(chance, size), strict=True), start=1):
        sat = _sitting(chance, task.officer, moment_on(chance, day))
        yield PlannedStep(task, number, status, sat, _synchronised(task, number))


def _synchronised(task: Task, number: int) -> Branch:
    """A tablet that holds everything recorded so far."""
    if number == 1:
        return Branch()
    return Branch(number - 1, number - 1, str(demo_uuid("branch", f"{task.code}/{number}")))


def _statuses(chance: random.Random, size: int) -> list[str]:
    """Nobody reports on a task that is done."""
    if size == 1:
        return [_first_status(chance)]
    begun = [chance.choice(("planned", "doing")), *(chance.choice(("doing", "doing", "blocked")) for _ in range(size))]
    return [*begun[: size - 1], chance.choices(("done", "doing", "blocked"), (7, 2, 1))[0]]


def _first_status(chance: random.Random) -> str:
    return chance.choices(("planned", "doing", "blocked", "done"), (30, 35, 10, 25))[0]


def _sitting(chance: random.Random, officer: DemoOfficer, ended: datetime) -> Sitting:
    """On the tablet or browser of the officer; what was recorded away from the office comes in the next morning."""
    received = None
    if officer.group_code in _WITH_TABLETS and happens(chance, 0.3):
        morning = datetime.combine(ended.date() + timedelta(days=1), _NEXT_MORNING, BANGKOK)
        received = morning + timedelta(seconds=chance.randint(0, 1200))
    return sitting(officer, ended, chance.randint(2, 9), received_at=received, device_id=_device(officer))


def _device(officer: DemoOfficer) -> str:
    return device_of(officer) if officer.group_code in _WITH_TABLETS else browser_of(officer)


def _offline(office: DemoOffice) -> list[PlannedStep]:
    """A week on the islands: made on Monday, reported on Wednesday and Friday, sent last first on the next Monday."""
    officer = _officer(office, "SUP")
    task = _task("T-OFFLINE", officer, task_texts.OFFLINE_TASK)
    branch = str(demo_uuid("branch", task.code))
    online = datetime(2027, 1, 18, 8, 31, tzinfo=BANGKOK)
    made = (
        (date(2027, 1, 11), "planned", Branch(), 35),
        (date(2027, 1, 13), "doing", Branch(1, None, branch), 20),
        (date(2027, 1, 15), "done", Branch(2, None, branch), 5),
    )
    return [
        PlannedStep(
            task,
            number,
            status,
            _away(officer, datetime.combine(day, time(15, 10), BANGKOK), online + timedelta(seconds=after)),
            said,
            Trouble.WRONG_ORDER,
        )
        for number, (day, status, said, after) in enumerate(made, start=1)
    ]


def _shared(office: DemoOffice) -> list[PlannedStep]:
    """The head of evaluation calls a task blocked on a tablet without signal, and meanwhile done on another device."""
    officer = _officer(office, "PLN", "me_head")
    task = _task("T-SHARED", officer, task_texts.SHARED_TASK)
    first, second = (Branch(1, 1, str(demo_uuid("branch", f"{task.code}/{place}"))) for place in ("desk", "tablet"))
    made = sitting(officer, datetime(2027, 1, 12, 9, 30, tzinfo=BANGKOK), 6)
    at_desk = sitting(officer, datetime(2027, 1, 19, 15, 0, tzinfo=BANGKOK), 5)
    away = _away(officer, datetime(2027, 1, 19, 14, 5, tzinfo=BANGKOK), datetime(2027, 1, 20, 9, 10, tzinfo=BANGKOK))
    return [
        PlannedStep(task, 1, "doing", made, Branch()),
        PlannedStep(task, 2, "done", at_desk, first, Trouble.ENTITY_CONFLICT),
        PlannedStep(task, 3, "blocked", away, second, Trouble.ENTITY_CONFLICT),
    ]


def _away(officer: DemoOfficer, ended: datetime, received: datetime) -> Sitting:
    return sitting(officer, ended, 6, received_at=received, device_id=device_of(officer))


def _officer(office: DemoOffice, group_code: str, role: str = "officer") -> DemoOfficer:
    fits: Iterable[DemoOfficer] = (
        item for item in office.officers if item.group_code == group_code and item.role == role
    )
    return next(item for item in fits if item.active_to is None)
