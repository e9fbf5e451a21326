"""The newest records, which come in as the demo is loaded.

The story of the demo ends on 22 January 2027, and its figures belong to that day. A newcomer looks at it on any other
day, on which nothing would have come in for a long time, or not yet. So the last task records and answers of
participants carry the time of loading; no golden figure of a report counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from plan.demo.chance import BANGKOK, DEMO_NOW, dice
from plan.demo.model import DemoOffice
from plan.demo.office_hours import is_working_day, moment_on
from plan.demo.satisfaction import RECENT as RECENT_ANSWERS
from plan.demo.satisfaction import recent_satisfaction
from plan.demo.submission_model import DemoSubmission
from plan.demo.task_plan import RECENT as RECENT_TASKS
from plan.demo.tasks import recent_task_records

# Half of them are of today, the others of the working days among the five before it.
_DAYS_BACK = 5
_FIRST_HOURS_AGO, _LAST_MINUTES_AGO = timedelta(hours=5), timedelta(minutes=3)


def generate_recent(office: DemoOffice, now: datetime = DEMO_NOW) -> Iterator[DemoSubmission]:
    """24 new tasks and 16 answers of participants of the days before `now`, in the order of their arrival."""
    moment = now.astimezone(BANGKOK)
    records = [
        *recent_task_records(office, recent_moments(office.seed, "tasks", moment, RECENT_TASKS)),
        *recent_satisfaction(office, recent_moments(office.seed, "answers", moment, RECENT_ANSWERS)),
    ]
    yield from sorted(records, key=lambda item: item.received_at)


def recent_moments(seed: int, subject: str, now: datetime, count: int) -> list[datetime]:
    """`count` moments before `now`, rising; half of them today, however early it is."""
    chance = dice(seed, f"recent {subject}")
    today = count // 2
    days = [day for day in _days_before(now.date()) if is_working_day(day)]
    earlier = sorted(moment_on(chance, chance.choice(days)) for _ in range(count - today))
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    first, last = (max(now - ago, midnight) for ago in (_FIRST_HOURS_AGO, _LAST_MINUTES_AGO))
    step = (last - first) / today
    return [*earlier, *(first + step * (place + 1) for place in range(today))]


def _days_before(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in range(1, _DAYS_BACK + 1)]
