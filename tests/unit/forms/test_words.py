"""One thing has one word on the pages on forms."""

from __future__ import annotations

import re

import pytest

from tests.support.messages import thai_of


@pytest.mark.parametrize(
    "never",
    [
        pytest.param("คิวอาร์", id="a code is รหัส QR"),
        pytest.param("อัปโหลด", id="a workbook is นำเข้า, a file of a form แนบไฟล์"),
        pytest.param("รุ่น “", id="a form's version is ฉบับ"),
    ],
)
def test_a_word_that_is_not_ours_stands_nowhere(never: str) -> None:
    assert not [text for text in thai_of("forms").values() if re.search(never, text)]
