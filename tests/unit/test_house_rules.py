"""The house rules of CONTRIBUTING.md that no tool checks by itself. What a document must say is in `test_documents`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from core.errors import CATALOGUE
from core.jobs import JobFunction, registry
from core.settings import load_settings
from tests.support.sources import (
    PACKAGES,
    ROOT,
    Call,
    Source,
    all_sources,
    calls,
    imports_any,
    kept_files,
    product_sources,
    texts,
)

LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# What ends a transaction for reading, and writes nothing: module, function and call.
READING_ENDS = {
    ("core/jobs.py", "_anything_due", "rollback"),
    ("core/jobs.py", "_in_hand", "rollback"),
    ("core/storage/jobs.py", "_read", "rollback"),
    ("reports/exports/snapshot.py", "snapshot", "rollback"),
}

# Edges that are not called routes, pages, jobs or cli, each with what makes it one.
OTHER_EDGES = {
    "core/auth/resolve.py": "counts a wrong password before a request reaches its view",
    "core/jobs.py": "the queue itself: claims and settles what the worker runs",
    "core/maintenance.py": "a job: the hourly housekeeping",
    "sync/field/upload_filing.py": "the end of an upload's last request: bytes are kept before they are filed",
}

# Modules that stand between the request and everything else, each with what it needs of Flask.
MAY_IMPORT_FLASK = {
    "app.py": "builds the application",
    "collect/addresses.py": "absolute addresses follow the request's host and key",
    "core/access/guard.py": "asks before each view",
    "core/audit_words.py": "sentences in the reader's language",
    "core/auth/resolve.py": "reads credentials from the request",
    "core/auth/session_cookie.py": "writes the cookie",
    "core/cli_support.py": "runs commands in the application",
    "core/database.py": "Flask-SQLAlchemy keeps the engine per application",
    "core/health.py": "three routes of their own",
    "core/maintenance.py": "a job, which runs in the application",
    "core/i18n.py": "chooses the reader's language",
    "core/kept.py": "what is read once is kept per application",
    "core/navigation.py": "asks the guard about pages",
    "core/observability.py": "one log line a request",
    "core/security_headers.py": "headers of every answer",
    "core/storage/store.py": "the running application's store",
    "core/transaction.py": "the running application's engine",
    "core/web.py": "builds the application",
    "core/worker.py": "runs jobs in the application",
    "forms/downloads.py": "makes responses",
    "plan/clock.py": "the running application's time zone",
    "reports/page_tables.py": "cells of a page, with words in the reader's language",
    "reports/reader.py": "the reader's language",
    "reports/wire.py": "writes answers, with words in the reader's language",
    "reports/words.py": "sentences in the reader's language",
}

# Libraries, and the one module that may import them; none may when it is empty.
ONE_IMPORTER = {
    "lxml": "core/xml.py",
    "xml.etree xml.dom xml.parsers": "",
    "pyxform xlrd openpyxl": "forms/xlsform.py",
    "boto3 botocore mypy_boto3_s3": "core/storage/remote.py",
    "psycopg sqlite3": "",
}

PRODUCT = product_sources()
CODE = re.compile(r"[45][0-9]{2}\.[0-9]{1,3}")


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, JobFunction]:
    """The jobs that the whole application knows; with it come the problem codes of every package."""
    create_app(load_settings({}, data_dir=tmp_path_factory.mktemp("data"), log_level="ERROR"))
    return {name: function for name, function in registry.items() if function.__module__.split(".")[0] in PACKAGES}


def test_only_the_transaction_module_commits() -> None:
    ends = [call for call in _product_calls() if call.name in {"commit", "rollback", "begin", "begin_nested"}]
    ends = [call for call in ends if isinstance(call.node.func, ast.Attribute)]
    allowed = {"core/transaction.py", "core/schema.py"}
    wrong = [
        call.place
        for call in ends
        if call.source.name not in allowed and (call.source.name, call.within, call.name) not in READING_ENDS
    ]
    assert not wrong, "Only core.transaction commits and rolls back:\n" + "\n".join(wrong)
    seen = {(call.source.name, call.within, call.name) for call in ends}
    assert not READING_ENDS - seen, "These exceptions are no more; take them out of the list."


def test_units_of_work_begin_at_the_edges_only() -> None:
    begun = [call for call in _product_calls() if call.name == "unit_of_work"]
    assert len(begun) > 30
    wrong = [
        call.place
        for call in begun
        if not call.source.is_edge("routes", "pages", "jobs", "cli") and call.source.name not in OTHER_EDGES
    ]
    assert not wrong, "unit_of_work belongs into routes, pages, jobs and the command line:\n" + "\n".join(wrong)
    assert not OTHER_EDGES.keys() - {call.source.name for call in begun}


def test_services_and_queries_know_nothing_of_flask() -> None:
    users = {source.name: source for source in PRODUCT if imports_any(source, "flask", "flask_babel", "werkzeug")}
    wrong = [
        name
        for name, source in users.items()
        if name not in MAY_IMPORT_FLASK
        and not name.startswith("core/http/")
        and not source.is_edge("routes", "pages", "jobs", "cli")
    ]
    assert not wrong, "Services take session, actor and data, never the request:\n" + "\n".join(wrong)
    assert not MAY_IMPORT_FLASK.keys() - users.keys() - {"core/database.py"}


def test_jobs_know_the_application_and_no_request() -> None:
    wrong = [
        source.name
        for source in PRODUCT
        if source.is_edge("jobs")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        if {item.name for item in node.names} & {"request", "g", "session"}
    ]
    assert not wrong


def test_routes_and_pages_know_nothing_of_sqlalchemy() -> None:
    wrong = [
        source.name for source in PRODUCT if source.is_edge("routes", "pages") and imports_any(source, "sqlalchemy")
    ]
    assert not wrong, "Use core.transaction.WorkSession for the type, queries for the rest:\n" + "\n".join(wrong)


@pytest.mark.parametrize("libraries", ONE_IMPORTER)
def test_a_library_with_one_importer_has_no_other(libraries: str) -> None:
    users = [source.name for source in PRODUCT if imports_any(source, *libraries.split())]
    assert users == ([ONE_IMPORTER[libraries]] if ONE_IMPORTER[libraries] else [])


def test_every_job_that_is_asked_for_is_registered(registered: dict[str, JobFunction]) -> None:
    asked = [
        call
        for call in _product_calls()
        if call.name in {"enqueue", "recurring"} and call.source.name != "core/jobs.py"
    ]
    names = {call.place: _literal(call, 1, "name") for call in asked}
    assert len(names) > 3
    unnamed = [place for place, name in names.items() if name is None]
    assert not unnamed, "Name the job in the call, so that this test can see it:\n" + "\n".join(unnamed)
    assert sorted(set(names.values())) == sorted(registered)


def test_jobs_are_named_after_their_package(registered: dict[str, JobFunction]) -> None:
    assert all(function.__module__.split(".")[0] == name.split(".")[0] for name, function in registered.items())


@pytest.mark.usefixtures("registered")
def test_every_code_in_the_sources_is_in_the_catalogue() -> None:
    raised = {text for source in PRODUCT for text in texts(source.tree) if CODE.fullmatch(text)}
    assert len(raised) > 50
    unknown = sorted(raised - CATALOGUE.keys())
    assert not unknown, f"Codes without a sentence: {unknown}"


@pytest.mark.usefixtures("registered")
def test_every_code_of_the_catalogue_is_raised_somewhere() -> None:
    raised = {text for source in PRODUCT for text in _texts_outside_catalogues(source) if CODE.fullmatch(text)}
    idle = sorted(CATALOGUE.keys() - raised)
    assert not idle, f"Codes that nothing raises: {idle}"


def test_files_and_functions_stay_readable() -> None:
    long = [f"{source.name}: {count}" for source in all_sources() if (count := _lines(source.path)) > LONGEST_FILE]
    for source in all_sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{source.name}:{node.lineno} {node.name}: {length}")
    assert not long, "\n".join(long)


def test_nothing_is_left_to_be_done() -> None:
    # The words are put together here, or this file would hold them.
    words = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME")) + r")\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _texts_we_wrote()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if words.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_file_names_a_registry_or_a_machine() -> None:
    hosts = ("pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian", "/work" + "/")
    # What follows the exception is a path in a form: instance('schools')/root/item.
    patterns = re.compile("|".join((*map(re.escape, hosts), "/root" + "/(?!item)")).encode())
    found = []
    for path in kept_files():
        data = path.read_bytes()
        if b"\0" not in data[:8000] and (match := patterns.search(data)):
            found.append(f"{path.relative_to(ROOT)}: {match[0].decode()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["server.txt", "dev.txt"])
def test_the_locks_carry_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 20
    assert not [line for line in lines if not re.match(r"[A-Za-z0-9][\w.\-\[\],]*==\S+ ", line)]
    assert not [line.split()[0] for line in lines if "--hash=sha256:" not in line]
    assert "://" not in text


def _product_calls() -> Iterator[Call]:
    return (call for source in PRODUCT for call in calls(source))


def _literal(call: Call, position: int, keyword: str) -> str | None:
    given = [item.value for item in call.node.keywords if item.arg == keyword]
    value = call.node.args[position] if len(call.node.args) > position else next(iter(given), None)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _texts_outside_catalogues(source: Source) -> Iterator[str]:
    class WithoutCatalogues(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            return (
                ast.Constant(None) if getattr(node.func, "id", "") == "add_to_catalogue" else self.generic_visit(node)
            )

    # A tree of its own: the shared one must stay whole.
    yield from texts(WithoutCatalogues().visit(ast.parse(source.path.read_text(encoding="utf-8"))))


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def _texts_we_wrote() -> list[Path]:
    endings = {
        ".py",
        ".md",
        ".html",
        ".css",
        ".js",
        ".po",
        ".yaml",
        ".toml",
        ".txt",
        ".conf",
        ".service",
        ".sh",
        ".cfg",
    }
    return [
        path
        for path in kept_files()
        if path.suffix in endings and not {"vendor", "fonts", "requirements"} & set(path.relative_to(ROOT).parts)
    ]
