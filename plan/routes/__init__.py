"""The plan on ``/v1/projects/{id}/plan``: JSON, camelCase, one file per subject.

Lists are arrays, at most `limit` (100) objects from above the id `after`; the header ``Link`` leads to the
next page. A change names the `version` it is based on, in ``If-Match`` or in the body, and is refused with
409.100 when somebody was faster.
"""

from __future__ import annotations

from plan.routes import frameworks, indicators, orders, people, places, projects, years
from plan.routes.common import blueprint

__all__ = ["blueprint", "frameworks", "indicators", "orders", "people", "places", "projects", "years"]
