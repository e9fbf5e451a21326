"""A tablet that keeps what the change feed tells it, for tests of the feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.transaction import unit_of_work
from sync import queries, review
from tests.personas import Office

MOST_PAGES = 200


@dataclass
class Tablet:
    """What a tablet has. It does with an answer what `collect/client/src/queue/feed.ts` does."""

    client: FlaskClient
    workspace_id: int
    cursor: str = ""
    forms: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    verdicts: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)

    def ask(self, **headers: str) -> TestResponse:
        """One request, whose answer gets lost."""
        path = f"/v1/projects/{self.workspace_id}/changes"
        return self.client.get(path, query_string={"since": self.cursor}, headers=headers)

    def pull(self) -> int:
        """Everything there is; the number of pages it took."""
        for number in range(1, MOST_PAGES):
            answer = self.ask()
            assert answer.status_code == 200, answer.text
            self.take(answer.json)
            if not answer.json["more"]:
                return number
        raise AssertionError("The feed does not end")

    def take(self, news: dict[str, Any]) -> None:
        """Keep what an answer tells."""
        assert len(news["cursor"]) <= 4000
        self.cursor, self.person = news["cursor"], news["person"]
        if news["forms"] is not None:
            self.forms = {form["xmlFormId"]: form for form in news["forms"]}
            named = {file["list"] for form in news["forms"] for file in form["files"]}
            self.lists = {name: kept for name, kept in self.lists.items() if name in named}
        for item in news["lists"]:
            kept = {} if item["whole"] else self.lists[item["name"]]["rows"]
            kept |= {row["uuid"]: row for row in item["entities"]}
            for uuid in item["deleted"]:
                kept.pop(uuid, None)
            self.lists[item["name"]] = {"properties": item["properties"], "rows": kept}
        for name in news["listsGone"]:
            self.lists.pop(name, None)
        self.verdicts |= {row["instanceId"]: row for row in news["verdicts"]}

    def knows(self) -> dict[str, Any]:
        """What it has, to be compared. That nobody said anything on a record is as good as no word of it."""
        spoken = {key: row for key, row in self.verdicts.items() if row["reviewState"] != "received"}
        return {"forms": self.forms, "lists": self.lists, "verdicts": spoken, "person": self.person}


def tablet_of(office: Office, persona: str = "kwanjai") -> Tablet:
    """A tablet on which a persona works, or for ``device`` one that has a key."""
    if persona != "device":
        return Tablet(office.client(persona), office.workspace_id)
    client = office.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {office.key}"
    return Tablet(client, office.workspace_id)


def hand_in(office: Office, xml: bytes, persona: str = "kwanjai") -> Any:
    """The receipt of a record that a persona hands in."""
    path = f"/v1/projects/{office.workspace_id}/field/records"
    answer = tablet_of(office, persona).client.post(path, data=xml, content_type="application/xml")
    assert answer.status_code == 200, answer.text
    return answer.json


def decide(office: Office, actor: Any, form_id: int, instance_id: str, state: str, comment: str = "") -> None:
    """The office's word on a record."""

    def work(session: Any) -> None:
        found = queries.find_submission(session, form_id, instance_id)
        review.set_review_state(session, actor, submission=found, state=state, comment=comment)

    unit_of_work(work)
