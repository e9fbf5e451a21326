"""Fields of the plan's wire format. Each fault is a code of the catalogue, so that it can be translated.

The same schemas read JSON and HTML forms: numbers may come as text, with separators or in Thai digits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields

from core.errors import CATALOGUE, Problem
from core.names import visible_text
from plan.validation import Fault, InvalidPlan, camel, is_storable

UNKNOWN = "unknown"
_NO_CODE = re.compile(r"""[\s/\\?#%"'<>&,;\u200c\u200d]""")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_MESSAGES = {"required": "400.171", "null": "400.171", "validator_failed": "400.182"}


class Said(NamedTuple):
    """A fault of a value: its code and what fills the sentence."""

    code: str
    details: dict[str, Any]


def refusal(code: str, **details: Any) -> ValidationError:
    """The exception that carries a fault out of marshmallow."""
    return ValidationError([Said(code, details)])


class _Field(fields.Field[Any]):
    """A field that reads and writes plain values; subclasses say how."""

    default_error_messages: dict[str, Any] = _MESSAGES

    def read(self, value: Any) -> Any:
        """The value as services take it."""
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """The value as the wire has it."""
        return value

    def _deserialize(self, value: Any, *_about: Any, **_more: Any) -> Any:
        return self.read(value)

    def _serialize(self, value: Any, *_about: Any, **_more: Any) -> Any:
        return self.write(value)


class Text(_Field):
    """Text of at most `limit` characters, without blanks around it or what nobody sees. `blank` allows an empty one."""

    def __init__(self, *, limit: int = 200, blank: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit, self.blank = limit, blank

    def read(self, value: Any) -> str:
        """One kind of line break, nothing that cannot be stored."""
        if not isinstance(value, str):
            raise refusal("400.182", example="“…”")
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not self._names_another:
            text = visible_text(text)
        if not text and not self.blank:
            raise refusal("400.171")
        if len(text) > self.limit:
            raise refusal("400.183", limit=self.limit)
        if not is_storable(text):
            raise refusal("400.184")
        return text

    @property
    def _names_another(self) -> bool:
        """Whether it says which other row is meant: that may have been stored with characters that nobody sees."""
        return str(self.name).endswith("_code") or self.name == "supersedes_no"


class Code(Text):
    """A code that forms store and addresses hold, so without blanks and without signs that mean more there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(limit=50, **kwargs)

    def read(self, value: Any) -> str:
        """The code."""
        text = super().read(value)
        if _NO_CODE.search(text):
            raise refusal("400.182", example="PLN-01")
        return text


class Choice(_Field):
    """One of some words. `blank` allows none of them, which an empty text or null says."""

    def __init__(self, choices: Sequence[str], *, blank: bool = False, **kwargs: Any) -> None:
        super().__init__(allow_none=blank, **kwargs)
        self.choices, self.blank = choices, blank

    def read(self, value: Any) -> str | None:
        """The word."""
        if self.blank and value == "":
            return None
        if not isinstance(value, str) or value not in self.choices:
            raise refusal("400.187", choices=", ".join(self.choices))
        return value


class Number(_Field):
    """A decimal from `least` to `most` with at most `places` places; text on the wire, to be exact."""

    def __init__(self, *, places: int, least: int = 0, most: int = 100, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.places, self.least, self.most = places, least, most

    def read(self, value: Any) -> Any:
        """The exact number; nothing is rounded."""
        if value == "":
            if self.allow_none:
                return None
            raise refusal("400.171")
        number = _decimal(value)
        if number is None:
            raise refusal("400.182", example="1250.50" if self.places else "1250")
        if not self.least <= number <= self.most:
            raise refusal("400.185", least=f"{self.least:,}", most=f"{self.most:,}")
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise refusal("400.188", places=self.places)
        return number.quantize(Decimal(1).scaleb(-self.places))

    def write(self, value: Any) -> Any:
        """Without an exponent; a number inside a JSON column is text already."""
        return f"{value:f}" if isinstance(value, Decimal) else value


class Whole(Number):
    """A whole number from `least` to `most`."""

    def __init__(self, *, least: int = 0, most: int = 10_000_000, **kwargs: Any) -> None:
        super().__init__(places=0, least=least, most=most, **kwargs)

    def read(self, value: Any) -> Any:
        """The number."""
        number = super().read(value)
        return None if number is None else int(number)


class Degrees(Number):
    """A coordinate from -`most` to `most`, written as a number."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(places=8, least=-most, most=most, **kwargs)

    def read(self, value: Any) -> Any:
        """The degrees."""
        number = super().read(value)
        return None if number is None else float(number)


class Day(_Field):
    """A date, ISO and Gregorian. A Buddhist-era year is refused, not taken for a day in the far future."""

    LEAST, MOST = 1850, 2200

    def read(self, value: Any) -> dt.date | None:
        """The date."""
        if value == "":
            if self.allow_none:
                return None
            raise refusal("400.171")
        try:
            day = dt.date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise refusal("400.182", example="2027-01-31") from error
        if not self.LEAST <= day.year <= self.MOST:
            raise refusal("400.182", example="2027-01-31")
        return day

    def write(self, value: Any) -> Any:
        """ISO; a date inside a JSON column is text already."""
        return value.isoformat() if isinstance(value, dt.date) else value


class Flag(_Field):
    """Yes or no."""

    def read(self, value: Any) -> bool:
        """The answer; a text is none."""
        if not isinstance(value, bool):
            raise refusal("400.182", example="true")
        return value


class PlanSchema(Schema):
    """Base of the plan's schemas: camelCase on the wire, unknown fields refused."""

    class Meta:
        """Options of marshmallow."""

        unknown = RAISE

    error_messages = {"unknown": UNKNOWN, "type": "400.182"}  # noqa: RUF012 - as marshmallow reads it

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        """Spell the field as the wire does."""
        field_obj.data_key = field_obj.data_key or camel(field_name)


def load(schema: Schema, payload: Any, *, partial: bool = False) -> dict[str, Any]:
    """The values in a payload.

    Raises:
        Problem 400.3: fields that are unknown. InvalidPlan (400.170): values that cannot be used.

    """
    try:
        loaded: dict[str, Any] = schema.load(payload, partial=partial)
    except ValidationError as error:
        faults = _faults(error.messages, "")
        unknown = [item.field for item in faults if item.code == UNKNOWN]
        if unknown:
            raise Problem("400.3", fields=", ".join(unknown)) from error
        raise InvalidPlan(faults) from error
    return loaded


def _faults(messages: Any, path: str) -> list[Fault]:
    if isinstance(messages, Mapping):
        return [
            fault
            for key, inner in messages.items()
            for fault in _faults(inner, path if key == "_schema" else f"{path}.{key}".lstrip("."))
        ]
    return [_fault(path, message) for message in messages]


def _fault(path: str, message: Any) -> Fault:
    if isinstance(message, Said):
        return Fault(path, message.code, message.details)
    known = message in CATALOGUE or message == UNKNOWN
    code = str(message) if known else "400.182"
    return Fault(path, code, {"example": "“…”"} if code == "400.182" else {})


def _decimal(value: Any) -> Decimal | None:
    """A number as JSON or a person writes it; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = str(value).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None
