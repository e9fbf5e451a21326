"""Random histories of an upload: whatever is cut, killed, lost or decided meanwhile, the very bytes end up there once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access.actor import SYSTEM
from core.storage import blob_store
from core.transaction import reading, unit_of_work
from forms.models import Form
from sync import queries, review
from sync.field import upload_filing, upload_routes, upload_store
from sync.field.jobs import expire_uploads
from sync.field.models import Upload
from sync.models import Attachment, Submission, SubmissionVersion
from tests.personas import Office
from tests.support.field import hand_in, tablet_of
from tests.support.forms import publish, visit_instance
from tests.support.tus import PIECE, TUS, begin, place_of, send

NAME = "ประตู.jpg"
MOST_ROUNDS = 6
KINDS = [
    "piece", "piece", "piece", "cut", "lost answer", "wrong place", "look", "begin anew", "give up", "hand in again",
    "kill before filing", "kill after keeping", "kill after commit", "edit", "delete", "restore", "conflict", "close",
    "open", "clean up",
]  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 80)), max_size=25)


class Killed(BaseException):
    """What ends a request as SIGKILL ends a server."""


def dies(*_: Any, **__: Any) -> None:
    raise Killed


@contextmanager
def killed_at(target: Any, name: str) -> Iterator[None]:
    with patch.object(target, name, dies), suppress(Killed):
        yield


@dataclass
class World:
    """A record that waits for a photo, the tablet that sends it, and an office that goes on working."""

    office: Office
    form_id: int
    version: str
    content: bytes
    tablet: FlaskClient
    record: str = field(default_factory=lambda: f"uuid:{secrets.token_hex(16)}")
    upload: str = ""
    edits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.xml = self.instance(self.record)
        hand_in(self.office, self.xml)

    def instance(self, instance_id: str, **answers: Any) -> bytes:
        return visit_instance(instance_id, version=self.version, **{"photo": NAME, **answers})

    def do(self, kind: str, size: int) -> None:
        """One step."""
        steps: dict[str, Callable[[int], None]] = {
            "kill before filing": lambda size: self._killed(upload_filing, "file_upload", size),
            "kill after keeping": lambda size: self._killed(upload_filing, "unit_of_work", size),
            "kill after commit": lambda size: self._killed(upload_store, "drop", size),
        }
        (steps.get(kind) or getattr(self, "_" + kind.replace(" ", "_")))(size)

    def offset(self) -> int | None:
        """How far the server says the upload is; None when there is none."""
        if self.upload:
            answer = self.tablet.head(self.upload, headers=TUS)
            if answer.status_code == 200:
                return int(answer.headers["Upload-Offset"])
            assert answer.status_code == 404
        return None

    def _piece(self, size: int) -> None:
        here = self.offset()
        if here is None:
            self._begin_anew(0)
            here = self.offset() or 0
        answer = send(self.tablet, self.upload, here, self.content[here : here + size])
        assert answer.status_code == 204, answer.text
        assert answer.headers["Upload-Offset"] == str(min(here + size, len(self.content)))

    def _cut(self, size: int) -> None:
        here = self.offset()
        if here is None or here == len(self.content):
            return
        arriving = iter([self.content[here : here + size // 2] or None, None])
        with patch.object(upload_routes, "_next_bytes", lambda: next(arriving)):
            answer = self.tablet.patch(self.upload, data=b"x", headers={**PIECE, "Upload-Offset": str(here)})
        assert answer.status_code == 400
        assert self.offset() == min(here + size // 2, len(self.content))

    def _lost_answer(self, size: int) -> None:
        here = self.offset()
        if here is not None:
            self._piece(size)
            again = send(self.tablet, self.upload, here, self.content[here : here + size])
            assert again.status_code in {204, 409}

    def _wrong_place(self, size: int) -> None:
        here = self.offset()
        if here is not None and here < len(self.content):
            assert send(self.tablet, self.upload, here + size + 1, b"x").status_code == 409
            assert self.offset() == here

    def _look(self, _: int) -> None:
        self.offset()

    def _begin_anew(self, _: int) -> None:
        answer = begin(self.tablet, place_of(self.office, self.record), NAME, self.content)
        assert answer.status_code == 201
        self.upload = answer.headers["Location"]

    def _give_up(self, _: int) -> None:
        if self.upload:
            assert self.tablet.delete(self.upload, headers=TUS).status_code in {204, 404}

    def _hand_in_again(self, _: int) -> None:
        assert hand_in(self.office, self.xml)["xmlSha256"] == hashlib.sha256(self.xml).hexdigest()

    def _killed(self, target: Any, name: str, size: int) -> None:
        here = self.offset()
        if here is not None:
            with killed_at(target, name):
                send(self.tablet, self.upload, here, self.content[here : here + size])

    def _edit(self, size: int) -> None:
        fresh = f"uuid:{secrets.token_hex(16)}"
        before = self.edits[-1] if self.edits else self.record
        if hand_in(self.office, self.instance(fresh, deprecated=before, pupils=size))["outcome"] == "edited":
            self.edits.append(fresh)

    def _conflict(self, size: int) -> None:
        hand_in(self.office, self.instance(self.record, pupils=size, photo="other.jpg"))

    def _delete(self, _: int) -> None:
        self._review(review.delete, deleted=False)

    def _restore(self, _: int) -> None:
        self._review(review.restore, deleted=True)

    def _review(self, deed: Callable[..., None], *, deleted: bool) -> None:
        def work(session: Any) -> None:
            versions = select(SubmissionVersion.submission_id).where(SubmissionVersion.instance_id == self.record)
            found = session.scalars(select(Submission).where(Submission.id.in_(versions))).one()
            if (found.deleted_at is not None) == deleted:
                deed(session, SYSTEM, submission=found)

        unit_of_work(work)

    def _close(self, _: int) -> None:
        self._form("closed")

    def _open(self, _: int) -> None:
        self._form("open")

    def _form(self, state: str) -> None:
        unit_of_work(lambda session: setattr(session.get(Form, self.form_id), "state", state))

    def _clean_up(self, _: int) -> None:
        with patch("sync.field.jobs.HOUR", -1):
            expire_uploads({})

    def come_to_an_end(self) -> None:
        """As the tablet does: the XML, the file, and again until the receipt says that all is there."""
        self._restore(0)
        self._open(0)
        for _ in range(MOST_ROUNDS):
            if hand_in(self.office, self.xml)["complete"]:
                return
            while (self.offset() or 0) < len(self.content) or self.offset() is None:
                self._piece(len(self.content))
            self.upload = ""
        raise AssertionError("The record never became complete")

    def require_whole_once(self) -> None:
        """The very bytes, once with the version they were sent for and once with the one that stands.

        Versions between the two keep their gap and say so (`sync.attachments.attach_more`). Nothing is left on the disk
        that nobody needs.
        """
        wanted = hashlib.sha256(self.content).hexdigest()
        assert blob_store().read(wanted) == self.content
        for instance_id in (self.record, *self.edits[-1:]):
            version = reading().scalars(select(SubmissionVersion.id).filter_by(instance_id=instance_id)).one()
            rows = reading().scalars(select(Attachment).filter_by(submission_version_id=version)).all()
            assert [(row.name, row.blob_sha256, row.replaced_at) for row in rows] == [(NAME, wanted, None)]
        self._clean_up(0)
        needed = set(reading().scalars(select(Upload.id).where(Upload.finished_at.is_(None))))
        folder = upload_store.folder_of(self.office.app.config["TIDTAM_SETTINGS"])
        assert {path.name for path in folder.glob("*")} <= needed


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(min_size=1, max_size=120), steps=STEPS)
def test_whatever_happens_the_very_bytes_end_up_with_the_record_once(
    office: Office, content: bytes, steps: list[tuple[str, int]]
) -> None:
    version = secrets.token_hex(8)
    form = publish(office, version=version)
    world = World(office, form.id, version, content, tablet_of(office).client)
    try:
        for kind, size in steps:
            world.do(kind, size)
        world.come_to_an_end()
        world.require_whole_once()
    finally:
        unit_of_work(lambda session: setattr(session.get(Form, form.id), "state", "open"))


def test_an_upload_that_is_gone_is_told_to_be_gone(office: Office) -> None:
    form = publish(office)
    world = World(office, form.id, "1", b"12345", tablet_of(office).client)
    world.do("begin anew", 0)
    world.do("give up", 0)
    assert world.offset() is None
    assert queries.find_submission(reading(), form.id, world.record)
