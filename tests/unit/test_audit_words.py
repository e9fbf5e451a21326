"""Every deed that is written into the audit trail has a sentence a person can read."""

from __future__ import annotations

import ast
from pathlib import Path

import app as composition_root
from core.audit_words import SENTENCES, TOPICS
from tests.support.messages import PACKAGES, ROOT


def noted_actions(path: Path) -> set[str]:
    """Values of ``action=`` where something is recorded in the trail."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "").startswith("record"):
            values = [word.value for word in node.keywords if word.arg == "action"]
            found |= {value.value for value in values if isinstance(value, ast.Constant)}
    return found


def test_every_action_has_a_sentence() -> None:
    assert composition_root.create_app
    noted = {
        action for package in PACKAGES for path in (ROOT / package).rglob("*.py") for action in noted_actions(path)
    }
    assert len(noted) > 10
    assert not noted - SENTENCES.keys()


def test_every_topic_has_actions_and_every_action_one_topic() -> None:
    actions = [action for topic in TOPICS.values() for action in topic.actions]
    assert all(topic.actions for topic in TOPICS.values())
    assert sorted(actions) == sorted(SENTENCES)
