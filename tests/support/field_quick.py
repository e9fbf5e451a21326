"""An office with a quick form (a text and a picture), the tablet of an officer, and what became of the records.

What a test finishes on the tablet is noted; at the end `all_arrived` compares it with what the server has, byte by byte.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import BrowserContext, Locator, Page, expect

from core.access import workspaces
from core.access.actor import SYSTEM
from core.access.roles import COLLECTOR
from core.auth import accounts
from core.transaction import unit_of_work
from tests.faults.server import ROOT, RealServer
from tests.personas import PASSWORD

PATIENCE_MS = 15_000
STEP_MS = 50
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa">'
)


def quick_form(xml_form_id: str, version: str) -> bytes:
    """A required text, whose label tells the version, and a picture."""
    return (
        f"{_HEAD}<h:head><h:title>ด่วน {xml_form_id}</h:title><model><instance>"
        f'<data id="{xml_form_id}" version="{version}"><note/><photo/><meta><instanceID/><instanceName/></meta></data>'
        '</instance><bind nodeset="/data/note" type="string" required="true()"/><bind nodeset="/data/photo" type="binary"/>'
        '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>'
        '<bind nodeset="/data/meta/instanceName" type="string" calculate="/data/note"/></model></h:head><h:body>'
        f'<input ref="/data/note"><label>ข้อความ {version}</label></input>'
        '<upload ref="/data/photo" mediatype="image/*"><label>ภาพ</label></upload></h:body></h:html>'
    ).encode()


@dataclass
class QuickOffice:
    """A running server and its people; `form` is the form of this test alone."""

    server: RealServer
    form: str = ""
    people: dict[str, int] = field(default_factory=dict)
    """Actor ids by e-mail address; the password of all is `PASSWORD`."""

    @property
    def workspace(self) -> str:
        return f"/v1/projects/{self.server.office.workspace_id}"

    def rest(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        """What the office's planner asks over REST; a refusal fails the test."""
        token = self.server.office.tokens["wanna"]
        status, content, _ = self.server.request(
            method, path, body, {"Authorization": f"Bearer {token}", "Content-Type": kind}
        )
        assert status < 300, (method, path, status, content)
        return content

    def hire(self, name: str) -> str:
        """Another data collector; their e-mail address."""
        email = f"{name.lower()}.{uuid.uuid4().hex[:8]}@example.test"

        def work(session: Any) -> int:
            made = accounts.create_user(session, SYSTEM, email=email, display_name=name, password=PASSWORD)
            place = self.server.office.workspace_id
            workspaces.assign(session, SYSTEM, actor_id=made, role_id=COLLECTOR.id, workspace_id=place)
            return made

        with self.server.inside():
            self.people[email] = unit_of_work(work)
        return email

    def end_sign_ins(self, email: str) -> None:
        """The office ends every session of a person, as after a lost tablet."""

        def work(session: Any) -> None:
            accounts.set_password(session, SYSTEM, user_id=self.people[email], password=PASSWORD)

        with self.server.inside():
            unit_of_work(work)

    def publish(self, version: str = "1", form: str = "") -> None:
        """Publish the quick form, first or again."""
        self.form = form or self.form or f"quick-{uuid.uuid4().hex[:8]}"
        xml = quick_form(self.form, version)
        if version == "1":
            self.rest("POST", f"{self.workspace}/forms?publish=true&ignoreWarnings=true", xml, "application/xml")
        else:
            self.rest("POST", f"{self.workspace}/forms/{self.form}/draft?ignoreWarnings=true", xml, "application/xml")
            self.rest("POST", f"{self.workspace}/forms/{self.form}/draft/publish")

    def close_form(self, state: str = "closed") -> None:
        self.rest("PATCH", f"{self.workspace}/forms/{self.form}", json.dumps({"state": state}).encode())

    def decide(self, instance_id: str, state: str, comment: str = "") -> None:
        """The reviewer's word, on the record's page in the console; ``has_issues`` returns the record."""
        path = (
            f"/w/{self.server.office.workspace_id}/forms/{self.form}/submissions/{quote(instance_id, safe='')}/review"
        )
        self.console(path, {"state": state, "comment": comment})

    def console(self, path: str, fields: dict[str, str] | None = None) -> str:
        """A page of the console as the planner sees it; with `fields`, after the form was sent."""
        office = self.server.office
        headers = {"Cookie": f"session={office.tokens['wanna']}", "X-CSRF-Token": office.csrf["wanna"]}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        method = "GET" if fields is None else "POST"
        status, content, _ = self.server.request(method, path, urlencode(fields or {}).encode(), headers)
        assert status in (200, 303), (path, status, content[:500])
        return content.decode()

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into the server's database from outside."""
        with sqlite3.connect(f"file:{self.server.folder / 'tidtam.db'}?mode=ro", uri=True, timeout=20) as connection:
            found = connection.execute(sql, values).fetchall()
        connection.close()
        return found

    def instances(self) -> list[str]:
        """First instance IDs of the records of this test's form, each as often as it is there."""
        sql = "SELECT s.instance_id FROM submission s JOIN form f ON f.id = s.form_id WHERE f.xml_form_id = ? ORDER BY s.id"
        return [row[0] for row in self.query(sql, self.form)]

    def versions(self, instance_id: str) -> list[tuple[str, str | None]]:
        """Instance ID and deprecatedID of each version of a record, oldest first."""
        sql = (
            "SELECT v.instance_id, v.deprecated_id FROM submission_version v JOIN submission s ON s.id = v.submission_id"
            " WHERE s.instance_id = ? ORDER BY v.id"
        )
        return [(row[0], row[1]) for row in self.query(sql, instance_id)]

    def held(self, instance_id: str) -> tuple[str, dict[str, str | None]]:
        """SHA-256 of the XML of a version of a record, and of each of its files by name."""
        rows = self.query("SELECT id, xml_sha256 FROM submission_version WHERE instance_id = ?", instance_id)
        assert len(rows) == 1, f"{instance_id} is there {len(rows)} times"
        files = self.query(
            "SELECT name, blob_sha256 FROM attachment WHERE submission_version_id = ? AND replaced_at IS NULL",
            rows[0][0],
        )
        assert len(files) == len(dict(files)), files
        for _, sha256 in files:
            self._blob_is_whole(sha256)
        return rows[0][1], dict(files)

    def quarantined(self) -> list[tuple[str, str]]:
        """Instance ID and reason of what waits in quarantine for this test's form."""
        sql = "SELECT q.instance_id, q.reason FROM quarantine q JOIN form f ON f.id = q.form_id WHERE f.xml_form_id = ?"
        return [(row[0], row[1]) for row in self.query(sql, self.form)]

    def _blob_is_whole(self, sha256: str | None) -> None:
        assert sha256 is not None, "A file is missing on the server"
        found = [path for path in (self.server.folder / "blobs").rglob(f"*{sha256[4:]}*") if path.is_file()]
        assert found, f"The server has no blob {sha256}"

    def command(self, *words: str) -> str:
        """Run a console command on the server's folder."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TIDTAM_")}
        environ["TIDTAM_DATA_DIR"] = str(self.server.folder)
        done = subprocess.run(
            [sys.executable, "-m", "app", *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout


_READ = """
async (store) => {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open('tidtam');
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const rows = await new Promise((resolve, reject) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  database.close();
  const hash = async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');
  for (const row of rows) {
    if (store === 'files') row.found = await hash(await row.blob.arrayBuffer());
    if (store === 'records') row.xmlSha256 = await hash(new TextEncoder().encode(row.xml));
    delete row.blob;
    delete row.thumbnail;
  }
  return rows;
}
"""


@dataclass
class Finished:
    """A record as it left the hands of the officer."""

    instance_id: str
    xml_sha256: str
    files: dict[str, str]


@dataclass
class QuickTablet:
    """A browser with the field client; `address` is that of the server or of a proxy before it."""

    context: BrowserContext
    page: Page
    address: str
    office: QuickOffice
    finished: dict[str, Finished] = field(default_factory=dict)

    def go(self, route: str) -> None:
        """Open a page of the client."""
        self.page.goto(f"{self.address}/app/#{route}")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Set the tablet up for a person who has no PIN."""
        self.go("/")
        self.give_account(email, password)
        self.choose_pin("")
        self.wait_for_form()
        # The application itself is on the tablet.
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def give_account(self, email: str, password: str = PASSWORD) -> None:
        """Fill in and send the sign-in that is shown."""
        self.page.get_by_label("อีเมล", exact=True).fill(email)
        self.page.get_by_label("รหัสผ่าน", exact=True).fill(password)
        self.page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).click()

    def choose_pin(self, pin: str) -> None:
        """Choose a PIN, or none where that may be."""
        if not pin:
            self.page.get_by_role("button", name="ไม่ใช้ PIN").click()
            return
        self.page.get_by_label("PIN ตัวเลข 4–6 หลัก").fill(pin)
        self.page.get_by_label("พิมพ์ PIN อีกครั้ง").fill(pin)
        self.page.get_by_role("button", name="ตั้ง PIN").click()

    def wait_for_form(self, version: str = "1") -> None:
        """Until a version of the test's form is the one for new records."""
        self.until(lambda: version in [row["version"] for row in self.forms() if row["current"]], "the form")

    def forms(self) -> list[dict[str, Any]]:
        return [row for row in self.rows("forms") if row["xmlFormId"] == self.office.form]

    def rows(self, store: str) -> list[dict[str, Any]]:
        """What the tablet's database holds; of files, `found` is the hash of the bytes that are there."""
        found: list[dict[str, Any]] = self.page.evaluate(_READ, store)
        return found

    def record(self, instance_id: str) -> dict[str, Any]:
        return next(row for row in self.rows("records") if row["instanceId"] == instance_id)

    def files(self, instance_id: str) -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in self.rows("files") if row["instanceId"] == instance_id}

    def until(self, condition: Callable[[], Any], what: str, patience_ms: int = PATIENCE_MS) -> Any:
        """Wait until something is so; looks again and again, without a guess how long it takes."""
        end = time.monotonic() + patience_ms / 1000
        while time.monotonic() < end:
            if result := condition():
                return result
            self.page.wait_for_timeout(STEP_MS)
        raise AssertionError(f"It did not come to this: {what}. Records: {self.states()}")

    def states(self) -> dict[str, str]:
        return {row["instanceId"]: row["state"] for row in self.rows("records")}

    def becomes(self, instance_id: str, state: str) -> dict[str, Any]:
        """Wait until a record has a state; its row."""
        self.until(lambda: self.states().get(instance_id) == state, f"{instance_id} is {state}")
        return self.record(instance_id)

    def begin(self, note: str, photo: Path | None = None, *, version: str = "1") -> str:
        """Fill in a new record; its instance ID, when the draft is on the disk."""
        self.go(f"/new/{self.office.form}")
        self.note(version).fill(note)
        if photo is not None:
            self.attach(photo)
        self.saved()
        return self.opened()

    def opened(self) -> str:
        """Instance ID of the record that is being filled."""
        self.page.wait_for_url("**/fill/**")
        return self.page.url.rpartition("/fill/")[2].replace("%3A", ":")

    def note(self, version: str = "1") -> Locator:
        return self.page.get_by_label(f"ข้อความ {version}")

    def choose_photo(self, photo: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="เลือกจากคลังภาพ").or_(
                self.page.get_by_role("button", name="เลือกภาพอื่น")
            ).click()
        chooser.value.set_files(photo)

    def attach(self, photo: Path) -> None:
        """Choose a picture, and wait until it is kept."""
        self.choose_photo(photo)
        # On a full tablet room is made first, which takes the browser a while.
        expect(self.page.get_by_role("button", name="ลบออก")).to_be_visible(timeout=30_000)

    def saved(self) -> None:
        """Wait until the draft says that it is on the disk."""
        expect(self.page.get_by_text("บันทึกแล้ว", exact=True)).to_be_visible()

    def finish(self) -> Finished:
        """Finish the record that is open. What it was then is noted."""
        instance_id = self.opened()
        self.page.get_by_role("button", name="ตรวจทานก่อนส่ง").click()
        self.page.get_by_role("button", name="เสร็จสิ้น พร้อมส่ง").click()
        self.until(lambda: self.states().get(instance_id) not in (None, "draft"), f"{instance_id} is finished")
        self.page.wait_for_url(re.compile(r"/app/#/$"))
        row = self.record(instance_id)
        files = {name: kept["sha256"] for name, kept in self.files(instance_id).items()}
        assert sorted(files) == sorted(row["fileNames"])
        done = Finished(instance_id, row["xmlSha256"], files)
        self.finished[instance_id] = done
        return done

    def record_visit(self, note: str, photo: Path | None = None, *, version: str = "1") -> str:
        """Fill in and finish a new record; its instance ID."""
        instance_id = self.begin(note, photo, version=version)
        assert self.finish().instance_id == instance_id
        return instance_id

    def send_now(self) -> None:
        """Press the button of the home page that sends and asks for news."""
        self.go("/")
        button = self.page.get_by_role("button", name="ส่งเดี๋ยวนี้").or_(
            self.page.get_by_role("button", name="ตรวจหาข้อมูลใหม่")
        )
        button.first.click()

    def all_arrived(self, *, apart: tuple[str, ...] = ()) -> None:
        """Every finished record is on the server once, with the very bytes; `apart` are versions of another record."""
        for instance_id in self.finished:
            self.until(lambda one=instance_id: self.states().get(one) in ("complete", "returned"), "everything is sent")
        mine = [one for one in self.office.instances() if one in self.finished]
        assert sorted(mine) == sorted(set(self.finished) - set(apart)), "lost or double on the server"
        for instance_id, done in self.finished.items():
            assert self.office.held(instance_id) == (done.xml_sha256, done.files)
