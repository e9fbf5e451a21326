"""The actor of a request: who it is and what they may do. Plain values, so services need no request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from core.access.roles import ROLES
from core.errors import Problem


@dataclass(frozen=True)
class Grant:
    """A role somewhere: everywhere, in a workspace, or on a form of it."""

    role_id: int
    workspace_id: int | None = None
    form_id: int | None = None

    def covers(self, workspace_id: int | None, form_id: int | None) -> bool:
        """Whether the grant reaches this workspace and form (None asks for the whole)."""
        if self.workspace_id is None:
            return True
        if self.workspace_id != workspace_id:
            return False
        return self.form_id is None or self.form_id == form_id


@dataclass(frozen=True)
class Actor:
    """Who asks. `kind` is ``anonymous``, ``user``, ``app_user``, ``public_link`` or ``system``.

    `last_used_at` is a device's last contact, to within `core.auth.resolve.CONTACT_EVERY`. Who is `remembered` was
    all this a moment ago (`core.auth.live`).
    """

    id: int | None = None
    kind: str = "anonymous"
    display_name: str = ""
    grants: tuple[Grant, ...] = ()
    language: str | None = None
    session_hash: str | None = field(default=None, repr=False)
    csrf: str | None = field(default=None, repr=False)
    last_used_at: dt.datetime | None = None
    remembered: bool = False

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.id is None

    def can(self, verb: str, workspace_id: int | None = None, form_id: int | None = None) -> bool:
        """Whether a verb is granted. Without a workspace the question is about the whole site."""
        return any(verb in ROLES[grant.role_id].verbs and grant.covers(workspace_id, form_id) for grant in self.grants)

    def can_on_some_form(self, verb: str, workspace_id: int) -> bool:
        """Whether a verb is granted in the workspace or at least on one form of it."""
        return any(
            verb in ROLES[grant.role_id].verbs and grant.workspace_id in {None, workspace_id} for grant in self.grants
        )

    def require(self, verb: str, workspace_id: int | None = None, form_id: int | None = None) -> None:
        """Let pass or refuse.

        Raises:
            Problem 401.100: nobody is signed in. 403.1: somebody is, without the right.
        """
        if not self.can(verb, workspace_id, form_id):
            raise Problem("401.100" if self.is_anonymous else "403.1")


SYSTEM = Actor(id=None, kind="system", display_name="Tidtam", grants=(Grant(role_id=1),))
"""The server itself: background jobs and the command line."""
ANONYMOUS = Actor()
