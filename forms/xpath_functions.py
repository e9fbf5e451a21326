"""The functions that clients know, with the number of values each takes.

Sources: the chapter “XPath Functions” of getodk.github.io/xforms-spec; JavaRosa's ``XPathFuncExpr``, which ODK Collect
works with; the function libraries of @getodk/xforms-engine 0.22, which the field client works with. Where they differ,
what any of them takes is right.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.i18n import N_
from forms.xpath import Call

UNKNOWN_FUNCTION = N_("There is no function {function}(). Check its spelling.")
WRONG_COUNT = N_("The number of values in the brackets of {function}() is {given}; it must be {wanted}.")
_OWN_PREFIXES = frozenset({"", "jr", "orx"})
MANY = 10_000


@dataclass(frozen=True)
class Arity:
    """How many values a function takes, and in what steps."""

    least: int
    most: int
    step: int = 1

    def takes(self, count: int) -> bool:
        """Whether this many will do."""
        return self.least <= count <= self.most and (count - self.least) % self.step == 0

    @property
    def wanted(self) -> str:
        """For people: ``2``, ``2–3``, ``2…`` or ``3, 5 … 11``."""
        if self.step > 1:
            most = "…" if self.most == MANY else f" … {self.most}"
            return f"{self.least}, {self.least + self.step}{most}"
        if self.least == self.most:
            return str(self.least)
        return f"{self.least}…" if self.most == MANY else f"{self.least}–{self.most}"


def _each(names: str, least: int, most: int | None = None) -> dict[str, Arity]:
    return dict.fromkeys(names.split(), Arity(least, least if most is None else most))


FUNCTIONS: dict[str, Arity] = {
    **_each("true false today now random pi last current version", 0),
    **_each("local-name name namespace-uri position number string string-length normalize-space uuid", 0, 1),
    **_each("concat min max", 0, MANY),
    **_each(
        "boolean boolean-from-string not lang id count count-non-empty sum instance once int floor ceiling ceil", 1
    ),
    **_each("abs sin cos tan asin acos atan sqrt exp exp10 log log10 count-selected property", 1),
    **_each("date date-time decimal-date-time decimal-time area enclosed-area base64-decode base64-encode", 1),
    **_each("jr:itext", 1),
    **_each("round randomize", 1, 2),
    **_each("distance join depend intersects", 1, MANY),
    **_each(
        "contains starts-with ends-with substring-before substring-after regex selected is-selected selected-at", 2
    ),
    **_each("format-date format-date-time coalesce pow atan2 geofence jr:choice-name", 2),
    **_each("substr substring digest", 2, 3),
    **_each("checklist", 2, MANY),
    **_each("if translate", 3),
    **_each("pulldata", 4),
    "weighted-checklist": Arity(2, MANY, 2),
    "indexed-repeat": Arity(3, 11, 2),
}
IN_COLLECT_ONLY = frozenset(
    {"version", "property", "enclosed-area", "is-selected", "depend", "intersects", "base64-encode"}
)
"""Functions of ODK Collect that the engine of the field client does not have."""


def is_foreign(call: Call) -> bool:
    """Whether a call is of a namespace that we know nothing of; some other client may."""
    return call.prefix not in _OWN_PREFIXES


def fault_of(call: Call) -> tuple[str, dict[str, object]] | None:
    """What is wrong with a call: an English message id and its parts; None when a client knows it."""
    if is_foreign(call):
        return None
    known = FUNCTIONS.get(call.written)
    if known is None:
        return UNKNOWN_FUNCTION, {"function": call.written}
    if not known.takes(call.arguments):
        return WRONG_COUNT, {"function": call.written, "given": call.arguments, "wanted": known.wanted}
    return None
