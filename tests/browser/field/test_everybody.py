"""The client for everybody: it can be installed and is small, axe finds nothing, and no pointer is needed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from deploy.build_client import BUILT, SOURCE
from tests.personas import PASSWORD
from tests.support.browser import find_chromium
from tests.support.form_words import FormWords
from tests.support.large_form import large_form
from tests.support.library_office import LibraryOffice, library_office
from tests.support.typist import Typist

AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
  const {passes, violations} = await axe.run(document);
  return passes.length < 10 ? ['axe looked at nothing'] : violations.map(v => [v.id, v.nodes.map(n => n.html)]);
}"""
MOST_SCRIPT = 500_000
PIN = "4711"
SIZES = {"tablet": {"width": 800, "height": 1280}, "phone": {"width": 360, "height": 640}}
LANGUAGES = {"th": "ไทย", "en": "English"}
SURVEY, VISIT = "satisfaction_participation", "school_followup_visit"
SMALL = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>แบบสั้น</h:title><model><instance>
<data id="small" version="1"><page1><who/><children/><mood/></page1><page2><day/><kinds/></page2>
<meta><instanceID/></meta></data></instance>
<bind nodeset="/data/page1/who" type="string" required="true()"/><bind nodeset="/data/page1/children" type="int"/>
<bind nodeset="/data/page1/mood" type="string"/><bind nodeset="/data/page2/day" type="date"/>
<bind nodeset="/data/page2/kinds" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/></model></h:head><h:body>
<group ref="/data/page1"><label>หน้าแรก</label><input ref="/data/page1/who"><label>ชื่อ</label></input>
<input ref="/data/page1/children"><label>นักเรียน</label></input>
<select1 ref="/data/page1/mood"><label>บรรยากาศ</label><item><label>ดี</label><value>good</value></item>
<item><label>พอใช้</label><value>fair</value></item></select1></group>
<group ref="/data/page2"><label>หน้าสอง</label><input ref="/data/page2/day"><label>วันที่ไป</label></input>
<select ref="/data/page2/kinds"><label>สิ่งที่พบ</label><item><label>หนังสือ</label><value>books</value></item>
<item><label>สวน</label><value>garden</value></item></select></group></h:body></h:html>"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryOffice]:
    """One server with all forms, and a small one."""
    with library_office(tmp_path_factory.mktemp("everybody")) as office:
        office.publish(SMALL.encode())
        yield office


