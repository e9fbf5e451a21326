"""What codes in answers are called, learnt batch by batch, for exports in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from forms.fields import Field
from reports.names import choice_names, plan_names, subject_of

_MOST = 20_000


class Namebook:
    """Names of choices from the form, and of what lists hold from the plan; an unknown code is its own name."""

    def __init__(self, workspace_id: int, fields: Iterable[Field], language: str) -> None:
        self._workspace_id, self._language = workspace_id, language
        listed = {field.path: subject_of(field) for field in fields if field.list_file} if language else {}
        self._subjects = {path: subject for path, subject in listed.items() if subject}
        self._choices = {field.path: choice_names(field, language) for field in fields if field.choices}
        self._known: dict[str, dict[str, str]] = defaultdict(dict)

    def learn(self, session: Session, answers: Iterable[dict[str, Any]]) -> None:
        """Look up the names of what these answers hold, all at once."""
        if not self._subjects:
            return
        wanted: dict[str, set[str]] = defaultdict(set)
        for record in answers:
            for path, subject in self._subjects.items():
                wanted[subject].update(_values(record, path.strip("/").split("/")))
        for subject, values in wanted.items():
            known = self._known[subject]
            if len(known) > _MOST:
                known.clear()
            if new := values - known.keys():
                known.update(dict.fromkeys(new, ""))
                known.update(plan_names(session, self._workspace_id, subject, new, self._language))

    def name(self, question: Field, code: str) -> str:
        """What a code means as an answer to a question."""
        subject = self._subjects.get(question.path)
        if subject:
            return self._known[subject].get(code) or code
        return self._choices.get(question.path, {}).get(code) or code


def _values(found: Any, steps: list[str]) -> Iterable[str]:
    if isinstance(found, list):
        for item in found:
            yield from _values(item, steps)
    elif not steps:
        if isinstance(found, str):
            yield found
    elif isinstance(found, dict) and steps[0] in found:
        yield from _values(found[steps[0]], steps[1:])
