"""Who gets in, and who does not."""

from __future__ import annotations

from tests.personas import Office


def test_an_address_without_a_rule_is_refused_and_health_is_open(office: Office) -> None:
    assert office.client().get("/healthz").status_code == 200


def test_a_wrong_device_key_is_answered_401_in_the_openrosa_envelope(office: Office) -> None:
    answer = office.client().get("/v1/key/not-a-key/projects/1/formList")
    assert answer.status_code in {401, 404}
    assert b"OpenRosaResponse" in answer.data


def test_the_last_contact_of_a_device_is_written_down(office: Office) -> None:
    office.client().get(office.device(f"projects/{office.workspace_id}/formList"))
    page = office.browser("wanna").get(
        f"/v1/projects/{office.workspace_id}/app-users", headers={"X-Extended-Metadata": "true"}
    )
    assert page.get_json()[0]["lastUsed"]
