"""Each form of the library, filled without a network by somebody who types, arrives as ODK's engine makes it alone."""

from __future__ import annotations

import csv
import io
import re
import uuid
import xml.etree.ElementTree as ET  # the reader of a client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pyodk.client import Client  # type: ignore[import-untyped]

from forms.library.catalogue import library_forms
from tests.browser.conftest import Watched
from tests.personas import PASSWORD
from tests.support.credentials import give_password
from tests.support.engine import fill
from tests.support.filled_forms import File, FilledForm, Point
from tests.support.form_words import FormWords
from tests.support.library_office import LibraryOffice, library_office
from tests.support.same_record import UUID, differences
from tests.support.typist import Typist

NOW = "2026-11-20T16:30:00+07:00"
READ_WITH_PYODK = "school_followup_visit"
FORM_IDS = sorted(item.form_id for item in library_forms())
# The form's day is the answers' day, whenever the test runs. The clock goes on.
CLOCK = f"""
  const Real = Date, shift = Real.parse('{NOW}') - Real.now();
  globalThis.Date = class extends Real {{
    constructor(...given) {{ super(...(given.length ? given : [Real.now() + shift])); }}
    static now() {{ return Real.now() + shift; }}
  }};
"""
TABLET = {"width": 800, "height": 1280}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryOffice]:
    """One server with all forms."""
    with library_office(tmp_path_factory.mktemp("library")) as office:
        yield office


