"""Which checks a form's records get: told by the dimensions and the names of its questions, never by the form's id.

================================  ======================================================================
check                             a form gets it when it has
================================  ======================================================================
project approved, superseded      a project outside of repeats, and `progress_percent` asked or saved
activity twice                    such a project, and an activity in a repeat
weights of activities             the same, and `activity_weight` beside the activity
money by source                   such a project, and `budget_source` with `source_allocated` in a repeat
activity missing, approvals       such a project, and what is received, spent and remaining
money remaining                   `budget_received`, `budget_spent` and `budget_remaining`
order                             an indicator and an officer, and `result_kind` (self, checked, official)
round closed                      a round of the calendar, and one of: a project, an indicator
evidence                          `evidence_short`, the form's own warning; or pictures of a completion
device's clock                    `end`
report's date                     none of these: every form
two visits on a day               a school outside of repeats, and `visit_mode` or the saved date of a visit
reporter                          an officer
================================  ======================================================================

So an office's own form that asks the same under the same names is checked alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from forms.definitions import Definition
from forms.fields import Field

PROGRESS = "progress_percent"
LAST_VISIT = "last_visit_date"
REMAINDER = ("budget_received", "budget_spent", "budget_remaining")
EVIDENCE_ONLY_WHEN = {"ci_status": "done", "recommendation_status": "implemented"}
"""Questions that say when evidence is asked for at all, as the forms' own warnings have it."""
PIECE_TITLE, PIECE_LINK = "evidence_title", "evidence_url"
SIGNATURE = "signature"


@dataclass(frozen=True, eq=False)
class Profile:
    """The questions of a form that checks read, by dimension and by name."""

    form: Definition

    @cached_property
    def names(self) -> dict[str, Field]:
        """Questions by name; names are unique in a form, and the first one counts where they are not."""
        found: dict[str, Field] = {}
        for field in self.form.fields:
            found.setdefault(field.name, field)
        return found

    @cached_property
    def _dimensions(self) -> dict[str, Field]:
        return {field.dimension: field for field in self.form.dimensions}

    @cached_property
    def _saved(self) -> frozenset[str]:
        return frozenset(field.save_to for field in self.form.fields if field.save_to)

    def dimension(self, name: str) -> Field | None:
        """The question of a dimension that a record answers once, not once per turn of a repeat."""
        field = self._dimensions.get(name)
        return None if field is None or self.form.repeat_of(field.path) else field

    def together(self, *names: str) -> tuple[Field, ...]:
        """The questions of these names when all of them stand in one repeat; else none."""
        fields = [self.names[name] for name in names if name in self.names]
        around = {self.form.repeat_of(field.path) for field in fields}
        return tuple(fields) if len(fields) == len(names) and len(around) == 1 and "" not in around else ()

    @cached_property
    def project(self) -> Field | None:
        """The one project whose progress a record reports."""
        if PROGRESS not in self._saved and PROGRESS not in self.names:
            return None
        return self.dimension("project")

    @cached_property
    def is_completion(self) -> bool:
        """Whether it is the report at the end of a project."""
        return self.project is not None and self.has_remainder

    @cached_property
    def has_remainder(self) -> bool:
        """Whether it states what was received, spent and left."""
        return all(name in self.names for name in REMAINDER)

    @cached_property
    def activity(self) -> Field | None:
        """The activity of each turn of a repeat."""
        field = self._dimensions.get("activity")
        return field if self.project is not None and field is not None and self.form.repeat_of(field.path) else None

    @cached_property
    def weighs_activities(self) -> bool:
        """Whether the form works with the activities' weights."""
        return self.activity is not None and bool(self.together(self.activity.name, "activity_weight"))

    @cached_property
    def budget(self) -> tuple[Field, ...]:
        """Source and amount of what was allocated."""
        return self.together("budget_source", "source_allocated") if self.project is not None else ()

    @cached_property
    def result(self) -> Field | None:
        """The one indicator of which a record states a result."""
        return self.dimension("indicator") if "result_kind" in self.names else None

    @cached_property
    def round(self) -> Field | None:
        """The round of a report on a project or an indicator."""
        reports = self.project is not None or self.result is not None
        return self.dimension("round") if reports else None

    @cached_property
    def officer(self) -> Field | None:
        """Who reports."""
        return self.dimension("officer")

    @cached_property
    def visit(self) -> Field | None:
        """The one school that was visited."""
        is_visit = "visit_mode" in self.names or "visit_mode" in self._dimensions or LAST_VISIT in self._saved
        return self.dimension("school") if is_visit else None

    @cached_property
    def asks_for_evidence(self) -> bool:
        """Whether the form wants evidence and says so."""
        return "evidence_short" in self.names and PIECE_TITLE in self.names

    @cached_property
    def pictures(self) -> tuple[Field, ...]:
        """Pictures that can be evidence; a signature is none."""
        return tuple(item for item in self._images if SIGNATURE not in item.appearance)

    @cached_property
    def signature(self) -> Field | None:
        """The reporter's signature."""
        return next((item for item in self._images if SIGNATURE in item.appearance), None)

    @property
    def _images(self) -> list[Field]:
        return [field for field in self.form.fields if field.is_file and field.media.startswith("image/")]

    @cached_property
    def needs_files(self) -> bool:
        """Whether a check asks which files are here."""
        return self.asks_for_evidence or self.is_completion

    @cached_property
    def has_checks(self) -> bool:
        """Whether any check applies at all."""
        some = (self.project, self.result, self.officer, self.visit)
        return any(some) or self.asks_for_evidence or self.has_remainder or "end" in self.names


_profiles: WeakKeyDictionary[Definition, Profile] = WeakKeyDictionary()


def profile_of(form: Definition) -> Profile:
    """The profile of a form version; it is worked out once."""
    found = _profiles.get(form)
    if found is None:
        found = _profiles[form] = Profile(form)
    return found
