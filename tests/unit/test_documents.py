"""What the documents say about the code, compared with the code."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from core.database import Base
from core.errors import CATALOGUE
from core.settings import Settings, load_settings, variable_name
from sync import quarantine
from tests.support import generated_docs
from tests.support.messages import PACKAGES, thai_of
from tests.support.sources import ROOT, kept_files, product_sources

DOCS = ROOT / "docs"
OF_THE_CLIENT = "## The field client's packages"
DOCUMENTS = [path for path in kept_files() if path.suffix == ".md"]
WRITE = "Run: .venv/bin/python -m tests.support.generated_docs"
GUIDES = {"th": DOCS / "quick-guide-planner.th.md", "en": DOCS / "quick-guide-planner.en.md"}
OFFICERS_GUIDES = {"th": DOCS / "quick-guide-officer.th.md", "en": DOCS / "quick-guide-officer.en.md"}

# Direct dependencies that no module imports by name.
USED_WITHOUT_IMPORT = {
    "psycopg": "SQLAlchemy's driver, by the database's address",
    "tzdata": "zoneinfo reads it",
}
IMPORTED_AS = {
    "argon2-cffi": "argon2", "flask-babel": "flask_babel", "flask-sqlalchemy": "flask_sqlalchemy", "pillow": "PIL",
    "pillow-heif": "pillow_heif", "prometheus-client": "prometheus_client", "python-calamine": "python_calamine",
    "pyyaml": "yaml",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Every table, job and problem code is known once the application was built."""
    return create_app(load_settings({}, data_dir=tmp_path_factory.mktemp("data"), log_level="ERROR"))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", generated_docs.DIAGRAMS)
def test_the_diagrams_are_those_of_the_models(name: str) -> None:
    drawn = generated_docs.marked(read(generated_docs.DATA_MODEL), name)
    assert drawn == f"```mermaid\n{generated_docs.diagram(name)}\n```", WRITE


def test_every_table_is_drawn_once_and_has_its_sentence() -> None:
    drawn = [table for tables in generated_docs.DIAGRAMS.values() for table in tables]
    assert sorted(drawn) == sorted(Base.metadata.tables)
    text = read(generated_docs.DATA_MODEL)
    sentences = re.findall(r"^\| `(\w+)` \| .{10,} \|$", text, re.MULTILINE)
    assert sorted(sentences) == sorted(Base.metadata.tables)


def test_every_relation_has_its_sentence() -> None:
    wanted = {
        (f"{table.name}.{column}", other)
        for table in Base.metadata.tables.values()
        for column, other, _ in generated_docs.relations(table)
        if not generated_docs.is_of_every_plan_table(table.name, column)
    }
    written = re.findall(r"^\| `([\w.]+)` \| `(\w+)` \| .{10,} \|$", read(generated_docs.DATA_MODEL), re.MULTILINE)
    assert len(written) == len(set(written))
    assert sorted(written) == sorted(wanted)


def test_no_column_that_names_another_row_is_forgotten() -> None:
    outside = {"instance_id", "deprecated_id", "device_id", "xml_form_id", "role_id", "branch_id", "install_id"}
    silent = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith(("_id", "_by", "_sha256"))
        and column.name not in outside | {"xml_sha256"}
        and not column.foreign_keys
        and (table.name, column.name) not in generated_docs.NAMED_ONLY
    ]
    assert not silent, "Make it a foreign key, or add it to NAMED_ONLY with its reason in docs/data-model.md"


def test_the_settings_in_the_documents_are_those_of_the_code() -> None:
    table = generated_docs.marked(read(generated_docs.OPERATING), "settings")
    assert table == generated_docs.settings_table(), WRITE
    assert read(generated_docs.ENV_EXAMPLE) == generated_docs.env_example(), WRITE
    for item in fields(Settings):
        assert f"`{variable_name(item.name)}`" in table
        assert f"#{variable_name(item.name)}=" in read(generated_docs.ENV_EXAMPLE)


