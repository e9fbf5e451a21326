"""Roles on a single form."""

from __future__ import annotations

from tests.personas import Office
from tests.support.forms import publish, visit_xform


def path(office: Office, rest: str = "") -> str:
    return f"/v1/projects/{office.workspace_id}/forms/visit/assignments{rest}"


def form_ids(office: Office, persona: str) -> list[str]:
    listed = office.client(persona).get(f"/v1/projects/{office.workspace_id}/forms").get_json()
    return [item["xmlFormId"] for item in listed]


def test_a_person_without_a_role_opens_one_form_when_given_it(office: Office) -> None:
    publish(office)
    publish(office, xml_form_id="other", xml=visit_xform("other"))
    stranger = office.ids["stranger"]
    assert office.client("stranger").get(f"/v1/projects/{office.workspace_id}/forms").status_code == 403
    assert office.client("wanna").post(path(office, f"/formfill/{stranger}")).status_code == 200
    assert form_ids(office, "stranger") == ["visit"]
    assert [item["actorId"] for item in office.client("wanna").get(path(office)).get_json()] == [stranger]
    assert [item["id"] for item in office.client("wanna").get(path(office, "/formfill")).get_json()] == [stranger]
    assert office.client("wanna").delete(path(office, f"/formfill/{stranger}")).status_code == 200
    assert office.client("stranger").get(f"/v1/projects/{office.workspace_id}/forms").status_code == 403


def test_the_same_role_twice_is_a_conflict_and_unknown_ones_are_not_found(office: Office) -> None:
    publish(office)
    client, kwanjai = office.client("wanna"), office.ids["kwanjai"]
    assert client.post(path(office, f"/8/{kwanjai}")).status_code == 200
    assert client.post(path(office, f"/8/{kwanjai}")).get_json()["code"] == 409.3
    assert client.post(path(office, f"/nobody/{kwanjai}")).status_code == 404
    assert client.post(path(office, "/8/999999")).status_code == 404
    assert office.client("kwanjai").post(path(office, f"/8/{kwanjai}")).status_code == 403
