"""Counts of records that packages below this one show: per form, and the last record of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.access.figures import add_figures
from core.http.json_body import instant_text
from forms import counts
from forms.counts import Counts
from sync import queries
from sync.entities import row_queries


@add_figures
def last_submissions(session: Session, workspace_ids: list[int]) -> dict[int, dict[str, Any]]:
    """When the last record of each workspace came, for extended answers."""
    latest = queries.last_received(session, workspace_ids)
    return {workspace_id: {"lastSubmission": instant_text(instant)} for workspace_id, instant in latest.items()}


@add_figures
def entity_lists(session: Session, workspace_ids: list[int]) -> dict[int, dict[str, Any]]:
    """How many entity lists each workspace has, and when the last entity was made, for extended answers."""
    return {
        workspace_id: {"datasets": number, "lastEntity": instant_text(last)}
        for workspace_id, (number, last) in row_queries.lists_of(session, workspace_ids).items()
    }


def counts_of_forms(session: Session, form_ids: Sequence[int], draft: bool) -> dict[int, Counts]:
    """How many records each form has, by what waits for somebody."""
    found: dict[int, Counts] = {}
    for form_id, by_state, latest in queries.counts_by_state(session, form_ids, is_draft=draft):
        found[form_id] = Counts(
            submissions=sum(by_state.values()),
            received=by_state.get("received", 0),
            has_issues=by_state.get("has_issues", 0),
            edited=by_state.get("edited", 0),
            last_submission=latest,
        )
    return found


counts.provide(counts_of_forms)
