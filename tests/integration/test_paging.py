"""Lists that go on: to what comes next, and back to where they begin."""

from __future__ import annotations

import re

import pytest

from sync import listing
from tests.personas import Office
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send

FIRST, NEXT = (re.compile(f'href="([^"]+)" rel="{name}"') for name in ("first", "next"))


def page(office: Office, address: str) -> str:
    answer = office.browser("wanna").get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_later_page_leads_back_to_the_first_with_the_same_filter(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    publish(office)
    for number in range(3):
        send(office, visit_instance(f"uuid:{number}"))
    address = f"/w/{office.workspace_id}/submissions"
    start = f"{address}?review_state=received"
    first = page(office, start)
    assert not FIRST.search(first)
    second = page(office, address + NEXT.findall(first)[0].removeprefix(address).replace("&amp;", "&"))
    assert FIRST.findall(second) == [start]
    third = page(office, NEXT.findall(second)[0].replace("&amp;", "&"))
    assert not NEXT.search(third)
    assert FIRST.findall(third) == [start]
