"""Languages, Buddhist-era dates and numbers for people. On every wire dates stay ISO and numbers plain."""

from __future__ import annotations

import datetime as dt
import functools
import os
import tempfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, request
from flask_babel import Babel, force_locale, format_date, get_locale, gettext
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from core.settings import Settings

LANGUAGES = ("th", "en")
COOKIE = "language"
_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("core", "plan", "forms", "sync", "collect", "reports")
BUDDHIST_OFFSET = 543


def install_languages(app: Flask, settings: Settings) -> None:
    """Thai by default, English by the switch; each package brings its own catalogue."""
    folders = [folder for package in _PACKAGES if (folder := _ROOT / package / "translations").exists()]
    for folder in folders:
        compile_catalogues(folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders)
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.timezone
    Babel(app, locale_selector=lambda: choose_language(settings))
    zone = settings.zone
    app.jinja_env.filters["thai_date"] = lambda value: readable_date(value, zone)
    app.jinja_env.filters["thai_datetime"] = lambda value: readable_datetime(value, zone)
    app.jinja_env.filters["number"] = readable_number
    app.jinja_env.filters["money"] = lambda value: readable_number(value, places=2)
    app.jinja_env.filters["percent"] = lambda value: readable_number(value, places=2)
    app.jinja_env.globals["language"] = lambda: str(get_locale() or "en")[:2]


def compile_catalogues(folder: Path) -> None:
    """Make the binary catalogues that gettext reads, where they are missing or older than their source."""
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        if not os.access(target.parent, os.W_OK):
            # An installation that cannot be written to brings its catalogues (`deploy/compile_translations.py`).
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        # Written aside and renamed, since several server processes may start at once.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as fresh:
            write_mo(fresh, catalogue)
        Path(fresh.name).chmod(0o644)
        Path(fresh.name).rename(target)


def choose_language(settings: Settings) -> str:
    """The reader's language: the switch, the account's, the client's for programs, else the default."""
    if request.path.startswith("/v1/"):
        return _language_of_client(request.environ.get("HTTP_ACCEPT_LANGUAGE", ""), settings.default_language)
    chosen = request.args.get("lang") or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    actor = g.get("actor")
    if actor is not None and actor.language in LANGUAGES:
        return str(actor.language)
    return settings.default_language


@functools.lru_cache(maxsize=1000)
def _language_of_client(accepted: str, default: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or default


def N_(message_id: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence for translation without translating it yet."""
    return message_id


def sentence_for_device(message_id: str) -> str:
    """A fixed sentence in the language a device asks for; each is looked up once per process."""
    return _translated(choose_language(current_app.config["TIDTAM_SETTINGS"]), message_id)


@functools.cache
def _translated(language: str, message_id: str) -> str:
    with force_locale(language):
        return str(gettext(message_id))


def readable_date(value: dt.date | dt.datetime | str | None, zone: ZoneInfo) -> str:
    """``22 ม.ค. 2570`` or ``22 Jan 2027``; an en dash for nothing, and a text that is no date as it is."""
    day = _as_date(value, zone)
    if day is None:
        return str(value) if value else "–"
    if str(get_locale() or "")[:2] == "th":
        return f"{format_date(day, 'd MMM')} {day.year + BUDDHIST_OFFSET}"
    return str(format_date(day, "d MMM y"))


def readable_datetime(value: dt.datetime | None, zone: ZoneInfo) -> str:
    """Date and time of day in the office's zone."""
    if value is None:
        return "–"
    return f"{readable_date(value, zone)} {value.astimezone(zone):%H:%M}"


def readable_number(value: Decimal | float | None, places: int = 0) -> str:
    """With thousands separators, rounded half up; an en dash for nothing (a zero denominator is nothing, not zero)."""
    if value is None:
        return "–"
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"


def fiscal_year(day: dt.date) -> int:
    """Thai fiscal year (B.E.) of a date: it begins on 1 October ."""
    return day.year + BUDDHIST_OFFSET + (1 if day.month >= 10 else 0)  # noqa: PLR2004 - October


def fiscal_quarter(day: dt.date) -> int:
    """Quarter 1 to 4 of the fiscal year; October to December is the first."""
    return ((day.month + 2) % 12) // 3 + 1


def _as_date(value: dt.date | dt.datetime | str | None, zone: ZoneInfo) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).date() if value.tzinfo else value.date()
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value[:10])
        except ValueError:
            return None
    return value
