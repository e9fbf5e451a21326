"""The audit trail on ``/v1``, in the manner of ODK Central."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core import audit
from core.transaction import unit_of_work
from tests.personas import Office

EXTENDED = {"X-Extended-Metadata": "true"}


def test_audits_are_listed_newest_first_under_centrals_names(office: Office) -> None:
    client = office.client("admin")
    project = client.post("/v1/projects", json={"name": "อื่น"}).json["id"]
    client.patch(f"/v1/projects/{project}", json={"name": "ใหม่"})
    client.post("/v1/users", json={"email": "d@example.test"})
    found = client.get("/v1/audits?limit=3").json
    assert [entry["action"] for entry in found] == ["user.create", "project.update", "project.create"]
    assert set(found[0]) == {"actorId", "action", "acteeId", "details", "loggedAt"}
    assert found[2]["details"]["name"] == "อื่น"
    assert [entry["action"] for entry in client.get("/v1/audits?offset=1&limit=1").json] == ["project.update"]
    extended = client.get("/v1/audits?limit=1", headers=EXTENDED).json[0]
    assert extended["actor"]["displayName"] == "Admin"
    assert extended["actee"]["displayName"] == "d@example.test"


def test_audits_are_filtered_by_action_and_by_kind(office: Office) -> None:
    client = office.client("admin")
    assert {entry["action"] for entry in client.get("/v1/audits?action=project.create").json} == {"project.create"}
    users = {entry["action"] for entry in client.get("/v1/audits?action=user").json}
    assert users == {"user.create", "user.session.create", "user.assignment.create"}
    assert {entry["action"] for entry in client.get("/v1/audits?action=field_key").json} == {"field_key.create"}
    assert client.get("/v1/audits?action=nothing.at.all").json == []
    assert client.get("/v1/audits?action=%25").json == []
    assert len(client.get("/v1/audits?action=nonverbose").json) == len(client.get("/v1/audits").json)


def test_audits_are_filtered_by_time(office: Office) -> None:
    def at(session: Any) -> None:
        for day in range(1, 11):
            audit.record(session, actor_id=None, action=f"test.{day}")
        for row in session.query(audit.AuditEntry).filter(audit.AuditEntry.action.like("test.%")):
            row.at = dt.datetime(2000, 1, int(row.action.partition(".")[2]), tzinfo=dt.UTC)

    unit_of_work(at)
    client = office.client("admin")
    actions = lambda query: [entry["action"] for entry in client.get(f"/v1/audits?action=test&{query}").json]  # noqa: E731
    assert actions("start=2000-01-08Z") == ["test.10", "test.9", "test.8"]
    assert actions("start=2000-01-08T12:00Z") == ["test.10", "test.9"]
    assert actions("start=2000-01-08T12:00%2B07:00") == ["test.10", "test.9"]
    assert actions("end=2000-01-03Z") == ["test.3", "test.2", "test.1"]
    assert actions("start=2000-01-02Z&end=2000-01-02T12:00Z") == ["test.2"]


@pytest.mark.parametrize(
    "query",
    ["limit=-1", "offset=-1", "limit=x", "offset=1.5", "limit=99999999999999999999", "start=yesterday", "end=",
     "limit=", "start=0000-00-00", "start=9999-12-31T23:59-14:00", "limit=%D9%A3"],
)  # fmt: skip
def test_audit_parameters_of_no_use_are_400(office: Office, query: str) -> None:
    answer = office.client("admin").get(f"/v1/audits?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, 400.8)


def test_audits_are_for_administrators(office: Office) -> None:
    assert office.client("wanna").get("/v1/audits").status_code == 403
    assert office.client().get("/v1/audits").status_code == 401
