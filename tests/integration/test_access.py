"""Who gets in, and who does not."""

from __future__ import annotations

from tests.personas import Office


def test_an_address_without_a_rule_is_refused_and_health_is_open(office: Office) -> None:
    assert office.client().get("/healthz").status_code == 200


def test_a_wrong_device_key_is_answered_401_in_the_openrosa_envelope(office: Office) -> None:
    answer = office.client().get("/v1/key/not-a-key/projects/1/formList")
    assert answer.status_code in {401, 404}
    assert b"OpenRosaResponse" in answer.data
