"""Reading what somebody searches for, as web search engines and ODK Central do. Pure; no database."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_TERMS = 20


@dataclass(frozen=True)
class Term:
    """One thing searched for; `excluded` with a dash in front."""

    text: str
    excluded: bool


def read_search(text: str) -> list[list[Term]]:
    """A ``$search`` as alternatives, each of terms that must all be met. Words, "phrases", OR and -word."""
    alternatives: list[list[Term]] = [[]]
    for match in re.finditer(r'(-?)"([^"]*)"?|(\S+)', text):
        dash, phrase, word = match.groups()
        if word == "OR":
            alternatives.append([])
        elif word is None and phrase.strip():
            alternatives[-1].append(Term(phrase.strip(), bool(dash)))
        elif word is not None and word.strip("-"):
            alternatives[-1].append(Term(word.removeprefix("-"), word.startswith("-")))
    return [terms[:MOST_TERMS] for terms in alternatives if terms][:MOST_TERMS]
