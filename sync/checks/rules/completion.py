"""A completion report is signed once three people stand behind it."""

from __future__ import annotations

from dataclasses import dataclass

from sync.checks.codes import APPROVALS_MISSING, Finding

REPORTER, GROUP_DIRECTOR, DEPUTY = "reporter", "group_director", "deputy"
APPROVERS = {"group_director": GROUP_DIRECTOR, "deputy": DEPUTY, "director": DEPUTY}
"""Whose approval stands for which signature, by the officer's role; the director may sign for the deputy."""


@dataclass(frozen=True)
class Signatures:
    """`signed` is whether the reporter's signature is here, `roles` the roles of the officers who approved it since."""

    signed: bool
    roles: frozenset[str] = frozenset()


def approvals_missing(facts: Signatures) -> list[Finding]:
    """The reporter signs on the device; the group director and the deputy director approve on the server."""
    given = {APPROVERS[role] for role in facts.roles if role in APPROVERS} | ({REPORTER} if facts.signed else set())
    missing = [who for who in (REPORTER, GROUP_DIRECTOR, DEPUTY) if who not in given]
    return [Finding(APPROVALS_MISSING, "", {"missing": missing})] if missing else []
