"""What the audit trail says to people: a sentence per action, and the topics to look for one by.

Each package adds its own actions with `add_actions`. One that nobody described is shown under its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from core.access.roles import ROLES
from core.i18n import N_

SENTENCES: dict[str, str] = {}
TOPICS: dict[str, Topic] = {}
_ROLE_NAMES = {role.system: role.name for role in ROLES.values()}


@dataclass(frozen=True)
class Topic:
    """Actions that belong together; `label` is an English message id."""

    label: str
    actions: tuple[str, ...]


def add_actions(topic: str, label: str, sentences: dict[str, str]) -> None:
    """Describe actions. Sentences are message ids with the parts {actor}, {subject} and the details' names.

    Raises:
        ValueError: an action or the topic is described already.

    """
    if topic in TOPICS or sentences.keys() & SENTENCES.keys():
        raise ValueError(f"The topic {topic} or an action of it is described already")
    TOPICS[topic] = Topic(label, tuple(sentences))
    SENTENCES.update(sentences)


def sentence(action: str, details: Mapping[str, Any] | None, *, actor: str, subject: str) -> str:
    """The sentence of an entry in the reader's language."""
    parts = {name: str(value) for name, value in (details or {}).items()} | {
        "actor": actor,
        "subject": subject,
    }
    role = _ROLE_NAMES.get(parts.get("role", ""))
    if role is not None:
        parts["role"] = gettext(role)
    template = gettext(SENTENCES[action]) if action in SENTENCES else "{actor}: {action} {subject}"
    return template.format_map(_Parts(parts | {"action": action})).strip()


class _Parts(dict[str, str]):
    """A part that an older entry did not note shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


add_actions(
    "people",
    N_("People and roles"),
    {
        "assignment.create": N_("{actor} gave {subject} the role {role}."),
        "assignment.delete": N_("{actor} took the role {role} from {subject}."),
        "person.remove": N_("{actor} took {subject} out of the workspace."),
    },
)
add_actions(
    "devices",
    N_("Devices"),
    {
        "app_user.create": N_("{actor} added the device {displayName}."),
        "app_user.update": N_("{actor} renamed a device to {displayName}."),
        "app_user.revoke": N_("{actor} took the key of the device {subject} away."),
        "app_user.delete": N_("{actor} deleted the device {displayName}."),
    },
)
add_actions(
    "workspaces",
    N_("Workspaces"),
    {
        "workspace.create": N_("{actor} created the workspace {name}."),
        "workspace.update": N_("{actor} changed the name or the description of the workspace."),
        "workspace.delete": N_("{actor} put the workspace {name} away."),
    },
)
add_actions(
    "accounts",
    N_("Accounts"),
    {
        "user.create": N_("{actor} created the account {email}."),
        "user.update": N_("{actor} changed the account of {subject}."),
        "user.password": N_("{actor} set a new password for {subject}."),
        "user.close": N_("{actor} closed the account {email}."),
        "user.open": N_("{actor} opened the account {email} again."),
        "user.delete": N_("{actor} deleted the account {email}."),
    },
)
add_actions(
    "sign_ins",
    N_("Sign-ins"),
    {
        "session.create": N_("{actor} signed in."),
        "session.refused": N_("A sign-in with the address {email} was refused."),
    },
)
