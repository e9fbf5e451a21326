"""Using the pages of entity lists as a person does."""

from __future__ import annotations

from typing import Any

from core.access.actor import SYSTEM
from core.transaction import reading, unit_of_work
from sync.entities import queries, service
from sync.entities.models import EntityList
from sync.entities.service import Author, NewEntity
from tests.personas import Office
from tests.support.entities import deliver, tree_record

TREE = "12345678-1234-4123-8234-123456789abc"
OTHER = "22345678-1234-4123-8234-123456789abc"


def at(office: Office, rest: str = "") -> str:
    return f"/w/{office.workspace_id}/lists{rest}"


def get(office: Office, rest: str = "", persona: str = "wanna", status: int = 200) -> str:
    answer = office.browser(persona).get(at(office, rest))
    assert answer.status_code == status
    return str(answer.text)


def post(office: Office, rest: str = "", persona: str = "wanna", status: int = 303, **form: Any) -> str:
    answer = office.browser(persona).post(at(office, rest), data=form)
    assert answer.status_code == status, answer.text
    return str(answer.headers.get("Location", "")) if status == 303 else str(answer.text)


def found_list(office: Office, name: str = "trees") -> EntityList:
    session = reading()
    session.expire_all()
    return queries.find_list(session, office.workspace_id, name)


def add(office: Office, *rows: NewEntity) -> None:
    def work(session: Any) -> None:
        target = queries.find_list(session, office.workspace_id, "trees")
        service.create_entities(session, Author(SYSTEM), entity_list=target, new=rows)

    unit_of_work(work)


def quarrel(office: Office) -> None:
    """A tree whose height two tablets changed, and one of them the species too."""
    deliver(
        office,
        tree_record(TREE, label="ก", height="12", species="สัก"),
        tree_record(TREE, action="update", base=1, trunk=1, branch="b1", height="13"),
        tree_record(
            TREE, action="update", base=1, trunk=1, branch="b2", height="14", species="ยาง", instance_id="uuid:b2"
        ),
    )
