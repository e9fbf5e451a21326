"""Every sentence a person can see is there in Thai, with the same named parts."""

from __future__ import annotations

import pytest

from tests.support.messages import PACKAGES, messages_of, parts_of, thai_of


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_has_a_thai_translation(package: str) -> None:
    # Words that pages of all packages share, such as "Save", may lie in core's catalogue.
    translated = thai_of("core") | thai_of(package)
    missing = sorted(messages_of(package) - translated.keys())
    assert not missing, f"{len(missing)} messages of {package} have no Thai translation: {missing}"


def test_one_message_has_one_text_in_all_catalogues() -> None:
    # The catalogues are merged for the pages, so of two texts one would stand where the other is meant. Words that
    # mean two things get two message ids.
    texts: dict[str, set[str]] = {}
    for package in PACKAGES:
        for message, text in thai_of(package).items():
            texts.setdefault(message, set()).add(text)
    assert not {message: found for message, found in texts.items() if len(found) > 1}


@pytest.mark.parametrize("package", PACKAGES)
def test_translations_keep_the_named_parts(package: str) -> None:
    wrong = {message: text for message, text in thai_of(package).items() if parts_of(message) != parts_of(text)}
    assert not wrong


@pytest.mark.parametrize("package", PACKAGES)
def test_thai_translations_are_in_thai(package: str) -> None:
    def has_thai(text: str) -> bool:
        return any("\u0e00" <= letter <= "\u0e7f" for letter in text)

    names = {
        "ODK Collect",
        "Tidtam",
        "Excel",
        "CSV",
        "JSON",
        "PDF",
        "Word",
        "OData",
        "XLSForm",
        "GeoJSON",
        "ZIP",
        "XML",
    }
    same = {message for message, text in thai_of(package).items() if not has_thai(text) and message not in names}
    assert not same
