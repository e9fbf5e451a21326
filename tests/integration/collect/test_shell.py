"""The field client's files under ``/app/``."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from collect import shell_routes
from tests.personas import Office


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the shape of the built client."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script src="/app/assets/index-abc.js"></script>')
    (tmp_path / "sw.js").write_text("// worker")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (tmp_path / ".built-from").write_text("0")
    (tmp_path / "assets" / "index-abc.js").write_text("let a = 1;" * 500)
    monkeypatch.setattr(shell_routes, "BUILT", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("built")
def test_the_page_of_the_client_opens_for_everybody_under_a_strict_policy(office: Office) -> None:
    answer = office.app.test_client().get("/app/")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert not re.search(r"unsafe-(inline|eval)'", policy.replace("wasm-unsafe-eval", ""))
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.usefixtures("built")
def test_a_file_whose_name_holds_its_hash_is_kept_for_ever_and_sent_squeezed(office: Office) -> None:
    answer = office.app.test_client().get("/app/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(answer.data) == b"let a = 1;" * 500


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("name", ["sw.js", "manifest.webmanifest"])
def test_the_worker_and_the_manifest_are_asked_for_anew_each_time(office: Office, name: str) -> None:
    answer = office.app.test_client().get(f"/app/{name}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "name", ["nothing.js", "../shell_routes.py", "assets/../../../app.py", ".built-from", "assets"]
)
def test_what_is_no_file_of_the_client_is_not_found(office: Office, name: str) -> None:
    assert office.app.test_client().get(f"/app/{name}").status_code == 404


def test_a_server_without_the_client_says_how_to_build_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_routes, "BUILT", tmp_path)
    answer = office.app.test_client().get("/app/", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.status_code == 503
    assert "make client" in answer.get_data(as_text=True)
