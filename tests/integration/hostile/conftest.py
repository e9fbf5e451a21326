"""One real server on each engine for the hostile requests of a module; it must outlive every one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import ENGINES, postgres_database
from tests.faults.server import RealServer


@pytest.fixture(scope="module", params=ENGINES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[RealServer]:
    url = postgres_database(f"tidtam_hostile_{worker_name}") if request.param == "postgresql" else ""
    real = RealServer(tmp_path_factory.mktemp("hostile") / "data", url).start()
    yield real
    log = real.log()
    real.stop()
    assert "Traceback" not in log, log[-3000:]


@pytest.fixture(autouse=True)
def _lives_on(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "server" in request.fixturenames:
        assert request.getfixturevalue("server").alive
