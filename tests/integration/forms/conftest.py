"""Bringing forms in over REST, as Wanna does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.personas import Office

XML = "application/xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class FormDesk:
    """The forms of the office over ``/v1``. Paths are below ``/v1/projects/{id}/forms``."""

    office: Office

    @property
    def root(self) -> str:
        """Address of the forms."""
        return f"/v1/projects/{self.office.workspace_id}/forms"

    @property
    def wanna(self) -> FlaskClient:
        """The manager's client."""
        return self.office.client("wanna")

    def create(
        self, definition: str | bytes, *, query: str = "?publish=true", media_type: str = XML, **headers: str
    ) -> TestResponse:
        """Send a new form."""
        return self.wanna.post(self.root + query, data=definition, content_type=media_type, headers=headers)

    def draft(
        self, xml_form_id: str, definition: str | bytes | None, *, query: str = "", media_type: str = XML
    ) -> TestResponse:
        """Send a draft."""
        if definition is None:
            return self.wanna.post(f"{self.root}/{xml_form_id}/draft{query}")
        return self.wanna.post(f"{self.root}/{xml_form_id}/draft{query}", data=definition, content_type=media_type)

    def publish(self, xml_form_id: str, query: str = "") -> TestResponse:
        """Publish the draft."""
        return self.wanna.post(f"{self.root}/{xml_form_id}/draft/publish{query}")

    def get(self, path: str, persona: str = "wanna", **headers: str) -> TestResponse:
        """Read something."""
        return self.office.client(persona).get(self.root + path, headers=headers)

    def upload(self, xml_form_id: str, name: str, data: bytes, media_type: str = "text/csv") -> TestResponse:
        """Put a file into the draft."""
        return self.wanna.post(
            f"{self.root}/{xml_form_id}/draft/attachments/{name}", data=data, content_type=media_type
        )

    def audit(self) -> list[tuple[str, dict[str, Any]]]:
        """What the audit trail says of forms, oldest first."""
        from sqlalchemy import select

        from core.audit import AuditEntry
        from core.database import db

        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("form.%")).order_by(AuditEntry.id))
        found = [(row.action, row.details or {}) for row in rows]
        db.session.rollback()
        return found


@pytest.fixture
def desk(office: Office) -> FormDesk:
    """Where forms are brought in."""
    return FormDesk(office)
