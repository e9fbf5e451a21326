"""The sentences of a package that a person can see, and their Thai translations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from core.access.roles import ROLES

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("core", "plan", "forms", "sync", "collect", "reports")
_KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "sentence_for_device": None, "Reason": None}
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
_OPTIONS = {"**/templates/**.html": {"trimmed": "true"}, "**/templates/**.txt": {"trimmed": "true"}}
_PARTS = re.compile(r"\{([A-Za-z_]\w*)\}|%\(([A-Za-z_]\w*)\)")


def messages_of(package: str) -> set[str]:
    """Every message id that a package's code, templates and problem catalogue hold."""
    folder = ROOT / package
    found: set[str] = set()
    for item in extract_from_dir(folder, _METHODS, _OPTIONS, _KEYWORDS):
        message = item[2]
        found.update([message] if isinstance(message, str) else [part for part in message if part])
    for path in folder.rglob("*.py"):
        found.update(_catalogue_sentences(path))
    if package == "core":
        found.update(role.name for role in ROLES.values())
    return {message for message in found if message.strip()}


def thai_of(package: str) -> dict[str, str]:
    """Message ids with their finished Thai translations in a package's own catalogue."""
    path = ROOT / package / "translations" / "th" / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as source:
        catalogue: Catalog = read_po(source, locale="th")
    translated: dict[str, str] = {}
    for message in catalogue:
        if message.fuzzy or not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        # Thai has one plural form, which stands for the singular too.
        text = message.string if isinstance(message.string, str) else next(iter(message.string), "")
        translated.update(dict.fromkeys(ids, text))
    return {message: text for message, text in translated.items() if text}


def parts_of(message: str) -> set[str]:
    """Names of the ``{named}`` and ``%(named)s`` parts of a message."""
    return {first or second for first, second in _PARTS.findall(message)}


def _catalogue_sentences(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "add_to_catalogue"):
            continue
        for argument in node.args:
            if isinstance(argument, ast.Dict):
                yield from (ast.literal_eval(value) for value in argument.values)
