"""Two applications in one process: what one remembers of its database says nothing of the other's."""

from __future__ import annotations

from pathlib import Path

from app import create_app
from core.database import Base, db
from core.settings import load_settings
from tests.personas import Office, found_office
from tests.support.clients import FreshContextClient
from tests.support.forms import publish, visit_instance
from tests.support.openrosa import send


def test_a_record_is_filed_under_the_form_of_its_own_office(tmp_path: Path) -> None:
    first, second = an_office(tmp_path / "first", "visit"), an_office(tmp_path / "second", "other", "visit")
    for turn in range(2):
        # The second of each is filed by what was remembered of the first.
        for office in (first, second):
            assert send(office, visit_instance(f"uuid:{turn}", pupils=turn)).status_code == 201
    for office in (first, second):
        found = office.client("wanna").get(f"/v1/projects/{office.workspace_id}/forms/visit/submissions").json
        assert {row["instanceId"] for row in found} == {"uuid:0", "uuid:1"}
        xml = office.client("wanna").get(f"/v1/projects/{office.workspace_id}/forms/visit/submissions/uuid:1.xml")
        assert "<pupils>1</pupils>" in xml.text


def an_office(folder: Path, *forms: str) -> Office:
    """An application on SQLite, whose forms have the numbers of their order."""
    app = create_app(load_settings({}, data_dir=folder, log_level="ERROR", min_free_bytes=0))
    app.testing = True
    app.test_client_class = FreshContextClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
        office = found_office(app)
        for name in forms:
            publish(office, xml_form_id=name)
        db.session.remove()
        return office
