"""Pictures, signatures, sound and files: kept first, named second, and never lost."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FileChooser, Locator, Page, expect

from tests.browser.client_widgets.helpers import (
    chooser,
    exif_of,
    kept,
    kinds,
    large_file,
    log,
    photo,
    problem,
    taken,
    value,
    wait_for_kept,
)


def take(page: Page, name: str = "photo") -> str:
    """Take a picture; the name under which it is kept."""
    before = value(page, name)
    chooser(page.locator(f"#{name}")).set_input_files(photo())
    return wait_for_kept(page, name, before)


def test_a_photo_is_on_the_tablet_before_it_is_in_the_record(widgets: Page) -> None:
    name = take(widgets)
    assert log(widgets) == [f"keep {name}", f"attach photo {name}"]


def test_a_photo_is_scaled_and_upright_and_still_says_when_and_where(widgets: Page) -> None:
    name = take(widgets)
    content = kept(widgets, name)
    picture = Image.open(io.BytesIO(content))
    # Taken 2400 x 1800, held sideways: upright it is taller than wide.
    assert picture.size == (1200, 1600)
    red, green, _ = picture.convert("RGB").getpixel((1150, 100))  # type: ignore[misc]
    assert red > 150 > green
    exif = exif_of(content)
    assert exif[0x0112] == 1
    assert exif.get_ifd(0x8769)[0x9003] == "2026:11:20 14:05:33"
    assert [float(part) for part in exif.get_ifd(0x8825)[2]] == pytest.approx([10, 29, 35.23])
    assert taken(widgets, name) == {
        "at": "2026-11-20T14:05:33+07:00",
        "position": "10.4931194 99.1800000",
        "note": "",
    }
    expect(widgets.locator("#photo")).to_contain_text("ถ่ายเมื่อ 20 พ.ย. 2569 14:05")


def test_a_photo_has_a_thumbnail_of_at_most_320_pixels(widgets: Page) -> None:
    name = take(widgets)
    size = widgets.evaluate(
        """async name => {
          const picture = await createImageBitmap(window.widgets.rows.get(name).thumbnail);
          return [picture.width, picture.height];
        }""",
        name,
    )
    assert size == [240, 320]


def test_a_photo_without_a_limit_is_kept_byte_for_byte(widgets: Page) -> None:
    original = photo((800, 600))
    chooser(widgets.locator("#second")).set_input_files(original)
    assert kept(widgets, wait_for_kept(widgets, "second")) == original["buffer"]


def test_two_questions_with_image_jpg_keep_two_files(widgets: Page) -> None:
    names = {take(widgets, "photo"), take(widgets, "second")}
    assert len(names) == 2
    assert widgets.evaluate("window.widgets.rows.size") == 2


def test_a_retaken_photo_replaces_the_first_only_when_it_is_safe(widgets: Page) -> None:
    first = take(widgets)
    second = take(widgets)
    assert log(widgets)[2:] == [f"keep {second}", f"attach photo {second}", f"drop {first}"]


def test_when_the_tablet_is_full_the_photo_before_stays_and_the_person_is_told(widgets: Page) -> None:
    first = take(widgets)
    widgets.evaluate("window.widgets.setFull(true)")
    chooser(widgets.locator("#photo")).set_input_files(photo())
    expect(widgets.locator("#photo").get_by_role("alert")).to_contain_text("พื้นที่ในแท็บเล็ตเต็ม")
    assert value(widgets, "photo") == first
    assert kinds(widgets) == ["keep", "attach"]
    expect(widgets.locator("#photo img")).to_be_visible()


def test_with_less_than_100_megabytes_left_no_new_photo_is_taken(widgets: Page) -> None:
    widgets.evaluate("window.widgets.setFree(99 * 1024 * 1024)")
    chooser(widgets.locator("#photo")).set_input_files(photo())
    expect(widgets.locator("#photo").get_by_role("alert")).to_contain_text("เหลือไม่ถึง 100 MB")
    # What the server has confirmed was offered first.
    assert log(widgets) == ["room"]


def test_a_file_larger_than_what_is_left_is_refused_with_what_is_left(widgets: Page, tmp_path: Path) -> None:
    widgets.evaluate("window.widgets.setFree(110 * 1024 * 1024)")
    chooser(widgets.locator("#film"), 1).set_input_files(large_file(tmp_path, 95))
    expect(widgets.locator("#film").get_by_role("alert")).to_contain_text("พื้นที่ที่เหลือในแท็บเล็ต (110 MB)")
    assert "keep" not in kinds(widgets)


def test_a_browser_that_does_not_tell_its_free_space_still_takes_photos(widgets: Page) -> None:
    widgets.evaluate("window.widgets.setFree(null)")
    assert take(widgets)


def test_a_picture_the_browser_cannot_read_is_kept_as_it_is_with_a_note(widgets: Page) -> None:
    heic = b"\0\0\0\x18ftypheic" + b"\1" * 400
    chooser(widgets.locator("#photo")).set_input_files({"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heic})
    name = wait_for_kept(widgets, "photo")
    assert name.endswith(".heic")
    assert kept(widgets, name) == heic
    assert taken(widgets, name)["note"] == "heic"
    expect(widgets.locator("#photo")).to_contain_text("แสดงตัวอย่างไม่ได้ แต่เก็บไฟล์ไว้แล้ว")


def test_a_photo_goes_only_after_a_second_question_and_first_from_the_record(widgets: Page) -> None:
    name = take(widgets)
    question = widgets.locator("#photo")
    question.get_by_role("button", name="ลบออก").click()
    expect(question.get_by_role("button", name="ไม่ลบ")).to_be_focused()
    question.get_by_role("button", name="ไม่ลบ").click()
    assert value(widgets, "photo") == name
    question.get_by_role("button", name="ลบออก").click()
    question.get_by_role("button", name="ลบ", exact=True).click()
    widgets.wait_for_function("() => window.widgets.value('photo') === ''")
    assert log(widgets)[2:] == ["detach photo", f"drop {name}"]


def test_nothing_can_be_chosen_while_a_file_is_still_opened(widgets: Page) -> None:
    widgets.evaluate("window.widgets.lock('photo', true)")
    question = widgets.locator("#photo")
    expect(question.get_by_role("button", name="ถ่ายภาพ")).to_be_disabled()
    expect(question).to_contain_text("กำลังเปิดไฟล์")
    widgets.evaluate("window.widgets.lock('photo', false)")
    expect(question.get_by_role("button", name="ถ่ายภาพ")).to_be_enabled()


def test_a_tap_on_the_text_of_a_question_does_not_open_the_camera(widgets: Page) -> None:
    opened: list[FileChooser] = []

    def note(asked: FileChooser) -> None:
        opened.append(asked)

    widgets.on("filechooser", note)
    widgets.get_by_text("ภาพถ่ายกิจกรรม").click()
    widgets.wait_for_timeout(200)
    assert not opened
    with widgets.expect_file_chooser():
        widgets.locator("#photo").get_by_role("button", name="ถ่ายภาพ").click()


def test_the_appearance_new_offers_the_camera_alone(widgets: Page) -> None:
    assert chooser(widgets.locator("#second")).get_attribute("capture") == "environment"
    assert widgets.locator("#second").get_by_role("button").count() == 1
    assert widgets.locator("#photo").get_by_role("button").count() == 2


def test_addresses_of_pictures_are_given_back(open_widgets: Any) -> None:
    page: Page = open_widgets()
    page.evaluate(
        """() => {
          window.open_addresses = new Set();
          const make = URL.createObjectURL.bind(URL), give = URL.revokeObjectURL.bind(URL);
          URL.createObjectURL = (blob) => { const url = make(blob); window.open_addresses.add(url); return url; };
          URL.revokeObjectURL = (url) => { window.open_addresses.delete(url); give(url); };
        }"""
    )
    for _ in range(3):
        take(page)
    assert page.evaluate("window.open_addresses.size") == 1
    page.evaluate("window.widgets.hide('photo')")
    assert page.evaluate("window.open_addresses.size") == 0


def sign(page: Page, name: str = "signature", strokes: int = 2) -> None:
    """Draw zigzags on the sheet of a question."""
    sheet = page.locator(f"#{name} canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    for stroke in range(strokes):
        left, top = box["x"] + 20 + stroke * 60, box["y"] + 40
        page.mouse.move(left, top)
        page.mouse.down()
        for step in range(12):
            page.mouse.move(left + step * 4, top + (step % 4) * 15)
        page.mouse.up()


def ink(page: Page, sheet: Locator) -> int:
    """Number of dark pixels of a canvas."""
    count: int = sheet.evaluate(
        """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let at = 0; at < data.length; at += 4) if (data[at] < 128) dark += 1;
          return dark;
        }"""
    )
    return count


def test_a_signature_is_kept_by_itself_as_png(widgets: Page) -> None:
    sign(widgets)
    name = wait_for_kept(widgets, "signature")
    assert name.startswith("signature-")
    picture = Image.open(io.BytesIO(kept(widgets, name)))
    assert picture.format == "PNG"
    assert picture.convert("L").getextrema() == (0, 255)
    expect(widgets.locator("#signature")).to_contain_text("เก็บแล้ว")


def test_a_signature_survives_turning_the_tablet(widgets: Page) -> None:
    sign(widgets)
    name = wait_for_kept(widgets, "signature")
    sheet = widgets.locator("#signature canvas")
    before = ink(widgets, sheet)
    widgets.set_viewport_size({"width": 360, "height": 640})
    widgets.wait_for_timeout(300)
    assert ink(widgets, sheet) > before / 10
    widgets.set_viewport_size({"width": 800, "height": 1280})
    widgets.wait_for_timeout(300)
    assert ink(widgets, sheet) == pytest.approx(before, rel=0.1)
    assert value(widgets, "signature") == name


def test_a_signature_is_kept_when_the_page_is_left_at_once(widgets: Page) -> None:
    sign(widgets)
    widgets.evaluate("window.widgets.hide('signature')")
    name = wait_for_kept(widgets, "signature")
    assert Image.open(io.BytesIO(kept(widgets, name))).convert("L").getextrema() == (0, 255)


def test_the_last_stroke_can_be_taken_back_and_with_the_last_one_the_file_goes(widgets: Page) -> None:
    sign(widgets)
    first = wait_for_kept(widgets, "signature")
    question = widgets.locator("#signature")
    dark = ink(widgets, question.locator("canvas"))
    question.get_by_role("button", name="ย้อนกลับหนึ่งเส้น").click()
    assert 0 < ink(widgets, question.locator("canvas")) < dark
    wait_for_kept(widgets, "signature", first)
    question.get_by_role("button", name="ย้อนกลับหนึ่งเส้น").click()
    widgets.wait_for_function("() => window.widgets.value('signature') === ''")
    assert widgets.evaluate("window.widgets.rows.size") == 0


def test_signing_again_keeps_the_signature_before_until_the_new_one_is_kept(widgets: Page) -> None:
    sign(widgets)
    first = wait_for_kept(widgets, "signature")
    question = widgets.locator("#signature")
    widgets.evaluate("window.widgets.hide('signature')")
    widgets.evaluate("window.widgets.show('signature')")
    expect(question.get_by_role("img", name="ลายมือชื่อที่แนบไว้")).to_be_visible()
    question.get_by_role("button", name="เซ็นใหม่").click()
    assert value(widgets, "signature") == first
    sign(widgets, strokes=1)
    question.get_by_role("button", name="ย้อนกลับหนึ่งเส้น").click()
    widgets.wait_for_timeout(1500)
    assert value(widgets, "signature") == first
    sign(widgets, strokes=1)
    second = wait_for_kept(widgets, "signature", first)
    assert log(widgets)[-1] == f"drop {first}"
    assert second != first


def test_a_drawing_has_colours_and_a_picture_may_be_used_instead(widgets: Page) -> None:
    question = widgets.locator("#drawing")
    question.get_by_label("แดง").check()
    sign(widgets, "drawing", 1)
    name = wait_for_kept(widgets, "drawing")
    colours = Image.open(io.BytesIO(kept(widgets, name))).convert("RGB").getcolors(1_000_000)
    assert any(red > 150 and green < 60 for _, (red, green, _) in colours or [])  # type: ignore[misc]
    chooser(question).set_input_files(photo((400, 300), "plan.jpg"))
    assert wait_for_kept(widgets, "drawing", name).endswith(".jpg")
    expect(question.locator("canvas")).to_have_count(0)


def test_sound_is_recorded_paused_and_played_back(widgets: Page) -> None:
    question = widgets.locator("#sound")
    question.get_by_role("button", name="บันทึกเสียง").click()
    expect(question).to_contain_text("0:01")
    question.get_by_role("button", name="พัก").click()
    expect(question).to_contain_text("หยุดชั่วคราว")
    question.get_by_role("button", name="บันทึกต่อ").click()
    question.get_by_role("button", name="หยุดและเก็บ").click()
    name = wait_for_kept(widgets, "sound")
    assert name.endswith(".webm")
    assert len(kept(widgets, name)) > 500
    expect(question.locator("audio")).to_be_visible()


def test_a_recording_is_kept_when_the_page_is_left(widgets: Page) -> None:
    question = widgets.locator("#sound")
    question.get_by_role("button", name="บันทึกเสียง").click()
    expect(question).to_contain_text("0:01")
    widgets.evaluate("window.widgets.hide('sound')")
    assert wait_for_kept(widgets, "sound")


def test_a_long_recording_is_kept_while_it_goes_on(widgets: Page) -> None:
    widgets.set_default_timeout(20_000)
    question = widgets.locator("#sound")
    question.get_by_role("button", name="บันทึกเสียง").click()
    name = wait_for_kept(widgets, "sound")
    early = len(kept(widgets, name))
    assert early > 500
    expect(question.get_by_role("button", name="หยุดและเก็บ")).to_be_visible()
    widgets.wait_for_timeout(2500)
    question.get_by_role("button", name="หยุดและเก็บ").click()
    expect(question.locator("audio")).to_be_visible()
    # The same file, longer: nothing is left behind.
    assert value(widgets, "sound") == name
    widgets.wait_for_function("([name, early]) => window.widgets.rows.get(name).size > early", arg=[name, early])
    assert widgets.evaluate("window.widgets.rows.size") == 1


def test_a_large_file_is_kept_whole_with_a_word_about_sending_it(widgets: Page, tmp_path: Path) -> None:
    question = widgets.locator("#film")
    chooser(question, 1).set_input_files(large_file(tmp_path, 60))
    name = wait_for_kept(widgets, "film")
    assert widgets.evaluate("name => window.widgets.rows.get(name).blob.size", name) == 60 * 1024 * 1024
    expect(question).to_contain_text("ไฟล์นี้ใหญ่ 60 MB")


def test_a_file_keeps_its_name_readable_and_an_empty_one_is_refused(widgets: Page) -> None:
    question = widgets.locator("#report")
    called = "รายงาน ผลการดำเนินงาน.pdf"
    chooser(question).set_input_files({"name": called, "mimeType": "application/pdf", "buffer": b""})
    expect(question.get_by_role("alert")).to_contain_text("ไฟล์ว่างเปล่า")
    chooser(question).set_input_files({"name": called, "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    name = wait_for_kept(widgets, "report")
    assert name.startswith("รายงาน-ผลการดำเนินงาน-")
    assert problem(widgets, "report") is None
