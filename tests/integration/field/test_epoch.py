"""The server's epoch: the same until a backup is restored, and then everything is told anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from core.audit import AuditEntry
from core.database import db
from core.transaction import reading, unit_of_work
from sync.field import epoch
from sync.field.cli import restored
from tests.personas import Office
from tests.support.field import tablet_of
from tests.support.forms import publish


def test_it_is_made_once_even_when_many_ask_at_the_same_time(office: Office) -> None:
    assert epoch.known_epoch(reading()) is None

    def ask(_number: int) -> str:
        with office.app.app_context():
            return unit_of_work(epoch.make_epoch)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_after_a_restore_a_tablet_is_told_everything_anew(office: Office) -> None:
    publish(office)
    tablet = tablet_of(office)
    tablet.pull()
    before = tablet.client.get("/v1/field/me").json["epoch"]
    assert tablet.ask(**{"If-None-Match": f'W/"{tablet.cursor}"'}).status_code == 304

    said = CliRunner().invoke(restored, obj=lambda: office.app)
    assert said.exit_code == 0, said.output
    after = tablet.client.get("/v1/field/me").json["epoch"]
    assert after != before
    assert after in said.output

    answer = tablet.ask(**{"If-None-Match": f'W/"{tablet.cursor}"'})
    assert answer.status_code == 200
    assert answer.json["epoch"] == after
    assert [form["xmlFormId"] for form in answer.json["forms"]] == ["visit"]


def test_after_a_restore_the_database_knows_how_much_its_tables_hold(office: Office) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite plans without statistics")
    last = text("SELECT last_analyze FROM pg_stat_user_tables WHERE relname = 'form_version'")
    before = reading().scalar(last)
    assert CliRunner().invoke(restored, obj=lambda: office.app).exit_code == 0
    assert reading().scalar(last) not in {before, None}


def test_a_restore_is_in_the_history(office: Office) -> None:
    first = unit_of_work(epoch.begin_epoch)
    second = unit_of_work(epoch.begin_epoch)
    assert first != second == epoch.known_epoch(reading())
    entries = reading().scalars(select(AuditEntry).where(AuditEntry.action == "server.restored")).all()
    assert [entry.details for entry in entries] == [{"epoch": first}, {"epoch": second}]
