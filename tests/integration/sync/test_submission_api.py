"""Records on the /v1 JSON wire."""

from __future__ import annotations

import hashlib

from sync.models import Submission
from tests.integration.sync.test_intake import ID, count, only
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send


def path(office: Office, rest: str = "") -> str:
    return f"/v1/projects/{office.workspace_id}/forms/visit/submissions{rest}"


def post(office: Office, xml: bytes, persona: str = "wanna") -> int:
    return office.client(persona).post(path(office), data=xml, content_type="application/xml").status_code


def test_a_record_is_created_from_its_xml_and_read_again(office: Office) -> None:
    publish(office)
    xml = visit_instance(ID, note="ก")
    assert post(office, xml) == 200
    client = office.client("wanna")
    assert client.get(path(office, f"/{ID}")).get_json()["currentVersion"]["instanceId"] == ID
    assert client.get(path(office, f"/{ID}.xml")).data == xml
    assert [item["instanceId"] for item in client.get(path(office)).get_json()] == [ID]


def test_other_content_under_a_known_id_is_refused_with_409_1_and_not_quarantined(office: Office) -> None:
    publish(office)
    assert post(office, visit_instance(ID, note="a")) == 200
    answer = office.client("wanna").post(path(office), data=visit_instance(ID, note="b"), content_type="text/xml")
    assert (answer.status_code, answer.get_json()["code"]) == (409, 409.1)
    assert count(Submission) == 1


def test_an_unknown_version_is_refused_with_404_6(office: Office) -> None:
    publish(office)
    answer = office.client("wanna").post(path(office), data=visit_instance(ID, version="9"), content_type="text/xml")
    assert answer.get_json()["code"] == 404.6


def test_an_edit_names_the_version_it_replaces(office: Office) -> None:
    publish(office)
    post(office, visit_instance(ID, note="a"))
    edit = visit_instance("uuid:edit", deprecated=ID, note="b")
    assert office.client("wanna").put(path(office, f"/{ID}"), data=edit, content_type="text/xml").status_code == 200
    versions = office.client("wanna").get(path(office, f"/{ID}/versions")).get_json()
    assert [item["instanceId"] for item in versions] == ["uuid:edit", ID]
    assert office.client("wanna").put(path(office, f"/{ID}"), data=b"<data id='visit'/>").status_code == 400


def test_files_are_listed_with_their_hash_uploaded_and_downloaded(office: Office) -> None:
    publish(office)
    post(office, visit_instance(ID, photo="ภาพ.jpg"))
    client, data = office.client("wanna"), b"\xff\xd8 picture"
    listed = client.get(path(office, f"/{ID}/attachments")).get_json()
    assert [(item["name"], item["exists"]) for item in listed] == [("ภาพ.jpg", False)]
    sent = client.post(path(office, f"/{ID}/attachments/ภาพ.jpg"), data=data, content_type="image/jpeg")
    assert sent.get_json()["sha256"] == hashlib.sha256(data).hexdigest()
    answer = client.get(path(office, f"/{ID}/attachments/ภาพ.jpg"))
    assert answer.data == data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert only(Submission).missing_files == 0


def test_a_page_among_the_files_is_never_shown_inline(office: Office) -> None:
    publish(office)
    send(office, visit_instance(ID), ("x.html", b"<script>alert(1)</script>"))
    client = office.client("wanna")
    client.post(path(office, f"/{ID}/attachments/y.html"), data=b"<script>", content_type="text/html")
    for name in ("x.html", "y.html"):
        answer = client.get(path(office, f"/{ID}/attachments/{name}"))
        assert answer.headers["Content-Disposition"].startswith(("attachment", "inline")) is True
        assert "html" not in answer.headers["Content-Type"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_review_state_is_given_in_centrals_words(office: Office) -> None:
    publish(office)
    post(office, visit_instance(ID))
    client = office.client("wanna")
    assert (
        client.patch(path(office, f"/{ID}"), json={"reviewState": "hasIssues"}).get_json()["reviewState"] == "hasIssues"
    )
    for nonsense in ({"reviewState": "great"}, {"reviewState": 5}, [], "x", {}):
        assert client.patch(path(office, f"/{ID}"), json=nonsense).status_code == 400


def test_a_deleted_record_is_in_no_list_and_can_be_restored(office: Office) -> None:
    publish(office)
    post(office, visit_instance(ID))
    client = office.client("wanna")
    assert client.delete(path(office, f"/{ID}")).status_code == 200
    assert client.get(path(office)).get_json() == []
    assert client.get(path(office, f"/{ID}")).status_code == 404
    assert client.post(path(office, f"/{ID}/restore")).status_code == 200
    assert len(client.get(path(office)).get_json()) == 1


def test_the_list_is_paged_by_key(office: Office) -> None:
    publish(office)
    for number in range(5):
        post(office, visit_instance(f"uuid:{number}"))
    client = office.client("wanna")
    first = client.get(path(office, "?limit=2"))
    second = client.get(path(office, f"?limit=2&before={first.headers['X-Next-Before']}"))
    assert [item["instanceId"] for item in first.get_json() + second.get_json()] == [f"uuid:{n}" for n in (4, 3, 2, 1)]
    for nonsense in ("limit=-1", "limit=x", "before=-1", "before=%00"):
        assert client.get(path(office, f"?{nonsense}")).status_code == 400


def test_viewers_read_and_do_not_write(office: Office) -> None:
    publish(office)
    post(office, visit_instance(ID))
    client = office.client("pakorn")
    assert client.get(path(office, f"/{ID}")).status_code == 200
    assert post(office, visit_instance("uuid:new"), "pakorn") == 403
    assert client.patch(path(office, f"/{ID}"), json={"reviewState": "approved"}).status_code == 403
    assert office.client("stranger").get(path(office)).status_code == 403
