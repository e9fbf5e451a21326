"""From a record and the plan to the facts of each rule, and from those to findings."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from forms.definitions import Definition
from forms.fields import Field
from plan.queries.check_facts import AccountFacts, IndicatorFacts, ProjectFacts, RoundFacts
from sync.attachments import name_key
from sync.checks.codes import Finding
from sync.checks.profile import EVIDENCE_ONLY_WHEN, PIECE_LINK, PIECE_TITLE, Profile, profile_of
from sync.checks.queries import Period, RecordRow
from sync.checks.reading import amount, answer, answers_to, code_of, rows, text_of
from sync.checks.rules import activities, clock, completion, evidence, indicators, money, projects, reporter, visits

MONTHLY, ADHOC = "monthly", "adhoc"
ON_SITE = "onsite"
MOST_EVIDENCE = 100


@dataclass(frozen=True)
class Known:
    """What the plan says of everything that some records name, read once for all of them."""

    projects: dict[str, ProjectFacts] = field(default_factory=dict)
    indicators: dict[str, IndicatorFacts] = field(default_factory=dict)
    rounds: dict[int, tuple[RoundFacts, ...]] = field(default_factory=dict)
    accounts: dict[int, AccountFacts] = field(default_factory=dict)
    keeps_projects: bool = False
    keeps_orders: bool = False


@dataclass(frozen=True)
class Beside:
    """What stands beside a record: files that came, other records, the roles of the officers who approved it."""

    files: frozenset[str] = frozenset()
    next_id: int | None = None
    visits: tuple[int, ...] = ()
    approved_as: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """A record with its form: the answers that more than one check asks for."""

    row: RecordRow
    form: Definition

    @property
    def profile(self) -> Profile:
        """Which checks apply."""
        return profile_of(self.form)

    def text(self, question: Field | None) -> str:
        """The first answer to a question."""
        return text_of(self.form, question, self.row.answers)

    def number(self, name: str) -> Decimal | None:
        """The amount in the answer to the question of this name."""
        question = self.profile.names.get(name)
        return None if question is None else amount(next(answers_to(self.form, question, self.row.answers), None))

    @cached_property
    def project(self) -> str:
        """The project whose progress is reported."""
        return self.text(self.profile.project)

    @cached_property
    def indicator(self) -> str:
        """The indicator whose result is reported."""
        return self.text(self.profile.result)

    @cached_property
    def officer(self) -> str:
        """Who says that they report."""
        return self.text(self.profile.officer)

    @cached_property
    def school(self) -> str:
        """The school that was visited."""
        return self.text(self.profile.visit)

    @cached_property
    def period(self) -> Period | None:
        """What a progress report is on; None when several may stand side by side (reports on request)."""
        day, code = self.row.report_date, self.text(self.profile.round)
        if code == ADHOC:
            return None
        if code == MONTHLY:
            last = calendar.monthrange(day.year, day.month)[1]
            return Period(f"{day:%Y-%m}", code, day.replace(day=1), day.replace(day=last))
        if code:
            return Period(code, code)
        if self.profile.is_completion:
            return Period("completion")
        month = (day.month - 1) // 3 * 3 + 1
        last = calendar.monthrange(day.year, month + 2)[1]
        return Period(f"{day.year}-{month:02}", "", dt.date(day.year, month, 1), dt.date(day.year, month + 2, last))


def findings(subject: Subject, known: Known, beside: Beside, zone: ZoneInfo) -> list[Finding]:
    """Everything that the checks find in a record as it stands now; nothing in one that does not count."""
    if not subject.row.counted:
        return []
    found: dict[tuple[str, str], Finding] = {}
    for part in (_of_project, _of_completion, _of_indicator):
        for item in part(subject, known, beside):
            found.setdefault(item.key, item)
    for dated in (_of_round(subject, known, zone), _of_record(subject, known, beside, zone)):
        for item in dated:
            found.setdefault(item.key, item)
    return list(found.values())


def _of_project(subject: Subject, known: Known, beside: Beside) -> Iterator[Finding]:
    project, profile = subject.project, subject.profile
    if not project:
        return
    planned = known.projects.get(project)
    yield from projects.project_not_approved(
        projects.Approval(
            project,
            subject.row.report_date,
            known=planned is not None,
            approved=planned is not None and planned.approved,
            approved_on=planned.approved_on if planned else None,
            plan_in_use=known.keeps_projects,
        )
    )
    if period := subject.period:
        yield from projects.superseded(projects.Place(project, period.key, beside.next_id))
    listed = activities.Activities(project, _activities(subject), planned.weights if planned else {})
    yield from activities.activity_twice(listed)
    if profile.weighs_activities:
        yield from activities.activity_weights(listed)
    if profile.budget and planned is not None:
        yield from money.budget_differs(money.Budget(_allocated(subject), planned.budgets))


def _of_completion(subject: Subject, known: Known, beside: Beside) -> Iterator[Finding]:
    profile = subject.profile
    if profile.has_remainder:
        received, spent, left = (
            subject.number(name) for name in ("budget_received", "budget_spent", "budget_remaining")
        )
        yield from money.remaining_differs(money.Balance(received, spent, left))
    if not profile.is_completion:
        return
    planned = known.projects.get(subject.project)
    if profile.activity is not None and planned is not None:
        yield from activities.activity_missing(
            activities.Activities(subject.project, _activities(subject), planned.weights)
        )
    signature = name_key(subject.text(profile.signature))
    yield from completion.approvals_missing(
        completion.Signatures(bool(signature) and signature in beside.files, beside.approved_as)
    )


def _of_indicator(subject: Subject, known: Known, _beside: Beside) -> Iterator[Finding]:
    indicator = subject.indicator
    if not indicator:
        return
    planned = known.indicators.get(indicator)
    tenures = [indicators.Tenure(item.officer, item.first, item.last) for item in planned.tenures] if planned else []
    yield from indicators.no_order(
        indicators.Responsibility(
            indicator,
            subject.officer,
            subject.row.report_date,
            tenures,
            known=planned is not None,
            orders_in_use=known.keeps_orders,
        )
    )


def _of_round(subject: Subject, known: Known, zone: ZoneInfo) -> Iterator[Finding]:
    code = subject.text(subject.profile.round)
    if not code:
        return
    planned = known.projects.get(subject.project) or known.indicators.get(subject.indicator)
    year = planned.year_be if planned else subject.row.fiscal_year
    windows = [indicators.Window(one.opens_on, one.closes_on) for one in known.rounds.get(year, ()) if one.code == code]
    received_on = subject.row.received_at.astimezone(zone).date()
    yield from indicators.round_closed(indicators.Punctuality(code, year, received_on, windows))


def _of_record(subject: Subject, known: Known, beside: Beside, zone: ZoneInfo) -> Iterator[Finding]:
    row, profile = subject.row, subject.profile
    yield from evidence.waiting_evidence(_evidence(subject, known, beside))
    yield from clock.device_clock(clock.Clock(row.ended_at, row.sent_at))
    yield from clock.report_date(clock.Dated(row.report_date, row.received_at.astimezone(zone).date()))
    if profile.visit is not None and subject.school:
        yield from visits.same_day_visit(visits.Visit(subject.school, beside.visits))
    account = known.accounts.get(row.submitter_id or 0)
    officers = frozenset(code for code, _ in account.officers) if account else frozenset()
    yield from reporter.reporter_differs(reporter.Reporter(subject.officer, officers))


def _activities(subject: Subject) -> tuple[str, ...]:
    question = subject.profile.activity
    if question is None:
        return ()
    return tuple(code_of(item) for item in answers_to(subject.form, question, subject.row.answers))


def _allocated(subject: Subject) -> dict[str, Decimal | None]:
    source_of, amount_of = subject.profile.budget
    found: dict[str, Decimal | None] = {}
    for turn in rows(subject.form.repeat_of(source_of.path), subject.row.answers):
        source = code_of(answer(subject.form, source_of, turn) or "")
        if not source:
            continue
        stated = answer(subject.form, amount_of, turn)
        value = Decimal(0) if stated in (None, "") else amount(stated)
        before = found.get(source, Decimal(0))
        found[source] = None if value is None or before is None else before + value
    return found


def _evidence(subject: Subject, known: Known, beside: Beside) -> evidence.Evidence:
    profile, form, answers = subject.profile, subject.form, subject.row.answers
    least = _least_pieces(subject, known) if profile.asks_for_evidence else 0
    on_site = profile.visit is not None and subject.text(profile.names.get("visit_mode")) == ON_SITE
    needs_photo = profile.is_completion or (on_site and profile.asks_for_evidence)
    pieces, awaited = _pieces(subject, beside) if least else (0, 0)
    photos = 0
    if needs_photo:
        names = {name_key(str(name)) for item in profile.pictures for name in answers_to(form, item, answers)}
        photos, coming = len(names & beside.files), len(names - beside.files)
        awaited = max(awaited, coming)
    return evidence.Evidence(pieces, awaited, least, photos, 1 if needs_photo else 0)


def _least_pieces(subject: Subject, known: Known) -> int:
    for name, value in EVIDENCE_ONLY_WHEN.items():
        question = subject.profile.names.get(name)
        if question is not None and subject.text(question) != value:
            return 0
    planned = known.indicators.get(subject.indicator)
    if planned is not None:
        return planned.min_evidence
    stated = subject.number("min_evidence")
    return 1 if stated is None else int(min(max(stated, Decimal(0)), Decimal(MOST_EVIDENCE)))


def _pieces(subject: Subject, beside: Beside) -> tuple[int, int]:
    """Pieces of evidence that are here, and those whose file is still on its way."""
    form, names = subject.form, subject.profile.names
    title = names[PIECE_TITLE]
    repeat = form.repeat_of(title.path)
    link = names.get(PIECE_LINK)
    files = [item for item in form.fields if item.is_file and form.repeat_of(item.path) == repeat]
    here = awaited = 0
    for turn in rows(repeat, subject.row.answers):
        if answer(form, title, turn) in (None, ""):
            continue
        keys = {name_key(str(name)) for item in files if (name := answer(form, item, turn)) not in (None, "")}
        if keys & beside.files or (link is not None and answer(form, link, turn) not in (None, "")):
            here += 1
        elif keys:
            awaited += 1
    return here, awaited