@pytest.fixture(scope="module")
def tablet(chromium: Browser, library: LibraryOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A tablet set up with a PIN. Its browser keeps a profile: what is looked at in private cannot be installed."""
    context = chromium.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=find_chromium(),
        args=["--no-sandbox"],
        viewport=SIZES["tablet"],  # type: ignore[arg-type]
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        base_url=library.url,
    )
    context.set_default_timeout(20_000)
    page = context.pages[0]
    page.goto("/app/")
    page.get_by_label("อีเมล").fill(library.email)
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_label("PIN ตัวเลข 4–6 หลัก").fill(PIN)
    page.get_by_label("พิมพ์ PIN อีกครั้ง").fill(PIN)
    page.get_by_role("button", name="ตั้ง PIN").click()
    expect(page.get_by_text("แบบสั้น").first).to_be_visible(timeout=30_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    context.close()


def test_it_can_be_installed(tablet: Page) -> None:
    devtools = tablet.context.new_cdp_session(tablet)
    assert devtools.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}


def test_all_scripts_together_are_small(library: LibraryOffice) -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in BUILT.rglob("*.js")}
    assert len(sizes) > 5
    assert sum(sizes.values()) <= MOST_SCRIPT, sorted(sizes.items(), key=lambda item: -item[1])[:10]


def test_of_a_form_of_five_hundred_questions_only_the_page_is_drawn(tablet: Page, library: LibraryOffice) -> None:
    library.publish(large_form("large", 500))
    visit(tablet, "/")
    tablet.get_by_role("button", name="ตรวจหาข้อมูลใหม่").click()
    tablet.get_by_role("link", name="แบบยาว").click(timeout=30_000)
    tablet.locator(".question").first.wait_for()
    drawn = []
    for _ in range(4):
        assert re.search(r"หน้า \d+ จาก (\d\d)", tablet.get_by_role("banner").inner_text())
        drawn.append(tablet.locator(".question").count())
        assert tablet.evaluate("document.querySelectorAll('*').length") < 600
        tablet.get_by_role("button", name="ถัดไป").click()
    assert 0 < min(drawn) <= max(drawn) <= 25


@pytest.fixture(scope="module")
def drafts(tablet: Page, library: LibraryOffice) -> dict[str, str]:
    """Addresses of a record that is finished, of a draft that is hardly begun, and of one with everything answered."""
    tablet.goto("/app/#/new/small")
    Typist(tablet, FormWords(library.form("small"), {})).page.get_by_label("ชื่อ").fill("ครูสมศรี")
    typist = Typist(tablet, FormWords(library.form("small"), {}))
    typist.finish()
    tablet.goto("/app/#/records?tab=sent")
    library.the_record("small")
    found = {}
    for name in (VISIT, SURVEY):
        tablet.goto("about:blank")
        tablet.goto(f"/app/#/new/{name}")
        tablet.wait_for_url("**/fill/**")
        found[name] = tablet.url.rpartition("/")[2]
    tablet.goto("about:blank")
    tablet.goto("/app/#/places")
    found["place"] = tablet.locator("a[href*='/places/']").first.get_attribute("href") or ""
    sent = library.get("forms/small/submissions").json[0]["instanceId"]
    return found | {"record": sent}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_view(tablet: Page, drafts: dict[str, str], language: str, size: str) -> None:
    tablet.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    visit(tablet, "/settings")
    tablet.get_by_role("button", name=LANGUAGES[language], exact=True).click()
    expect(tablet.locator("html")).to_have_attribute("lang", language)
    found: dict[str, Any] = {}
    for name, path in {
        "settings": "/settings",
        "home": "/",
        "records": "/records",
        "record": f"/record/{drafts['record']}",
        "places": "/places",
        "place": drafts["place"].rpartition("#")[2],
        "enrol": "/enrol",
        "read": f"/review/{drafts['record']}",
        "survey": f"/fill/{drafts[SURVEY]}",
        "review": f"/review/{drafts[VISIT]}",
    }.items():
        visit(tablet, path)
        found[name] = faults_of(tablet)
    found |= faults_of_pages(tablet, drafts[VISIT])
    found["lock"] = faults_of_lock(tablet)
    assert {name: faults for name, faults in found.items() if faults} == {}


def visit(page: Page, path: str) -> None:
    """Open a view, and wait until it is there."""
    page.goto("about:blank")
    page.goto(f"/app/#{path}")
    page.locator("h1, h2").first.wait_for()
    page.wait_for_load_state("networkidle")


def faults_of(page: Page) -> list[Any]:
    """What axe finds, and whether the view is wider than the screen."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(_RUN)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return found


def faults_of_pages(page: Page, instance_id: str) -> dict[str, Any]:
    """Every page of a form, with a row of its repeats open."""
    visit(page, f"/fill/{instance_id}")
    found = {}
    forward = page.get_by_role("button", name=re.compile("^(ถัดไป|Next)$"))
    backward = page.get_by_role("button", name=re.compile("^(ย้อนกลับ|Back)$"))
    while backward.is_enabled():
        backward.click()
    for number in range(1, 20):
        page.locator(".question, .repeat").first.wait_for()
        found[f"page {number}"] = faults_of(page)
        if not forward.count():
            break
        forward.click()
    assert len(found) > 3
    return found


def faults_of_lock(page: Page) -> list[Any]:
    """The lock, which is opened again."""
    visit(page, "/")
    page.get_by_role("button", name=re.compile("^(ล็อก|Lock)")).click()
    page.get_by_role("button", name="1", exact=True).wait_for()
    found = faults_of(page)
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name=re.compile("^(เปิด|Open|Unlock)$")).click()
    page.get_by_role("navigation").first.wait_for()
    return found


