"""The routes of forms, for the composition root; with them come the package's jobs, figures and audit words."""

from __future__ import annotations

from forms import figures, jobs  # noqa: F401 - registering is what they are imported for
from forms.assignment_routes import blueprint as assignment_routes
from forms.attachment_routes import blueprint as attachment_routes
from forms.device_forms_pages import blueprint as device_forms_pages
from forms.draft_pages import blueprint as draft_pages
from forms.library_pages import blueprint as library_pages
from forms.pages import blueprint as pages
from forms.routes import blueprint as routes

FORMS_BLUEPRINTS = (routes, attachment_routes, assignment_routes, pages, draft_pages, library_pages, device_forms_pages)
