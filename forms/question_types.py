"""Questions and their types as the author of an XLSForm knows them; in an XForm both are called otherwise."""

from __future__ import annotations

from forms.fields import Field

_BY_CONTROL = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "range": "range",
    "trigger": "acknowledge",
}
_BY_TYPE = {"string": "text", "int": "integer"}
_BY_MEDIA = {"image/*": "image", "audio/*": "audio", "video/*": "video"}


def name_of(field: Field) -> str:
    """The question's name, behind those of the groups it stands in."""
    return field.path.removeprefix("/")


def types_of(before: Field, after: Field) -> tuple[str, str]:
    """The types of a question in two versions, as the column ``type`` says them.

    Where the column says the same of both, such as of calculations, what they give stands behind it.
    """
    first, second = _type_of(before), _type_of(after)
    if first == second:
        return f"{first} ({_plain(before)})", f"{second} ({_plain(after)})"
    return first, second


def _type_of(field: Field) -> str:
    if field.calculated and not field.control:
        return "calculate"
    if field.is_file:
        return _BY_MEDIA.get(field.media, "file")
    return _BY_CONTROL.get(field.control) or _plain(field)


def _plain(field: Field) -> str:
    return _BY_TYPE.get(field.type, field.type)
