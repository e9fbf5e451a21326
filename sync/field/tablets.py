"""How the tablets of a workspace stand, for the office: what each said last, and what of it is trouble."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sync.field.models import FieldDevice

SILENT_AFTER = dt.timedelta(days=7)
CLOCK_SECONDS = 300
LOW_BYTES = 100 * 1024 * 1024
"""Below this the field client itself warns."""

CLIENT, OTHER, UNUSED = "client", "other", "unused"
"""What a tablet works with: our own client, another one such as ODK Collect, or nothing yet."""

SILENT, FAILURE, SPACE, CLOCK, APP, FORMS = "silent", "failure", "space", "clock", "app", "forms"
TROUBLES = (SILENT, FAILURE, SPACE, CLOCK, APP, FORMS)
"""What can be wrong, the worst first."""

_version: list[Callable[[], str]] = []


def use_client_version(version: Callable[[], str]) -> None:
    """Say how to learn which version of the field client this server serves (once, in ``app.py``)."""
    _version[:] = [version]


def client_version() -> str:
    """The version of the field client that this server serves; empty when it is not known."""
    return _version[0]() if _version else ""


@dataclass(frozen=True)
class HeldForm:
    """A form as a tablet holds it, and the version that is current; None when the form is given out no more."""

    xml_form_id: str
    version: str
    current: str | None


@dataclass(frozen=True)
class Tablet:
    """A tablet in one person's or key's hands.

    `said` is what our own client says of itself, None for others. `name` is the person's or the key's, `ended` says
    that it lets nobody in any more, `signed_in` that the person is signed in there. `last_contact` is None for a key
    that was never used.
    """

    kind: str
    device_id: str
    name: str
    actor_id: int
    ended: bool
    last_contact: dt.datetime | None
    said: FieldDevice | None = None
    signed_in: bool = False
    last_record: dt.datetime | None = None
    old_forms: Sequence[HeldForm] = field(default=())
    troubles: Sequence[str] = field(default=())

    @property
    def label(self) -> str:
        """What the tablet is called."""
        return (self.said.label if self.said else "") or self.name

    @property
    def unsent(self) -> int:
        """Records that are on it and not here, as far as it said."""
        return self.said.unsent_records if self.said else 0


def troubles_of(
    *, said: FieldDevice | None, last_contact: dt.datetime | None, ended: bool, old_forms: bool, now: dt.datetime
) -> tuple[str, ...]:
    """What is wrong with a tablet, the worst first. One that was taken out of use is silent by right."""
    found = set()
    waits_for_it = not ended or (said is not None and said.unsent_records > 0)
    if last_contact is not None and now - last_contact > SILENT_AFTER and waits_for_it:
        found.add(SILENT)
    if said is not None:
        found |= _troubles_said(said)
        if old_forms and not ended:
            found.add(FORMS)
    return tuple(name for name in TROUBLES if name in found)


def _troubles_said(said: FieldDevice) -> set[str]:
    facts = {
        FAILURE: bool(said.failure),
        SPACE: said.free_bytes is not None and said.free_bytes < LOW_BYTES,
        CLOCK: abs(said.clock_skew_seconds) > CLOCK_SECONDS,
        APP: is_older(said.app_version, client_version()),
    }
    return {name for name, is_so in facts.items() if is_so}


def is_older(version: str, served: str) -> bool:
    """Whether a version is below the one served; False where either is no row of numbers."""
    numbers, wanted = _numbers(version), _numbers(served)
    return bool(numbers and wanted) and numbers < wanted


def _numbers(version: str) -> tuple[int, ...]:
    found = re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){0,5}", version)
    return tuple(int(part) for part in version.split(".")) if found else ()


def old_forms(held: Iterable[Mapping[str, str]], current: Mapping[str, str]) -> tuple[HeldForm, ...]:
    """Of the forms a tablet holds those that are not the current version."""
    found = (HeldForm(row["xmlFormId"], row["version"], current.get(row["xmlFormId"])) for row in held)
    return tuple(item for item in found if item.version != item.current)


def by_trouble(tablets: Iterable[Tablet]) -> list[Tablet]:
    """Those first that most need attention: silent with records on them, other trouble, records on them, then the rest.

    Within each those that were silent longest; a key that was never used comes last.
    """

    def rank(item: Tablet) -> tuple[bool, int, bool, bool, dt.datetime, int, str]:
        worst = min((TROUBLES.index(name) for name in item.troubles), default=len(TROUBLES))
        silent_with_records = SILENT in item.troubles and item.unsent > 0
        last = item.last_contact or dt.datetime.max.replace(tzinfo=dt.UTC)
        return (not silent_with_records, worst, not item.unsent, item.ended, last, item.actor_id, item.device_id)

    return sorted(tablets, key=rank)


@dataclass(frozen=True)
class Wanted:
    """Which tablets a page shows. `show` is a trouble, ``trouble`` for any, ``unsent``, or a kind; empty for all."""

    show: str = ""
    search: str = ""

    def fits(self, item: Tablet) -> bool:
        """Whether a tablet is asked for."""
        words = self.search.lower().split()
        text = f"{item.label} {item.name} {item.device_id}".lower()
        return self._is_shown(item) and all(word in text for word in words)

    def _is_shown(self, item: Tablet) -> bool:
        if self.show == "trouble":
            return bool(item.troubles)
        if self.show == "unsent":
            return item.unsent > 0
        return not self.show or self.show in item.troubles or self.show == item.kind


SHOWN = ("trouble", "unsent", *TROUBLES, CLIENT, OTHER, UNUSED)
"""What a list of tablets can be cut to."""
