"""What the field client costs a weak tablet: CPU seconds of the main thread at four times less speed, memory, and nodes.

    .venv/bin/python -m tests.benchmarks.client.run [--times 5] [--rate 4]

Starts a server of its own, sets a tablet up in Chromium, and prints a table. From the navigation on everything counts:
scripts, layout, garbage. CPU time is what to quote; the wall clock of a shared machine is noise, and even CPU time is
larger where other programs take the caches away: the last column is what a fixed piece of work cost at the same time,
in milliseconds of CPU, so that runs can be compared.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from deploy.build_client import build
from tests.personas import PASSWORD
from tests.support.browser import find_chromium
from tests.support.large_form import large_form
from tests.support.library_office import LibraryOffice, library_office

TABLET = {"width": 800, "height": 1280}
VISIT = "แบบติดตามการดำเนินงานระดับสถานศึกษา"
ASKED = ".question input, .question select"
RECORDS, PHOTOS = 100, 5
_WORK = """() => {
  let sum = 0;
  const kept = [];
  for (let at = 0; at < 2e6; at += 1) {
    sum = (sum * 31 + at) % 1000003;
    if (at % 8 === 0) kept.push({at, sum: String(sum)});
  }
  return kept.length;
}"""
_FILL_QUEUE = """async ([records, photos]) => {
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open('tidtam');
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const all = (store) => new Promise((done) => {
    const asked = db.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const [draft] = (await all('records')).filter((row) => row.xmlFormId === 'large');
  const picture = new Blob([crypto.getRandomValues(new Uint8Array(60000)), new Uint8Array(240000)], {type: 'image/jpeg'});
  const work = db.transaction(['records', 'files'], 'readwrite');
  for (let at = 0; at < records; at += 1) {
    const instanceId = `uuid:${crypto.randomUUID()}`;
    const fileNames = Array.from({length: photos}, (_, number) => `photo-${at}-${number}.jpg`);
    work.objectStore('records').put({...draft, instanceId, name: `โรงเรียนที่ ${at}`, state: 'ready', fileNames,
      finishedAt: Date.now(), xml: draft.xml.replace(draft.instanceId, instanceId)});
    for (const name of fileNames) work.objectStore('files').put({instanceId, name, blob: picture, size: picture.size,
      type: 'image/jpeg', sha256: '0'.repeat(64), taken: null, thumbnail: picture.slice(0, 8000, 'image/jpeg'),
      uploadUrl: null, uploaded: 0, confirmed: false});
  }
  await new Promise((done, fail) => { work.oncomplete = done; work.onabort = () => fail(work.error); });
}"""


@dataclass
class Cost:
    """Of one opening."""

    cpu: float
    heap: float
    nodes: float
    elements: int
    noise: float


class Bench:
    """A tablet whose work is measured."""

    def __init__(self, page: Page, rate: float) -> None:
        self.page = page
        self.rate = rate
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def metrics(self) -> dict[str, float]:
        return {item["name"]: item["value"] for item in self.devtools.send("Performance.getMetrics")["metrics"]}

    def open(self, path: str, ready: Callable[[Page], None]) -> Cost:
        """Navigate from nothing until `ready`."""
        self.page.goto("about:blank")
        self.devtools.send("HeapProfiler.collectGarbage")
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": self.rate})
        self.page.goto(f"/app/#{path}", wait_until="commit")
        ready(self.page)
        return self.after(self.metrics()["TaskDuration"])

    def tap(self, name: str, ready: Callable[[Page], None]) -> Cost:
        """From a tap on the home page, which has been there for a while, until `ready`."""
        self.page.goto("about:blank")
        self.page.goto("/app/")
        self.page.get_by_text(name).first.wait_for()
        self.page.wait_for_timeout(5_000)
        self.devtools.send("HeapProfiler.collectGarbage")
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": self.rate})
        before = self.metrics()["TaskDuration"]
        self.page.get_by_text(name).first.click()
        ready(self.page)
        return self.after(self.metrics()["TaskDuration"] - before)

    def after(self, cpu: float) -> Cost:
        """What there is when all is calm again, and how noisy the machine is."""
        self.page.wait_for_timeout(500)
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        before = self.metrics()["TaskDuration"]
        self.page.evaluate(_WORK)
        noise = (self.metrics()["TaskDuration"] - before) * 1000
        self.devtools.send("HeapProfiler.collectGarbage")
        after = self.metrics()
        elements = self.page.evaluate("document.querySelectorAll('*').length")
        return Cost(cpu, after["JSHeapUsedSize"] / 1e6, after["Nodes"], elements, noise)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--rate", type=float, default=4)
    given = parser.parse_args()
    build()
    with tempfile.TemporaryDirectory() as folder, library_office(Path(folder) / "data") as office:
        office.publish(large_form("large"))
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                Path(folder) / "profile",
                executable_path=find_chromium(),
                args=["--no-sandbox", "--disable-features=BackForwardCache"],
                viewport=TABLET,  # type: ignore[arg-type]
                locale="th-TH",
                timezone_id="Asia/Bangkok",
                base_url=office.url,
            )
            _measure(context.pages[0], office, given)
            context.close()


def _measure(page: Page, office: LibraryOffice, given: Any) -> None:
    _set_up(page, office)
    bench = Bench(page, given.rate)
    print(f"{given.rate:g} times slower; first opening, then the least and the middle of {given.times} more\n")
    print(f"{'':32}{'first':>7}{'least':>7}{'middle':>8}  CPU s{'MB':>8}{'elements':>10}{'noise':>7}")
    asked, times = _until(ASKED), given.times
    _row("school visit (library)", times, lambda: bench.open("/new/school_followup_visit", asked))
    _row("school visit, tapped at home", times, lambda: bench.tap(VISIT, asked))
    _row("500 questions", times, lambda: bench.open("/new/large", asked))
    _row("home, nothing queued", times, lambda: bench.open("/", _until("h1")))
    page.context.set_offline(True)
    page.evaluate(_FILL_QUEUE, [RECORDS, PHOTOS])
    _row(f"home, {RECORDS} records queued", times, lambda: bench.open("/", _until("h1")))
    _row(f"list of {RECORDS} records queued", times, lambda: bench.open("/records", _until("li a")))


def _until(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.wait_for(timeout=120_000)


def _row(name: str, times: int, measure: Callable[[], Cost]) -> None:
    first, *costs = [measure() for _ in range(times + 1)]
    cpu = [cost.cpu for cost in costs]
    last = costs[-1]
    noise = statistics.median(cost.noise for cost in costs)
    print(
        f"{name:32}{first.cpu:7.2f}{min(cpu):7.2f}{statistics.median(cpu):8.2f}       "
        f"{last.heap:8.1f}{last.elements:10d}{noise:7.1f}",
        flush=True,
    )


def _set_up(page: Page, office: LibraryOffice) -> None:
    page.goto("/app/")
    page.get_by_label("อีเมล").fill(office.email)
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_role("button", name="ไม่ใช้ PIN").click()
    expect(page.get_by_text("แบบยาว").first).to_be_visible(timeout=60_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(2_000)


if __name__ == "__main__":
    main()
