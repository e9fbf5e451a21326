"""Tablets with a profile on the disk, so that they can be killed and opened again."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import BrowserType, Error, Locator, Page, expect

from tests.browser.conftest import TABLET, Watched
from tests.personas import PASSWORD
from tests.support.browser import find_chromium
from tests.support.field_office import PHOTOS, FieldOffice
from tests.support.field_quick import PATIENCE_MS, QuickTablet

HERE = {"latitude": 10.49312, "longitude": 99.180034, "accuracy": 8}


@dataclass
class FieldTablet(QuickTablet):
    """A tablet whose browser keeps its profile in a folder."""

    office: FieldOffice
    chromium: BrowserType = None  # type: ignore[assignment]
    folder: Path = Path()
    faults: list[str] = field(default_factory=list)

    def open(self, *, offline: bool = False) -> FieldTablet:
        """Switch it on: the browser opens with the profile of the folder."""
        self.context = self.chromium.launch_persistent_context(
            self.folder,
            executable_path=find_chromium(),
            args=["--no-sandbox"],
            viewport=TABLET,  # type: ignore[arg-type]
            locale="th-TH",
            timezone_id="Asia/Bangkok",
            geolocation=HERE,  # type: ignore[arg-type]
            permissions=["geolocation"],
            offline=offline,
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.new_page(self.context.pages[0])
        return self

    def new_page(self, page: Page | None = None) -> Page:
        """A tab, watched for errors of scripts and breaks of the content security policy."""
        watched = Watched(self.address, self.faults)
        tab = page or self.context.new_page()
        watched.watch(tab)
        return tab

    def close(self) -> None:
        """Switch it off in peace."""
        with contextlib.suppress(Error):
            self.context.close()

    def kill(self) -> None:
        """The battery is empty: SIGKILL to every process of the browser."""
        wanted = f"--user-data-dir={self.folder}"
        mains = [one for one in psutil.process_iter(["cmdline"]) if wanted in (one.info["cmdline"] or [])]
        assert mains, "The browser does not run"
        every = {one.pid: one for main in mains for one in (main, *_children(main))}
        for one in every.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        psutil.wait_procs(list(every.values()), timeout=20)
        self.close()

    def sees(self, page: Page) -> FieldTablet:
        """The same tablet, looked at through another tab."""
        return FieldTablet(**{**self.__dict__, "page": page})

    def enrol(self, email: str, pin: str = "", password: str = PASSWORD) -> None:
        """Set it up for a person by an account, and wait until everything is there."""
        self.go("/enrol")
        self.give_account(email, password)
        self.choose_pin(pin)
        self.wait_for_form()
        self.wait_for_worker()

    def enrol_by_link(self, link: str, pin: str = "") -> None:
        """Set it up by opening the office's link."""
        self.page.goto("about:blank")
        self.page.goto(link)
        self.choose_pin(pin)
        self.wait_for_form()
        self.wait_for_worker()

    def choose_pin(self, pin: str) -> None:
        if not pin:
            self.page.get_by_role("button", name="ไม่ใช้ PIN").click()
            return
        self.page.get_by_label("PIN ตัวเลข 4–6 หลัก").fill(pin)
        self.page.get_by_label("พิมพ์ PIN อีกครั้ง").fill(pin)
        self.page.get_by_role("button", name="ตั้ง PIN").click()

    def enter_pin(self, pin: str) -> None:
        """Type it on the keys of the screen."""
        for digit in pin:
            self.page.get_by_role("button", name=digit, exact=True).click()
        self.page.get_by_role("button", name="เปิด", exact=True).click()

    def wait_for_form(self, version: str | None = None) -> None:
        """Until the form of the test is there, and all that it needs."""
        del version
        self.until(self.forms, "the form")
        expect(self.page.get_by_role("button", name="ตรวจหาข้อมูลใหม่").or_(self.send_button())).to_be_enabled()

    def wait_for_worker(self) -> None:
        """Until the client is on the tablet, so that it opens without a network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def send_button(self) -> Locator:
        return self.page.get_by_role("button", name="ส่งเดี๋ยวนี้")

    def question(self, label: str) -> Locator:
        """A question on the page that is open."""
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*(\*.*)?$", re.DOTALL)
        return self.page.locator(".question").filter(has=self.page.locator(".label", has_text=exactly)).last

    def tick(self, label: str, *choices: str) -> None:
        """Tap choices of a question that shows all of them."""
        for choice in choices:
            self.question(label).get_by_label(choice, exact=True).check()

    def look_up(self, label: str, typed: str, choice: str) -> None:
        """Type a part of a name, and take what is found."""
        field = self.question(label).get_by_role("combobox")
        field.click()
        field.press_sequentially(typed)
        self.question(label).get_by_role("option", name=choice).click()

    def select(self, label: str, choice: str) -> None:
        """Take a choice of a list that opens."""
        self.question(label).get_by_role("combobox").select_option(label=choice)

    def write(self, label: str, text: str) -> None:
        """Type an answer."""
        self.question(label).get_by_role("textbox").press_sequentially(text)

    def next(self) -> None:
        self.page.get_by_role("button", name="ถัดไป").click()

    def start(self, school: str, note: str = "") -> str:
        """Begin a record of the evidence form and fill its first page; its instance ID."""
        self.go(f"/new/{self.office.form}")
        self.page.get_by_label("โรงเรียน").fill(school)
        if note:
            self.page.get_by_label("บันทึก", exact=True).fill(note)
        self.page.wait_for_url("**/fill/**")
        return self.instance_of_page()

    def go_on_with(self, name: str) -> None:
        """Open a draft as a person finds it: in the list of records."""
        self.go("/records")
        self.page.get_by_role("link", name=name).click()
        self.page.get_by_role("link", name="กรอกต่อ").click()

    def instance_of_page(self) -> str:
        return re.split(r"/(?:fill|review)/", self.page.url)[1].replace("%3A", ":")

    def take(self, label: str, photo: Path) -> None:
        """Take a photo for a question, and wait until it is kept."""
        question = self.question(label)
        chooser = question.locator("input[type=file]").first
        chooser.set_input_files(photo)
        expect(question.get_by_role("button", name="ลบออก")).to_be_visible()

    def take_file(self, label: str, path: Path) -> None:
        """Attach a file of any kind."""
        self.take(label, path)

    def sign(self, label: str) -> None:
        """Sign with a finger, and wait until the strokes are kept."""
        question = self.question(label)
        sheet = question.locator("canvas")
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 90)
        mouse.down()
        for step in range(1, 12):
            mouse.move(box["x"] + 40 + step * 30, box["y"] + (50 if step % 2 else 120), steps=3)
        mouse.up()
        expect(question.get_by_text("เก็บแล้ว")).to_be_visible()

    def whole_record(self, school: str, photos: list[Path]) -> str:
        """A record of the evidence form with photos, finished."""
        instance_id = self.start(school)
        self.next()
        for label, photo in zip(PHOTOS, photos, strict=False):
            self.take(label, photo)
        assert self.finish().instance_id == instance_id
        return instance_id

    def online(self) -> None:
        self.context.set_offline(False)

    def offline(self) -> None:
        self.context.set_offline(True)

    def all_arrived(self, *, apart: tuple[str, ...] = ()) -> None:
        """As of the quick tablet; and the server's bytes are those of the hashes."""
        super().all_arrived(apart=apart)
        hashes = [one for done in self.finished.values() for one in done.files.values()]
        assert self.office.blobs_are_whole(hashes)


def _children(main: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return main.children(recursive=True)
    return []


def forget_folder(folder: Path) -> None:
    """Remove a profile; a browser that was killed may still have written."""
    shutil.rmtree(folder, ignore_errors=True)
