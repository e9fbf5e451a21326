"""What the audit trail says to people: a sentence per action, and the topics to look for one by.

Each package adds its own actions with `add_actions`, and says where their subjects can be looked at with
`core.audit_subjects`. An action that nobody described is shown under its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape

from core.access.roles import ROLES
from core.audit_subjects import Link
from core.i18n import N_

Words = Mapping[str, Mapping[str, str]]
"""By the name of a detail: message ids for the values it has on the wire, such as ``{"state": {"open": "open"}}``."""
SENTENCES: dict[str, str] = {}
TOPICS: dict[str, Topic] = {}
_WORDS: dict[str, Words] = {}
_DASH = "–"


@dataclass(frozen=True)
class Topic:
    """Actions that belong together; `label` is an English message id."""

    label: str
    actions: tuple[str, ...]


def add_actions(topic: str, label: str, sentences: dict[str, str], *, words: Words | None = None) -> None:
    """Describe actions. Sentences are message ids with the parts {actor}, {subject} and the details' names.

    `words` say what the values of details are called, for those that are words of the wire.

    Raises:
        ValueError: an action or the topic is described already.

    """
    if topic in TOPICS or sentences.keys() & SENTENCES.keys():
        raise ValueError(f"The topic {topic} or an action of it is described already")
    TOPICS[topic] = Topic(label, tuple(sentences))
    SENTENCES.update(sentences)
    _WORDS.update(dict.fromkeys(sentences, words or {}))


def sentence(
    action: str, details: Mapping[str, Any] | None, *, actor: str, subject: str, link: Link | None = None
) -> Markup:
    """The sentence of an entry in the reader's language; what names its subject is a link when there is one."""
    words = _WORDS.get(action, {})
    parts = {name: _shown(value, words.get(name, {})) for name, value in (details or {}).items()}
    if link is not None and link.detail in parts:
        parts[link.detail] = Markup('<a href="{}">{}</a>').format(link.url, parts[link.detail])
    parts |= {"actor": actor, "subject": subject, "action": action}
    message = _ON_A_FORM.get(action) if "xmlFormId" in parts else None
    message = message or SENTENCES.get(action)
    template = gettext(message) if message else "{actor}: {action} {subject}"
    return escape(template).format_map(_Parts(parts)).strip()


def _shown(value: Any, words: Mapping[str, str]) -> str:
    """A detail as people read it; one that is empty shows as a dash."""
    text = "" if value is None else str(value)
    return gettext(words[text]) if text in words else text or _DASH


class _Parts(dict[str, str]):
    """A part that an older entry did not note shows as a dash."""

    def __missing__(self, key: str) -> str:
        return _DASH


_ON_A_FORM = {
    "assignment.create": N_("{actor} gave {subject} the role {role} for the form {xmlFormId} only."),
    "assignment.delete": N_("{actor} took the role {role} for the form {xmlFormId} from {subject}."),
}
"""What is said instead of an action that was not about the whole workspace."""


add_actions(
    "people",
    N_("People and roles"),
    {
        "assignment.create": N_("{actor} gave {subject} the role {role}."),
        "assignment.delete": N_("{actor} took the role {role} from {subject}."),
        "person.remove": N_("{actor} removed {subject} from the workspace."),
    },
    words={"role": {role.system: role.name for role in ROLES.values()}},
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
