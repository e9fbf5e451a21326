"""Equal and nearly equal records at the same instant, over real HTTP."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from sync.models import Attachment, Quarantine, Submission, SubmissionVersion
from tests.faults.conftest import ENGINES, NewServer
from tests.faults.records import MULTIPART, Ledger, Record, faults_in, multipart
from tests.faults.server import RealServer
from tests.support.forms import visit_instance

pytestmark = pytest.mark.fault
CLIENTS, ROUNDS = 32, 5


@pytest.fixture(scope="module", params=ENGINES)
def server(request: pytest.FixtureRequest, new_server: NewServer) -> RealServer:
    return new_server(request.param).start()


def at_once(count: int, deed: Callable[[int], int]) -> list[int]:
    ready = threading.Barrier(count)
    answers: list[int] = []

    def run(number: int) -> None:
        ready.wait(20)
        answers.append(deed(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def send(server: RealServer, xml: bytes, *files: tuple[str, bytes]) -> int:
    return server.request("POST", server.path, multipart(xml, files), MULTIPART)[0]


def counts(server: RealServer, instance_id: str) -> tuple[int, int, int, int]:
    """Records, versions, files and quarantined records with an id."""
    with server.inside() as session:
        version = select(SubmissionVersion.id).where(SubmissionVersion.instance_id == instance_id)
        return (
            session.scalar(select(func.count()).where(Submission.instance_id == instance_id)) or 0,
            session.scalar(select(func.count()).where(SubmissionVersion.instance_id == instance_id)) or 0,
            session.scalar(select(func.count()).where(Attachment.submission_version_id.in_(version))) or 0,
            session.scalar(select(func.count()).where(Quarantine.instance_id == instance_id)) or 0,
        )


def test_equal_posts_at_once_are_all_answered_201_and_make_one_record(server: RealServer) -> None:
    for number in range(ROUNDS):
        name = f"uuid:equal-{number}"
        xml, photo = visit_instance(name, photo="a.jpg"), random.Random(number).randbytes(100_000)
        assert at_once(CLIENTS, lambda _, x=xml, p=photo: send(server, x, ("a.jpg", p))) == [201] * CLIENTS
        assert counts(server, name) == (1, 1, 1, 0)
        ledger = Ledger(offered={name: Record(name, xml, [[("a.jpg", photo)]])})
        ledger.acknowledge(ledger.offered[name], [("a.jpg", photo)])
        with server.inside() as session:
            stored = set(session.scalars(select(Submission.instance_id)))
        for other in stored - {name}:
            ledger.offered.setdefault(other, Record(other, b"", [[]]))
        assert not (faults := faults_in(server, ledger, ledger.acknowledged, only_new={name})), faults


def test_of_different_posts_with_one_id_at_once_one_wins_and_all_are_kept(server: RealServer) -> None:
    for number in range(ROUNDS):
        name = f"uuid:different-{number}"
        answers = at_once(12, lambda n, name=name: send(server, visit_instance(name, note=str(n)), ("x", b"%d" % n)))
        assert sorted(answers) == [201] + [202] * 11
        assert counts(server, name) == (1, 1, 1, 11)


def test_files_of_one_record_in_posts_at_once_all_arrive(server: RealServer) -> None:
    for number in range(ROUNDS):
        name = f"uuid:split-{number}"
        xml = visit_instance(name, photo="f0", photo2="f1")
        files = [(f"f{n % 8}", bytes([n % 8]) * 70_000) for n in range(24)]
        assert set(at_once(24, lambda n, x=xml, f=files: send(server, x, f[n]))) == {201}
        assert counts(server, name) == (1, 1, 8, 0)
        with server.inside() as session:
            assert session.scalar(select(Submission.missing_files).where(Submission.instance_id == name)) == 0
