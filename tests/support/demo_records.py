"""The records of the demo office, by form and by entity."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from uuid import UUID

from plan.demo.generate import generate_office
from plan.demo.records import generate_records
from plan.demo.submission_model import DemoSubmission, Trouble

QUARANTINED = {Trouble.UNKNOWN_VERSION, Trouble.OTHER_CONTENT, Trouble.NO_ORIGINAL}


@cache
def records_of(seed: int) -> list[DemoSubmission]:
    """All records, made once."""
    return list(generate_records(generate_office(seed)))


def of_form(every: list[DemoSubmission], form_id: str) -> list[DemoSubmission]:
    """The records of a form that are filed."""
    return [item for item in every if item.form_id == form_id and item.trouble not in QUARANTINED]


def entities(every: list[DemoSubmission], name: str) -> dict[UUID, list[DemoSubmission]]:
    """The records of each entity of a list, as they were written."""
    found = defaultdict(list)
    for item in sorted(every, key=lambda item: item.ended_at):
        if item.entity and item.entity.entity_list == name:
            found[item.entity.entity_id].append(item)
    return found