def test_a_form_is_filled_and_finished_with_the_keyboard_alone(tablet: Page, library: LibraryOffice) -> None:
    tablet.set_viewport_size(SIZES["tablet"])  # type: ignore[arg-type]
    visit(tablet, "/settings")
    tablet.get_by_role("button", name="ไทย", exact=True).click()
    before = {row["instanceId"] for row in library.get("forms/small/submissions").json}
    visit(tablet, "/")
    keys = tablet.keyboard
    tab_to(tablet, "แบบสั้น")
    keys.press("Enter")
    tablet.get_by_label("ชื่อ").wait_for()
    tab_to(tablet, "ชื่อ")
    keys.type("ครูสมศรี")
    tab_to(tablet, "นักเรียน")
    keys.type("42")
    tab_to(tablet, "ดี")
    keys.press("ArrowDown")
    tab_to(tablet, "ถัดไป")
    keys.press("Enter")
    tab_to(tablet, "วัน")
    keys.type("20")
    tab_to(tablet, "เดือน")
    for _ in range(11):
        keys.press("ArrowDown")
    tab_to(tablet, "ปี พ.ศ.")
    keys.type("2569")
    tab_to(tablet, "สวน")
    keys.press("Space")
    tab_to(tablet, "ตรวจทานก่อนส่ง")
    keys.press("Enter")
    tab_to(tablet, "เสร็จสิ้น พร้อมส่ง")
    keys.press("Enter")
    tablet.get_by_role("heading", level=1).get_by_text("สวัสดี").wait_for()
    record = library.text_of_new_record("small", before)
    for element in ("who>ครูสมศรี", "children>42", "mood>fair", "day>2026-11-20", "kinds>garden"):
        assert f"<{element}</" in record, record


def test_a_record_that_is_left_while_it_is_finished_is_sent_all_the_same(tablet: Page, library: LibraryOffice) -> None:
    before = {row["instanceId"] for row in library.get("forms/small/submissions").json}
    visit(tablet, "/new/small")
    tablet.get_by_label("ชื่อ").fill("ครูมานี")
    tablet.get_by_role("button", name="ถัดไป").click()
    tablet.get_by_role("button", name="ตรวจทานก่อนส่ง").click()
    tablet.get_by_role("button", name="เสร็จสิ้น พร้อมส่ง").wait_for()
    # In one step, so that nothing comes between the tap and the way out.
    tablet.evaluate("[...document.querySelectorAll('button')].at(-1).click(); location.hash = '#/records'")
    expect(tablet.get_by_text("พร้อมส่งแล้ว: แบบสั้น")).to_be_visible()
    assert tablet.url.endswith("#/records")
    assert "<who>ครูมานี</who>" in library.text_of_new_record("small", before)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the name has the focus, which must be seen at every stop."""
    wanted = [
        page.get_by_role(role, name=re.compile(rf"(^|\s){re.escape(name)}( \*)?\s*(\(ต้องตอบ\))?$"))
        for role in ("textbox", "radio", "checkbox", "combobox", "button", "link")
    ]
    for _ in range(120):
        page.keyboard.press("Tab")
        assert page.evaluate(_UNSEEN) == ""
        if any(is_focused(one) for one in wanted):
            return
    raise AssertionError(f"Tab never comes to {name}")


# A heading that a view gave the focus to when it came is no stop of the keyboard.
_UNSEEN = """() => {
  const stop = document.activeElement;
  if (!stop || stop === document.body || stop.tabIndex < 0) return '';
  const seen = [stop, stop.parentElement, stop.parentElement?.parentElement].some((one) => {
    const style = one && getComputedStyle(one);
    return style && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
  });
  return seen ? '' : stop.outerHTML.slice(0, 200);
}"""


def is_focused(wanted: Locator) -> bool:
    """Whether one of them has the focus."""
    return wanted.and_(wanted.page.locator(":focus")).count() > 0
