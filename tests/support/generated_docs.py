"""The parts of documents that are written from the code: run this after a change to models or settings.

    .venv/bin/python -m tests.support.generated_docs

writes the diagrams of ``docs/data-model.md``, the settings of ``docs/operating.md`` and all of
``deploy/.env.example``. `tests/unit/test_documents.py` fails while any of them is out of date.
"""

from __future__ import annotations

import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import Column, LargeBinary, Table
from sqlalchemy.types import JSON, BigInteger, Boolean, Date, DateTime, Float, Integer, String, TypeDecorator

from core.database import Base
from core.settings import Settings, variable_name
from tests.support.sources import ROOT

DATA_MODEL = ROOT / "docs" / "data-model.md"
OPERATING = ROOT / "docs" / "operating.md"
ENV_EXAMPLE = ROOT / "deploy" / ".env.example"

NAMED_ONLY = {
    ("assignment", "form_id"): "form",
    ("audit", "actor_id"): "actor",
    ("audit", "workspace_id"): "workspace",
    ("form", "current_version_id"): "form_version",
    ("form", "draft_version_id"): "form_version",
    ("form_version", "library_sha256"): "blob",
    ("quarantine", "workspace_id"): "workspace",
    ("submission", "workspace_id"): "workspace",
    ("submission", "form_version_id"): "form_version",
    ("submission", "submitter_id"): "actor",
    ("submission_version", "form_id"): "form",
    ("submission_version", "form_version_id"): "form_version",
    ("submission_version", "submitter_id"): "actor",
    ("submission_dimension", "submission_id"): "submission",
    ("entity_effect", "workspace_id"): "workspace",
}
"""Columns that name a row of another table and are no foreign keys; why is in docs/decisions.md."""

DIAGRAMS = {
    "people": ("actor", "user_account", "app_user", "session", "sign_in_failure", "workspace", "assignment"),
    "server": ("audit", "job", "blob"),
    "forms": ("form", "form_version", "form_attachment"),
    "records": (
        "submission", "submission_version", "submission_dimension", "attachment", "quarantine", "quarantine_file",
        "submission_check", "submission_checked", "submission_check_basis",
    ),
    "entities": (
        "entity_list", "entity_property", "entity", "entity_version", "entity_effect", "person_property",
    ),
    "field": ("server_epoch", "upload", "field_device"),
    "plan": (
        "plan_fiscal_year", "plan_round", "plan_group", "plan_officer", "plan_group_membership", "plan_district",
        "plan_school_network", "plan_school", "plan_framework", "plan_framework_node",
        "plan_standard", "plan_indicator", "plan_standard_issue",
        "plan_project", "plan_project_budget", "plan_project_indicator", "plan_activity", "plan_order",
        "plan_order_line", "plan_revision",
    ),
}  # fmt: skip
"""Which table is drawn where; every table is in one diagram."""

_KINDS = (
    (LargeBinary, "bytes"), (Boolean, "bool"), (DateTime, "instant"), (Date, "date"), (JSON, "json"),
    (BigInteger, "bigint"), (Integer, "integer"), (Float, "double"), (String, "text"),
)  # fmt: skip


def relations(table: Table) -> Iterator[tuple[str, str, bool]]:
    """Columns of a table that name rows of others: column, the other table, whether the database guards it."""
    for column in table.columns:
        for key in column.foreign_keys:
            yield column.name, key.column.table.name, True
        if (table.name, column.name) in NAMED_ONLY:
            yield column.name, NAMED_ONLY[table.name, column.name], False


def is_of_every_plan_table(table: str, column: str) -> bool:
    """Whether this is the workspace that each row of a plan belongs to, which is said once and drawn nowhere."""
    return table.startswith("plan_") and column == "workspace_id"


def diagram(name: str) -> str:
    """A Mermaid diagram: its tables with all columns, and every relation that begins in one of them."""
    tables = [Base.metadata.tables[item] for item in DIAGRAMS[name]]
    lines = ["erDiagram"]
    for table in tables:
        lines += [f"    {table.name} {{", *(f"        {_column(item)}" for item in table.columns), "    }"]
    for table in tables:
        for column, other, guarded in relations(table):
            if not is_of_every_plan_table(table.name, column):
                lines.append(f"    {other} {_line(table, column, guarded=guarded)} {table.name} : {column}")
    return "\n".join(lines)


