"""Lists of the plan as files of a form: always there, always as the plan stands."""

from __future__ import annotations

import hashlib

import pytest

from core.access.actor import Actor
from core.transaction import unit_of_work
from plan import people
from tests.integration.forms.conftest import FormDesk
from tests.support.sample_forms import with_media
from tests.support.small_plan import found_small_plan


@pytest.fixture
def desk_with_plan(desk: FormDesk, planner: Actor) -> FormDesk:
    unit_of_work(lambda session: found_small_plan(session, planner, desk.office.workspace_id))
    desk.create(with_media("groups.csv", "own.csv"), query="?publish=true&ignoreMissingMedia=true")
    return desk


def test_a_file_named_like_a_list_is_served_from_the_plan(desk_with_plan: FormDesk) -> None:
    got = desk_with_plan.get("/withmedia/attachments/groups.csv")
    assert got.status_code == 200
    assert got.content_type.startswith("text/csv")
    assert got.data.startswith(b"name,label")
    assert b"PLN" in got.data
    assert got.headers["ETag"] == f'"{hashlib.md5(got.data).hexdigest()}"'
    described = {item["name"]: item for item in desk_with_plan.get("/withmedia/attachments").json}
    assert described["groups.csv"]["datasetExists"] is True
    assert described["groups.csv"]["blobExists"] is False
    assert described["groups.csv"]["hash"] == hashlib.md5(got.data).hexdigest()
    assert described["own.csv"]["exists"] is False


def test_it_follows_the_plan_without_a_new_version_of_the_form(desk_with_plan: FormDesk, planner: Actor) -> None:
    before = desk_with_plan.get("/withmedia/attachments/groups.csv")
    unit_of_work(
        lambda session: people.create_group(
            session, planner, workspace_id=desk_with_plan.office.workspace_id, data={"code": "NEW", "name_th": "กลุ่มใหม่"}
        )
    )
    after = desk_with_plan.get("/withmedia/attachments/groups.csv", **{"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "กลุ่มใหม่" in after.data.decode()


def test_an_uploaded_file_takes_its_place_until_it_is_removed(desk_with_plan: FormDesk) -> None:
    desk_with_plan.draft("withmedia", with_media("groups.csv", version="2"), query="?ignoreWarnings=true")
    desk_with_plan.upload("withmedia", "groups.csv", b"name,label\nX,Y\n")
    assert desk_with_plan.get("/withmedia/draft/attachments/groups.csv").data == b"name,label\nX,Y\n"
    assert b"PLN" in desk_with_plan.get("/withmedia/attachments/groups.csv").data
    desk_with_plan.wanna.delete(f"{desk_with_plan.root}/withmedia/draft/attachments/groups.csv")
    assert b"PLN" in desk_with_plan.get("/withmedia/draft/attachments/groups.csv").data


def test_a_list_is_unlinked_and_linked_again_as_in_central(desk_with_plan: FormDesk) -> None:
    desk_with_plan.draft("withmedia", with_media("groups.csv", "own.csv", "two.png", version="2"))
    address = f"{desk_with_plan.root}/withmedia/draft/attachments/"

    def link(name: str, value: object) -> tuple[int, object]:
        answer = desk_with_plan.wanna.patch(address + name, json={"dataset": value})
        return answer.status_code, answer.json.get("exists", answer.json.get("code"))

    assert link("groups.csv", False) == (200, False)
    assert desk_with_plan.get("/withmedia/draft/attachments/groups.csv").status_code == 404
    assert link("groups.csv", True) == (200, True)
    assert link("own.csv", True) == (404, 404.1)
    assert link("two.png", True) == (400, 400.26)
    assert link("groups.csv", "yes")[0] == 400
    assert link("nothing.csv", True)[0] == 404


def test_two_workspaces_get_their_own_lists(desk_with_plan: FormDesk) -> None:
    from tests.personas import found_office

    other = FormDesk(found_office(desk_with_plan.office.app, "สพป.อื่น เขต 1"))
    other.create(with_media("groups.csv"))
    assert b"PLN" not in other.get("/withmedia/attachments/groups.csv").data
    assert (
        other.office.client("wanna").get(f"{desk_with_plan.root}/withmedia/attachments/groups.csv").status_code == 403
    )