@pytest.fixture(scope="module")
def tablet(chromium: Browser, library: LibraryOffice) -> Iterator[Page]:
    """A tablet that was signed in, has fetched everything, and has no network now."""
    context = chromium.new_context(
        base_url=library.url,
        viewport=TABLET,  # type: ignore[arg-type]
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        permissions=["geolocation"],
    )
    context.set_default_timeout(20_000)
    context.add_init_script(CLOCK)
    watched = Watched(library.url)
    context.on("page", watched.watch)
    page = context.new_page()
    page.goto("/app/")
    page.get_by_label("อีเมล").fill(library.email)
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_role("button", name="ไม่ใช้ PIN").click()
    expect(page.get_by_text("แบบติดตามการดำเนินงานระดับสถานศึกษา").first).to_be_visible(timeout=30_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(page.get_by_text("ส่งครบแล้ว").first).to_be_visible()
    context.set_offline(True)
    yield page
    context.close()
    assert not watched.faults, "\n".join(watched.faults)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_a_form_filled_offline_arrives_as_the_engine_makes_it(
    tablet: Page, library: LibraryOffice, form_id: str, tmp_path: Path
) -> None:
    filled, form, lists = library.filled(form_id), library.form(form_id), library.lists(form_id)
    known = {name: as_on_a_tablet(text) for name, text in lists.items()}
    expected = fill(form, filled.for_engine(), attachments=known, now=NOW)

    tablet.goto(f"/app/#/new/{form_id}")
    typist = Typist(tablet, FormWords(form, lists))
    typist.fill(filled.answers)
    typist.finish()
    assert library.get(f"forms/{form_id}/submissions").json == []
    tablet.context.set_offline(False)
    instance_id = library.the_record(form_id)
    tablet.context.set_offline(True)

    record = library.get(f"forms/{form_id}/submissions/{instance_id}.xml").data
    names = {file.name: name_on_a_tablet(file) for file in filled.files()}
    may_be = {"deviceid": f"web:{UUID}", "username": "Kwanjai"}
    found = differences(record, expected, may_be=may_be, files=names)
    assert not found, "\n".join(found)
    require_files(library, form_id, instance_id, filled)
    if form_id == READ_WITH_PYODK:
        require_in_pyodk(library, instance_id, filled, tmp_path)


def test_the_comparison_sees_every_difference_that_need_not_be() -> None:
    made = "2f1c7a52-5f5b-4a0c-9b0a-6c7a3f5f7a11"
    record = (
        f'<data id="a" version="1"><start>2026-11-20T16:30:00.1+07:00</start><new_id>{made}</new_id><photo>a-1.jpg</photo>'
        f'<row><n>1</n></row><row><n>2</n></row><meta><instanceID>uuid:{made}</instanceID><entity id="{made}"/></meta></data>'
    )
    other = record.replace(made, "7d1e2f30-1111-4222-8333-444455556666").replace("a-1.jpg", "a.jpg")

    def found(changed: str) -> list[str]:
        return differences(changed.encode(), other.encode(), may_be={}, files={"a.jpg": r"a-\d\.jpg"})

    assert found(record) == []
    for one, another in {
        "<n>1": "<n>2",
        "<n>2</n>": "<n>2</n><m/>",
        "<row><n>1</n></row>": "",
        'version="1"': 'version="2"',
        f'entity id="{made}"': f'entity id="{made[:-1]}0"',
        "a-1.jpg": "b-1.jpg",
        "16:30": "18:30",
        "<new_id>": "<new_id> ",
        f"uuid:{made}": made,
    }.items():
        assert one in record
        assert found(record.replace(one, another)), one
    assert found(record.replace("<row><n>1</n></row>", "").replace("<photo>", "<row><n>1</n></row><photo>"))


def as_on_a_tablet(text: str) -> str:
    """A list of entities as a tablet keeps it: what it got from the server is the trunk of a branch of its own."""
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or "__version" not in rows[0]:
        return text
    out = io.StringIO()
    branch = {"__branchId": str(uuid.uuid4())}
    writer = csv.DictWriter(out, [*({**rows[0], "__trunkVersion": "", "__branchId": ""})], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | branch | {"__trunkVersion": row["__version"]} for row in rows)
    return out.getvalue()


def is_signature(file: File) -> bool:
    """What is signed on the screen; the other pictures are chosen as files."""
    return file.name.startswith("ลายมือชื่อ")


def name_on_a_tablet(file: File) -> str:
    """What a file may be called: photos and signatures are named by the tablet, others keep their name with a mark."""
    stem, _, extension = file.name.rpartition(".")
    if file.media_type == "image/jpeg":
        stem = ("signature" if is_signature(file) else "photo") + "-20261120-16"
        return rf"{stem}\d{{4}}-[a-z0-9]{{6}}\.{extension}"
    return rf"{re.escape(stem)}-[a-z0-9]{{6}}\.{extension}"


def require_files(library: LibraryOffice, form_id: str, instance_id: str, filled: FilledForm) -> None:
    """Each file has come: documents and small photos byte by byte, a signature as a picture with strokes on it."""
    path = f"forms/{form_id}/submissions/{instance_id}/attachments"
    listed = {row["name"]: library.get(f"{path}/{row['name']}").data for row in library.get(path).json}
    assert len(listed) == len(filled.files())
    for file in filled.files():
        [content] = [
            data
            for name, data in listed.items()
            if re.fullmatch(name_on_a_tablet(file), name) and (is_signature(file) or data == file.content)
        ]
        if is_signature(file):
            darkest, lightest = Image.open(io.BytesIO(content)).convert("L").getextrema()
            assert (int(str(darkest)) < 50, int(str(lightest))) == (True, 255)


def require_in_pyodk(library: LibraryOffice, instance_id: str, filled: FilledForm, folder: Path) -> None:
    """ODK's own client reads the record back, answer by answer."""
    with library.office.app.app_context():
        email = give_password(library.office, "pakorn")
    config = folder / "pyodk.toml"
    config.write_text(
        f'[central]\nbase_url = "{library.url}"\nusername = "{email}"\npassword = "{PASSWORD}"\n'
        f"default_project_id = {library.office.workspace_id}\n"
    )
    with Client(config_path=str(config), cache_path=str(folder / "cache.toml")) as client:
        [listed] = client.submissions.list(form_id=READ_WITH_PYODK)
        assert (listed.instanceId, listed.reviewState) == (instance_id, None)
        path = f"projects/{library.office.workspace_id}/forms/{READ_WITH_PYODK}/submissions/{instance_id}"
        answers = ET.fromstring(client.get(f"{path}.xml").text)
        files = client.get(f"{path}/attachments").json()
    assert len(files) == len(filled.files())
    require_answers(answers, filled.answers, {file.name: name_on_a_tablet(file) for file in filled.files()})


def require_answers(element: ET.Element, answers: dict[str, Any], names: dict[str, str]) -> None:
    """An element of the record holds the answers as they were given."""
    for name, given in answers.items():
        below = element.findall(name)
        if isinstance(given, dict):
            require_answers(below[0], given, names)
        elif isinstance(given, list) and isinstance(given[0], dict):
            for row, entry in zip(below, given, strict=True):
                require_answers(row, entry, names)
        elif isinstance(given, File):
            assert re.fullmatch(names[given.name], below[0].text or "")
        else:
            words = " ".join(given) if isinstance(given, list) else given
            text = f"{given.lat} {given.lon} {given.alt} {given.acc}" if isinstance(given, Point) else str(words)
            assert below[0].text == text, name
