"""Records that come in, are edited and reviewed while workers check them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.transaction import reading, unit_of_work
from sync import queries, review
from sync.checks import jobs
from sync.checks.models import CheckedSubmission, SubmissionCheck
from sync.checks.rules.visits import MOST_PAIRS
from tests.personas import Office
from tests.support.check_world import PHOTO, World

Make = Callable[..., World]
VISIT, PROGRESS = "school_followup_visit", "project_progress"
SENDERS, EACH, WORKERS = 3, 5, 2


class Threads:
    """Threads of the office's application; what goes wrong in them is kept for the test to tell."""

    def __init__(self, office: Office) -> None:
        self._app, self.troubles = office.app, list[Exception]()

    def start(self, count: int, deed: Callable[[], None]) -> list[threading.Thread]:
        started = [threading.Thread(target=self._guarded, args=(deed,)) for _ in range(count)]
        for thread in started:
            thread.start()
        return started

    def _guarded(self, deed: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                deed()
        except Exception as error:  # noqa: BLE001 - see above
            self.troubles.append(error)


def send_and_change(here: World, planner: Actor) -> None:
    """Two visits on a day and an edit that moves one away, two progress reports of which one is rejected."""
    form = here.forms[PROGRESS].id

    def reject(session: Session, instance_id: str) -> None:
        record = queries.find_submission(session, form, instance_id)
        review.set_review_state(session, planner, submission=record, state="rejected")

    for _ in range(EACH):
        first = here.send(VISIT, here.visit(), PHOTO, check=False)
        here.send(PROGRESS, here.progress(evidence=[]), check=False)
        here.send(VISIT, here.visit(report_date="2026-12-01"), edits=first, check=False)
        rejected = here.send(PROGRESS, here.progress(), check=False)
        unit_of_work(partial(reject, instance_id=rejected))


def check_all(here: World, *, thorough: bool = False) -> set[tuple[int, str, str]]:
    """Check both forms; what is noted then."""
    for form_id in (VISIT, PROGRESS):
        here.check(form_id, thorough=thorough)
    return _found()


def test_checks_that_run_while_records_change_end_in_the_state_of_one_that_runs_alone(
    world: Make, office: Office, planner: Actor
) -> None:
    here = world(VISIT, PROGRESS)
    over, threads = threading.Event(), Threads(office)

    def work() -> None:
        while not over.is_set():
            check_all(here)
            jobs.check_plan_changes({})
            here.touch_plan()

    workers = threads.start(WORKERS, work)
    for thread in threads.start(SENDERS, lambda: send_and_change(here, planner)):
        thread.join()
    over.set()
    for thread in workers:
        thread.join()
    assert threads.troubles == []
    quick = check_all(here)
    assert check_all(here, thorough=True) == quick
    unit_of_work(lambda session: session.execute(CheckedSubmission.__table__.update().values(due=True)))
    assert check_all(here) == quick
    visits = SENDERS * EACH
    assert sum(code == "same_day_visit" for _, code, _ in quick) == visits * min(MOST_PAIRS, visits - 1)
    assert sum(code == "superseded" for _, code, _ in quick) == visits - 1


def _found() -> set[tuple[int, str, str]]:
    columns = (SubmissionCheck.submission_id, SubmissionCheck.code, SubmissionCheck.subject)
    return {(row[0], row[1], row[2]) for row in reading().execute(select(*columns))}
