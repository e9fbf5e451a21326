"""The project's own files, and what their syntax trees say; for tests of house rules."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("core", "plan", "forms", "sync", "collect", "reports")
_NOT_OURS = {"var", "build", "dist", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """A Python file of ours. `name` is its path from the root, with slashes."""

    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return _tree(self.path)

    @property
    def is_test(self) -> bool:
        """Whether it belongs to the tests."""
        return self.name.startswith("tests/")

    def is_edge(self, *kinds: str) -> bool:
        """Whether it is one of the edges ``routes``, ``pages``, ``jobs``, ``cli``: by its name or its folder's."""
        parts = self.name.removesuffix(".py").split("/")
        return any(part == kind or part.endswith(f"_{kind}") for part in parts[1:] for kind in kinds)


@dataclass(frozen=True)
class Call:
    """A call in a source; `within` is the function it stands in, empty at the top of the module."""

    source: Source
    node: ast.Call
    within: str

    @property
    def name(self) -> str:
        """What is called, without the object before the dot."""
        function = self.node.func
        return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return f"{self.source.name}:{self.node.lineno}"


def product_sources() -> list[Source]:
    """Every Python file of the product, migrations left out: those are written once and never change."""
    names = [ROOT / "app.py", *(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))]
    found = [_source(path) for path in names]
    return [source for source in found if not source.name.startswith("core/migrations/versions/")]


def all_sources() -> list[Source]:
    """The product, its tests and the scripts beside it."""
    more = [path for folder in ("tests", "deploy") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*product_sources(), *map(_source, more)]


def kept_files() -> list[Path]:
    """Every file that is or will be kept in the repository; all files but caches and data where there is none."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
        return [path for path in names if path.is_file()]
    return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and _is_ours(path)]


def calls(source: Source) -> Iterator[Call]:
    """Every call in a source."""
    yield from _calls_below(source, source.tree, "")


def imported(source: Source) -> set[str]:
    """Modules that a source imports, anywhere in it and also for types only."""
    found = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def imports_any(source: Source, *libraries: str) -> bool:
    """Whether a source imports one of some libraries or a part of them."""
    return any(name == library or name.startswith(f"{library}.") for name in imported(source) for library in libraries)


def texts(tree: ast.AST) -> Iterator[str]:
    """The literal texts in a tree that are no docstrings."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def _calls_below(source: Source, node: ast.AST, within: str) -> Iterator[Call]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else within
        if isinstance(child, ast.Call):
            yield Call(source, child, within)
        yield from _calls_below(source, child, inside)


def _source(path: Path) -> Source:
    return Source(path.relative_to(ROOT).as_posix(), path)


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _is_ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part in _NOT_OURS or (part.startswith(".") and part != ".ci") for part in parts[:-1])
