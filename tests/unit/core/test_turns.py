"""Small records are taken by turns; nothing else waits for anything."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.http import turns
from core.http.turns import AT_ONCE, MOST_BYTES, InTurn

RECORD = "/v1/projects/1/submission"


def request(path: str = RECORD, body: Any = b"<data/>", **more: str) -> dict[str, Any]:
    length = str(len(body)) if isinstance(body, bytes) else "7"
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    return {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": length, "wsgi.input": stream} | more


class Counting:
    """An application that waits until it is told to answer, and counts who is inside."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.full = threading.Event()
        self.inside = self.most = 0
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside >= AT_ONCE:
                self.full.set()
        assert self.go.wait(30)
        with self.lock:
            self.inside -= 1
        return [environ["wsgi.input"].read()]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody loses patience within the test."""
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 30)


@pytest.mark.usefixtures("patient")
def test_only_a_few_records_are_inside_at_once_and_all_get_their_answer() -> None:
    app = Counting()
    taken = InTurn(app)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(taken, request(body=b"<a>%d</a>" % number), None) for number in range(8)]
        assert app.full.wait(30)
        app.go.set()
        assert [list(answer.result()) for answer in answers] == [[b"<a>%d</a>" % number] for number in range(8)]
    assert app.most == AT_ONCE


def test_whoever_waited_too_long_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0)
    app = Counting()
    taken = InTurn(app)
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        stuck = [pool.submit(taken, request(), None) for _ in range(AT_ONCE)]
        assert app.full.wait(30)
        late = pool.submit(taken, request(), None)
        while app.most <= AT_ONCE:
            assert not late.done()
        app.go.set()
        assert all(list(answer.result()) == [b"<data/>"] for answer in [*stuck, late])


@pytest.mark.usefixtures("patient")
def test_a_record_that_comes_slowly_takes_nobodys_turn() -> None:
    came = threading.Event()

    class Slow(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            assert came.wait(30)
            return b"<data/>"

    taken = InTurn(lambda environ, _start: [environ["wsgi.input"].read()])
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        slow = [pool.submit(taken, request(body=Slow()), None) for _ in range(AT_ONCE)]
        assert list(pool.submit(taken, request(), None).result(30)) == [b"<data/>"]
        came.set()
        assert all(list(answer.result()) == [b"<data/>"] for answer in slow)


def test_the_turn_is_given_back_when_the_application_fails() -> None:
    def broken(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise RuntimeError

    taken = InTurn(broken)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(RuntimeError):
            taken(request(), None)
    assert taken._turns._value == AT_ONCE  # type: ignore[attr-defined]


def test_what_was_cut_off_reaches_the_application_as_it_came() -> None:
    class Cut(io.RawIOBase):
        parts = iter([b"<da"])

        def read(self, _size: int = -1) -> bytes:
            for part in self.parts:
                return part
            raise ConnectionResetError

    taken = InTurn(lambda environ, _start: [environ["wsgi.input"].read()])
    assert list(taken(request(body=Cut()), None)) == [b"<da"]


@pytest.mark.parametrize(
    "given",
    [
        request("/v1/projects/1/forms"),
        request("/v1/projects/1/submission/x"),
        request(CONTENT_LENGTH=""),
        request(CONTENT_LENGTH="-1"),
        request(CONTENT_LENGTH="๗"),
        request(CONTENT_LENGTH="9" * 5000),
        request(CONTENT_LENGTH=str(MOST_BYTES + 1)),
        request(REQUEST_METHOD="HEAD"),
    ],
)
def test_everything_else_passes_untouched(given: dict[str, Any]) -> None:
    stream = given["wsgi.input"]

    def app(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        assert environ["wsgi.input"] is stream
        return [b"passed"]

    taken = InTurn(app)
    for _ in range(AT_ONCE):
        taken._turns.acquire()
    assert list(taken(given, None)) == [b"passed"]
