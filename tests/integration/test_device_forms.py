"""Which forms a device may fill, as a planner chooses them on the device's page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.transaction import reading, unit_of_work
from forms.models import Form
from tests.personas import Office, found_office
from tests.support.forms import publish, visit_xform


@pytest.fixture
def tablet(office: Office) -> int:
    """A device that was added without the tick at “every form”; two forms are published."""
    publish(office)
    publish(office, xml_form_id="walk", xml=visit_xform("walk"))
    path = f"/w/{office.workspace_id}/devices"
    answer = office.browser("wanna").post(path, data={"display_name": "แท็บเล็ต 2"})
    return int(answer.location.rpartition("/")[2])


def page_of(office: Office, device: int) -> str:
    return f"/w/{office.workspace_id}/devices/{device}"


def choose(office: Office, device: int, *, persona: str = "wanna", **fields: Any) -> TestResponse:
    return office.browser(persona).post(f"{page_of(office, device)}/forms", data=fields)


def form_list(office: Office, device: int) -> list[str]:
    """What the device is offered, asked with its key as its page shows it."""
    page = office.browser("wanna").get(page_of(office, device)).text
    key = re.search(r"/v1/key/([^/]+)/projects", page)
    assert key is not None
    listed = office.client().get(f"/v1/key/{key[1]}/projects/{office.workspace_id}/formList")
    return sorted(re.findall(r"<formID>([^<]+)</formID>", listed.text))


def ticked(office: Office, device: int) -> list[str]:
    page = office.browser("wanna").get(page_of(office, device)).text
    return sorted(re.findall(r'name="(?:form|which)" value="([^"]+)" checked', page))


def test_a_new_device_without_forms_says_so_and_offers_those_that_are_published(office: Office, tablet: int) -> None:
    page = office.browser("wanna").get(page_of(office, tablet)).text
    assert "อุปกรณ์นี้ยังกรอกแบบฟอร์มใดไม่ได้" in page
    assert 'value="visit"' in page
    assert 'value="walk"' in page
    assert form_list(office, tablet) == []


def test_a_device_is_offered_the_forms_that_were_ticked_and_no_others(office: Office, tablet: int) -> None:
    answer = choose(office, tablet, which="chosen", form=["visit"])
    assert (answer.status_code, answer.location) == (303, page_of(office, tablet))
    assert form_list(office, tablet) == ["visit"]
    assert ticked(office, tablet) == ["chosen", "visit"]
    choose(office, tablet, which="chosen", form=["walk"])
    assert form_list(office, tablet) == ["walk"]
    choose(office, tablet, which="chosen")
    assert form_list(office, tablet) == []


def test_the_choice_goes_from_some_forms_to_all_and_back(office: Office, tablet: int) -> None:
    choose(office, tablet, which="chosen", form=["visit"])
    choose(office, tablet, which="all", form=["visit"])
    assert form_list(office, tablet) == ["visit", "walk"]
    assert ticked(office, tablet) == ["all"]
    publish(office, xml_form_id="later", xml=visit_xform("later"))
    assert "later" in form_list(office, tablet)
    choose(office, tablet, which="chosen", form=["later"])
    assert form_list(office, tablet) == ["later"]


def test_saving_twice_changes_nothing_and_says_nothing_in_the_history(office: Office, tablet: int) -> None:
    for _ in range(2):
        assert choose(office, tablet, which="chosen", form=["visit"]).status_code == 303
    history = office.browser("wanna").get(f"/w/{office.workspace_id}/audit").text
    assert history.count("Wanna ให้บทบาทอุปกรณ์เก็บข้อมูลแก่ แท็บเล็ต 2 เฉพาะแบบฟอร์ม visit") == 1
    choose(office, tablet, which="chosen")
    history = office.browser("wanna").get(f"/w/{office.workspace_id}/audit?lang=en").text
    assert "Wanna took the role App User for the form visit from แท็บเล็ต 2." in history


def test_a_form_comes_back_from_the_trash_with_its_devices(office: Office, tablet: int) -> None:
    choose(office, tablet, which="chosen", form=["visit", "walk"])
    with office.app.app_context():
        form_id = reading().query(Form).filter_by(xml_form_id="visit").one().id
    root = f"/w/{office.workspace_id}"
    office.browser("wanna").post(f"{root}/forms/visit/delete")
    assert form_list(office, tablet) == ["walk"]
    choose(office, tablet, which="chosen", form=["walk"])
    office.browser("wanna").post(f"{root}/deleted-forms/{form_id}/restore")
    assert form_list(office, tablet) == ["visit", "walk"]


def test_a_form_that_was_never_published_or_is_another_offices_is_not_given(office: Office, tablet: int) -> None:
    def draft(session: Any) -> None:
        form = session.query(Form).filter_by(xml_form_id="walk").one()
        form.draft_version_id, form.current_version_id = form.current_version_id, None

    with office.app.app_context():
        unit_of_work(draft)
    assert 'value="walk"' not in office.browser("wanna").get(page_of(office, tablet)).text
    assert choose(office, tablet, which="chosen", form=["walk", "nothing"]).status_code == 303
    assert ticked(office, tablet) == ["chosen"]


def test_who_may_not_give_roles_and_devices_that_are_not_here_are_refused(office: Office, tablet: int) -> None:
    assert choose(office, tablet, persona="pakorn", which="all").status_code == 403
    assert choose(office, tablet, persona="kwanjai", which="all").status_code == 403
    assert choose(office, office.ids["kwanjai"], which="all").status_code == 404
    other = found_office(office.app, "สพป.อื่น")
    assert choose(office, other.device_id, which="all").status_code == 404
    assert choose(office, tablet, which="everything").status_code == 400
    assert form_list(office, tablet) == []