def test_every_setting_that_a_document_names_exists() -> None:
    known = {variable_name(item.name) for item in fields(Settings)}
    others = {"TIDTAM_FAULT_KILLS", "TIDTAM_FUZZ", "TIDTAM_STRESS", "TIDTAM_TEST_DURABLE"}
    named = {name for path in _operators_files() for name in re.findall(r"\bTIDTAM_[A-Z0-9_]*[A-Z0-9]", read(path))}
    assert not named - known - others


def test_the_proxy_lets_through_what_the_server_takes() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)m;", read(ROOT / "deploy" / "nginx.conf"))
    limit = Settings().max_body_bytes
    # A little more, so that it is the server that says no, in words that tablets show.
    assert [limit < int(size) * 1024 * 1024 <= limit * 1.05 for size in sizes] == [True]
    assert f"({limit})" in read(ROOT / "deploy" / "nginx.conf")


def test_the_container_asks_whether_it_is_ready_and_runs_as_nobody_special() -> None:
    text = read(ROOT / "deploy" / "Dockerfile")
    assert "/readyz" in text
    assert "--require-hashes -r requirements/server.txt" in text
    users = re.findall(r"^USER (\w+)$", text, re.MULTILINE)
    assert users == ["tidtam"]
    copied = set(re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE))
    assert copied == set(PACKAGES)


def test_every_direct_dependency_is_explained() -> None:
    ours = read(DOCS / "dependencies.md").partition(OF_THE_CLIENT)[0]
    written = re.findall(r"^\| `([^`]+)` \| .+ \| .+ \| .+ \|$", ours, re.MULTILINE)
    assert sorted(written) == sorted(_direct_dependencies("server") + _direct_dependencies("dev"))


