"""All records of the demo, of all forms, in the order in which they come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from operator import attrgetter

from plan.demo.chance import DEMO_NOW
from plan.demo.completions import generate_completion_reports
from plan.demo.evaluations import generate_evaluations
from plan.demo.four_aspects import generate_four_aspect_reports
from plan.demo.indicator_results import generate_indicator_results
from plan.demo.model import DemoOffice
from plan.demo.quarantined import generate_quarantined
from plan.demo.recent import generate_recent
from plan.demo.recommendations import generate_inspection_records
from plan.demo.satisfaction import ALL, SOME, generate_satisfaction
from plan.demo.self_assessments import generate_self_assessments
from plan.demo.submission_model import DemoSubmission
from plan.demo.submissions import generate_progress_reports, generate_visits
from plan.demo.tasks import generate_task_records


def generate_records(office: DemoOffice, now: datetime = DEMO_NOW, *, full: bool = True) -> Iterator[DemoSubmission]:
    """The story until the demo date, then what came in on the days before `now`, whenever that is.

    `full` is the volume of the load test; without it there are fewer answers of participants.
    """
    story = chain(
        generate_visits(office),
        generate_progress_reports(office),
        generate_completion_reports(office),
        generate_indicator_results(office),
        generate_self_assessments(office),
        generate_four_aspect_reports(office),
        generate_evaluations(office),
        generate_inspection_records(office),
        generate_task_records(office),
        generate_satisfaction(office, ALL if full else SOME),
        generate_quarantined(office),
    )
    yield from sorted(story, key=attrgetter("received_at"))
    yield from generate_recent(office, now)