def settings_table() -> str:
    """The settings as a Markdown table."""
    rows = ["| Variable | Default | What it sets |", "| --- | --- | --- |"]
    for item in fields(Settings):
        explained = item.metadata["explanation"] + _choices(item.metadata["choices"])
        default = f"`{_written(item.default)}`" if _written(item.default) else "empty"
        rows.append(f"| `{variable_name(item.name)}` | {default} | {explained} |")
    return "\n".join(rows)


def env_example() -> str:
    """All of ``deploy/.env.example``: every setting with its explanation, commented out at its default."""
    head = (
        "# Settings of Tidtam. Copy this file to .env, take the # off what you set, and keep it readable for the",
        "# service's own user only: it holds secrets. What stays commented out has the value shown.",
        "# Whole numbers without separators; yes or no for switches. docs/operating.md says more.",
    )
    lines = [*head]
    for item in fields(Settings):
        secret = " (secret)" if item.metadata["secret"] else ""
        explained = f"{item.metadata['explanation']}{_choices(item.metadata['choices'])}{secret}"
        lines += ["", *textwrap.wrap(explained, 110, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"#{variable_name(item.name)}={_written(item.default)}")
    return "\n".join(lines) + "\n"


def marked(text: str, name: str) -> str:
    """What stands between the markers of a generated part.

    Raises:
        ValueError: the document has no such markers.

    """
    begin, end = _markers(name)
    return text[text.index(begin) + len(begin) : text.index(end)].strip("\n")


def with_marked(text: str, name: str, content: str) -> str:
    """The document with another generated part."""
    begin, end = _markers(name)
    return f"{text[: text.index(begin)]}{begin}\n{content}\n{text[text.index(end) :]}"


def parts() -> dict[tuple[Path, str], str]:
    """Every generated part by its document and name."""
    drawn = {(DATA_MODEL, name): f"```mermaid\n{diagram(name)}\n```" for name in DIAGRAMS}
    return drawn | {(OPERATING, "settings"): settings_table()}


def main() -> None:
    """Write everything that is generated."""
    from app import create_app
    from core.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        create_app(load_settings({}, data_dir=Path(folder), log_level="ERROR"))
    for (path, name), content in parts().items():
        path.write_text(with_marked(path.read_text(encoding="utf-8"), name, content), encoding="utf-8")
    ENV_EXAMPLE.write_text(env_example(), encoding="utf-8")
    sys.stdout.write("docs/data-model.md, docs/operating.md and deploy/.env.example are up to date.\n")


def _column(column: Column[Any]) -> str:
    marks = ["PK"] if column.primary_key else []
    marks += ["FK"] if column.foreign_keys else []
    nullable = ' "may be empty"' if column.nullable else ""
    return f"{_kind(column)} {column.name} {','.join(marks)}".rstrip() + nullable


def _kind(column: Column[Any]) -> str:
    kind: Any = column.type
    if isinstance(kind, TypeDecorator):
        if hasattr(kind, "places"):
            return "decimal"
        kind = kind.impl
    return next(word for base, word in _KINDS if isinstance(kind, base))


def _line(table: Table, column: str, *, guarded: bool) -> str:
    item = table.columns[column]
    one = "|o" if item.nullable else "||"
    alone = item.primary_key and len(table.primary_key.columns) == 1
    return f"{one}{'--' if guarded else '..'}{'o|' if alone else 'o{'}"


def _choices(choices: tuple[str, ...]) -> str:
    return f" ({', '.join(choices)})" if choices else ""


def _written(default: Any) -> str:
    return ("yes" if default else "no") if isinstance(default, bool) else str(default)


def _markers(name: str) -> tuple[str, str]:
    return f"<!-- generated: {name} -->", f"<!-- end of {name} -->"


if __name__ == "__main__":
    main()
