"""Addresses: of a report, and of the list of records behind each of its figures."""

from __future__ import annotations

from urllib.parse import quote

from reports.documents import r01
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


def records_page(workspace_id: int, xml_form_id: str, filters: Filters, **more: str) -> str:
    """The list of exactly the records behind figures under these filters: no rejected ones, none after their day."""
    if filters.review_state != APPROVED:
        more["review_state"] = COUNTED
    return with_query(form_page(workspace_id, xml_form_id, "submissions"), filters.query(**more))


def record_page(workspace_id: int, xml_form_id: str, instance_id: str) -> str:
    """One record."""
    return f"{form_page(workspace_id, xml_form_id, 'submissions')}/{quote(instance_id, safe='')}"


def choosers_page(workspace_id: int, xml_form_id: str, filters: Filters, question: str, choice: str) -> str:
    """The records under these filters that made a choice, for questions that no list of records is filtered by."""
    page = form_page(workspace_id, xml_form_id, "report/answers")
    return with_query(page, filters.query(question=question, choice=choice))


def progress_records(workspace_id: int, report: r01.Report, uuid: str, filters: Filters) -> str:
    """The reports on a project from which R01 took the last one; cut off only where R01 is."""
    wanted = Filters(project=uuid, as_of=report.until, review_state=filters.review_state)
    return records_page(workspace_id, r01.FORM, wanted)


class RecordLinks:
    """Links from the figures of one form report to the records they rest on."""

    def __init__(self, workspace_id: int, xml_form_id: str, by: Dimension, filters: Filters) -> None:
        self._workspace_id, self._xml_form_id = workspace_id, xml_form_id
        self._by, self._filters = by, filters

    def total(self, **more: str) -> str:
        """The records of the whole report."""
        return self._list(self._filters, **more)

    def line(self, key: str | None, **more: str) -> str | None:
        """The records of one key; None for those that name none."""
        name = self._by.name
        if key is None:
            return None
        if name in TIME_DIMENSIONS:
            year, _, quarter = key.partition("-")
            return self._list(self._filters.with_(fiscal_year=year, quarter=quarter or self._filters.quarter), **more)
        if name in DIMENSIONS:
            return self._list(self._filters.with_(**{name: key}), **more)
        return self._list(self._filters, by=name, value=key, **more)

    def _list(self, filters: Filters, **more: str) -> str:
        return records_page(self._workspace_id, self._xml_form_id, filters, **more)