def test_every_package_of_the_field_client_is_explained_and_pinned() -> None:
    package = json.loads(read(ROOT / "collect" / "client" / "package.json"))
    wanted = package["dependencies"] | package["devDependencies"]
    theirs = read(DOCS / "dependencies.md").partition(OF_THE_CLIENT)[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \| .+ \| .+ \| .+ \|$", theirs, re.MULTILINE)
    assert sorted(re.findall(r"`([^`]+)`", " ".join(rows))) == sorted(wanted)
    assert not [name for name, version in wanted.items() if not re.fullmatch(r"[0-9.]+", version)]


def test_every_direct_dependency_of_the_server_is_used() -> None:
    modules = {name.partition(".")[0] for source in product_sources() for name in _imports(source.tree)}
    wanted = {name.partition("[")[0] for name in _direct_dependencies("server")} - USED_WITHOUT_IMPORT.keys()
    unused = {name for name in wanted if IMPORTED_AS.get(name, name) not in modules}
    assert not unused


def test_sync_names_every_reason_and_every_refusal() -> None:
    text = read(DOCS / "sync.md")
    reasons = [
        quarantine.CONFLICT, quarantine.EDIT_CONFLICT, quarantine.WAITING_FOR_ORIGINAL, quarantine.UNKNOWN_VERSION,
        quarantine.FORM_CLOSED, quarantine.DELETED,
    ]  # fmt: skip
    assert not [reason for reason in reasons if text.count(f"`{reason}`") < 2]
    from sync.routes import _REFUSALS

    assert not [code for code in _REFUSALS.values() if code not in text]


def test_the_documents_name_no_problem_code_that_does_not_exist() -> None:
    # Codes in central-differences.md are Central's as well as ours.
    for name in ("sync.md", "operating.md"):
        named = set(re.findall(r"\b[45][0-9]{2}\.[0-9]{1,3}\b", read(DOCS / name)))
        assert not named - CATALOGUE.keys(), name


def test_every_job_is_in_the_architecture() -> None:
    from core.jobs import registry

    written = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", read(DOCS / "architecture.md"), re.MULTILINE))
    assert written == {name for name, work in registry.items() if work.__module__.split(".")[0] in PACKAGES}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", read(path)):
        place, _, heading = target.partition("#")
        if "://" in place:
            continue
        found = (path.parent / place).resolve() if place else path
        if not found.exists() or (heading and heading not in _headings(found)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("language", GUIDES)
def test_the_quick_guides_use_the_words_of_the_pages(language: str) -> None:
    """What is bold in a guide is a word on a page, exactly as it stands there."""
    shown: set[str] = set()
    for package in PACKAGES:
        known = thai_of(package)
        shown |= set(known.values() if language == "th" else known.keys())
    bold = set(re.findall(r"\*\*(.+?)\*\*", read(GUIDES[language])))
    assert len(bold) > 30
    assert not sorted(bold - shown)


@pytest.mark.parametrize("language", OFFICERS_GUIDES)
def test_the_officers_guides_use_the_words_of_the_field_client(language: str) -> None:
    """What is bold is a sentence of the client, exactly as it stands there; `{n}` in a sentence is any number."""
    shown = _sentences_of_the_client(language)
    assert len(shown) > 300
    patterns = [re.sub(r"\\{\w+\\}", "[0-9]+", re.escape(sentence)) for sentence in shown]
    known = re.compile("|".join(sorted(patterns, key=len, reverse=True)))
    found = re.findall(r"\*\*(.+?)\*\*", read(OFFICERS_GUIDES[language]), re.DOTALL)
    bold = {" ".join(words.split()) for words in found}
    assert len(bold) > 50
    assert not sorted(words for words in bold if not known.fullmatch(words))


@pytest.mark.parametrize("guides", [GUIDES, OFFICERS_GUIDES], ids=["planners", "officers"])
def test_both_quick_guides_have_the_same_parts_and_pictures(guides: dict[str, Path]) -> None:
    parts = {language: [line.count("#") for line in _heading_lines(path)] for language, path in guides.items()}
    assert parts["th"] == parts["en"]
    pictures = {language: re.findall(r'src="([^"]+)"', read(path)) for language, path in guides.items()}
    assert pictures["th"] == pictures["en"]


def test_the_pictures_of_the_documents_are_there_small_and_described() -> None:
    shown: set[Path] = set()
    for path in DOCUMENTS:
        for picture in re.findall(r"<img [^>]+>", read(path)):
            assert re.search(r'alt="[^"]+"', picture), (path, picture)
            source = re.search(r'src="([^"]+)"', picture)
            assert source
            shown.add((path.parent / source[1]).resolve())
    assert not [str(path) for path in shown if not path.exists()]
    kept = set((DOCS / "img").glob("*.png"))
    assert kept == shown, "Pictures that nothing shows, or the other way round: python -m tests.support.screenshots"
    assert not [path.name for path in kept if path.stat().st_size > 150_000]


def test_the_readme_knows_every_folder_and_document() -> None:
    text = read(ROOT / "README.md")
    assert not [package for package in PACKAGES if f"`{package}/`" not in text]
    assert not [path.name for path in DOCS.glob("*.md") if f"docs/{path.name}" not in text]


def _sentences_of_the_client(language: str) -> set[str]:
    """What the client says in a language, read from its sources."""
    sentence = re.compile(rf"""\b{language}: *\n? *(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
    files = (ROOT / "collect" / "client" / "src" / "locales").rglob("*.ts")
    return {
        (single or double).replace("\\'", "'").replace('\\"', '"')
        for path in files
        for single, double in sentence.findall(read(path))
    }


def _operators_files() -> list[Path]:
    return [
        path
        for path in kept_files()
        if path.suffix in {".md", ".yaml", ".service", ".conf"} or path.name == "Dockerfile"
    ]


def _direct_dependencies(kind: str) -> list[str]:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))
    groups = project["dependency-groups"]
    given = (
        project["project"]["dependencies"] if kind == "server" else groups["dev"] + groups["build"] + groups["client"]
    )
    # A group that is included is a table and is listed by itself.
    return [re.split(r"[<>=!~ ]", item)[0] for item in given if isinstance(item, str)]


def _imports(tree: ast.Module) -> set[str]:
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return found | {item.name for node in ast.walk(tree) if isinstance(node, ast.Import) for item in node.names}


def _heading_lines(path: Path) -> list[str]:
    return re.findall(r"^#+ .+$", read(path), re.MULTILINE)


def _headings(path: Path) -> set[str]:
    texts = (line.lstrip("# ").strip().lower() for line in _heading_lines(path))
    return {re.sub(r"[^\w\- ]", "", text).replace(" ", "-") for text in texts}
