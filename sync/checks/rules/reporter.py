"""Is the reporter who they say they are? The account is the authority; both are kept."""

from __future__ import annotations

from dataclasses import dataclass

from sync.checks.codes import REPORTER_DIFFERS, Finding


@dataclass(frozen=True)
class Reporter:
    """The officer named in the record, and the officers to whom the account that sent it belongs.

    A tablet that a group shares belongs to nobody, and says nothing about who held it.
    """

    named: str
    account_of: frozenset[str] = frozenset()


def reporter_differs(facts: Reporter) -> list[Finding]:
    """The record names another officer than the one whose account sent it."""
    if not facts.named or not facts.account_of or facts.named in facts.account_of:
        return []
    return [Finding(REPORTER_DIFFERS, "", {"named": facts.named, "account_of": sorted(facts.account_of)})]
