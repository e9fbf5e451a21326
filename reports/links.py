"""Addresses: of a report, and of the list of records behind each of its figures."""

from __future__ import annotations

from urllib.parse import quote

from reports.filters import APPROVED, COUNTED, DIMENSIONS, Filters
from reports.roles import TIME_DIMENSIONS, Dimension


def form_page(workspace_id: int, xml_form_id: str, page: str) -> str:
    """A page of a form, such as its ``report`` or its ``submissions``."""
    return f"/w/{workspace_id}/forms/{quote(xml_form_id, safe='')}/{page}"


def with_query(path: str, query: str) -> str:
    """A path with a query, when there is one."""
    return f"{path}?{query}" if query else path


def project_page(workspace_id: int, uuid: str) -> str:
    """Everything reports know of one project."""
    return f"/w/{workspace_id}/reports/projects/{quote(uuid, safe='')}"


class RecordLinks:
    """Links from the figures of one form report to the records they rest on."""

    def __init__(self, workspace_id: int, xml_form_id: str, by: Dimension, filters: Filters) -> None:
        self._page = form_page(workspace_id, xml_form_id, "submissions")
        self._by, self._filters = by, filters

    def total(self, **more: str) -> str:
        """The records of the whole report."""
        return self._list(self._filters, **more)

    def line(self, key: str | None, **more: str) -> str | None:
        """The records of one key; None where no list can be asked for exactly them."""
        name = self._by.name
        if key is None:
            return None
        if name in TIME_DIMENSIONS:
            year, _, quarter = key.partition("-")
            return self._list(self._filters.with_(fiscal_year=year, quarter=quarter or self._filters.quarter), **more)
        return self._list(self._filters.with_(**{name: key}), **more) if name in DIMENSIONS else None

    def _list(self, filters: Filters, **more: str) -> str:
        # The list knows single review states, and no as-of date.
        asked = filters.with_(as_of=None, review_state=APPROVED if filters.review_state == APPROVED else COUNTED)
        return with_query(self._page, asked.query(**more))
