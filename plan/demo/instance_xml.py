"""A demo submission as the XML that a tablet sends (OpenRosa instance with a `meta` block)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from plan.demo.submission_model import Answer, Answers, DemoEntity, DemoSubmission

ORX_NAMESPACE = "http://openrosa.org/xforms"
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.:-]*")


def to_instance_xml(
    submission: DemoSubmission,
    form_root_attrs: Mapping[str, str],
    root_name: str = "data",
    *,
    with_entity: bool = True,
) -> bytes:
    """The instance in UTF-8: attributes of the root (`id`, `version`), every answer in order, then `meta`.

    Blank answers are empty elements; groups nest, repeats repeat. `with_entity` adds the entity that the submission
    creates or updates, if it does. Raises `ValueError` when a text holds a character that XML cannot carry: to drop
    it would lose what a person wrote.
    """
    attributes = "".join(f' {_name(name, _ATTRIBUTE)}="{_text(value)}"' for name, value in form_root_attrs.items())
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<{_name(root_name)} xmlns:orx="{ORX_NAMESPACE}"{attributes}>',
        *_group(submission.answers),
        *_meta(submission, with_entity=with_entity),
        f"</{root_name}>",
    ]
    return "".join(parts).encode("utf-8")


def _group(answers: Answers) -> Iterator[str]:
    for name, answer in answers.items():
        yield from _node(_name(name), answer)


def _node(name: str, answer: Answer) -> Iterator[str]:
    if isinstance(answer, str):
        yield f"<{name}>{_text(answer)}</{name}>" if answer else f"<{name}/>"
        return
    for group in answer if isinstance(answer, list) else [answer]:
        yield f"<{name}>"
        yield from _group(group)
        yield f"</{name}>"


def _meta(submission: DemoSubmission, *, with_entity: bool) -> Iterator[str]:
    yield "<orx:meta>"
    yield f"<orx:instanceID>{_text(submission.instance_id)}</orx:instanceID>"
    if submission.deprecated_id:
        yield f"<orx:deprecatedID>{_text(submission.deprecated_id)}</orx:deprecatedID>"
    yield f"<orx:instanceName>{_text(submission.instance_name)}</orx:instanceName>"
    if with_entity and submission.entity is not None:
        yield _entity(submission.entity)
    yield "</orx:meta>"


def _entity(entity: DemoEntity) -> str:
    action = "create" if entity.creates else "update"
    label = f"<label>{_text(entity.label)}</label>" if entity.label else ""
    return (
        f'<entity dataset="{_text(entity.entity_list)}" id="{entity.entity_id}" {action}="1"'
        f' baseVersion="{_version(entity.base_version)}" trunkVersion="{_version(entity.trunk_version)}"'
        f' branchId="{_text(entity.branch_id)}">{label}</entity>'
    )


def _version(number: int | None) -> str:
    return "" if number is None else str(number)


def _name(name: str, pattern: re.Pattern[str] = _NAME) -> str:
    if not pattern.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a name in XML")
    return name


def _text(text: str) -> str:
    """Escaped text; a carriage return is written as a reference, or a reader would make it a line feed."""
    wrong = _NOT_XML.search(text)
    if wrong:
        raise ValueError(f"U+{ord(wrong.group()):04X} cannot be written in XML")
    return html.escape(text).replace("\r", "&#13;")
