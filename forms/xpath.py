"""Reading formulas: whether a text is an expression of XPath 1.0, and which functions it calls.

Grammar: W3C XPath 1.0, chapters 2 and 3, which getodk.github.io/xforms-spec takes over. There is no tree: one pass from
left to right with a stack of open brackets says all that is asked, so no formula can exhaust the interpreter's stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from core.i18n import N_

DEEPEST = 500
"""Brackets within brackets. Devices read formulas by recursion, and no office nests a tenth of it."""
LONGEST_SHOWN = 60

BAD_CHARACTER = N_("“{found}” cannot stand in a formula.")
CURLY_QUOTE = N_("“{found}” is a curly quotation mark. Formulas need straight ones: ' or \".")
OPEN_QUOTE = N_("A text in quotation marks is not closed: {found}")
OPEN_BRACKET = N_("The bracket “{found}” is not closed.")
STRAY_BRACKET = N_("The bracket “{found}” closes nothing.")
ENDS_EARLY = N_("The formula stops too early: after “{found}” something is missing.")
NOTHING = N_("The formula is empty.")
UNEXPECTED = N_("“{found}” cannot stand here. Before it, something is missing or too much.")
UNKNOWN_AXIS = N_("“{found}” is no axis of XPath.")
VARIABLE = N_("“{found}” names nothing. Write the name of a question as ${{name}}, with both brackets.")
TOO_DEEP = N_("The formula has more than {limit} brackets within brackets. Divide it among several questions.")

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
# NCName of XML 1.0, fifth edition, which takes in the Thai vowels and tone marks above and below.
_NAME = rf"[{_START}][{_START}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*+"
_SPACE = re.compile(r"[ \t\r\n]*+")
_TOKEN = re.compile(
    rf"(?P<literal>\"[^\"]*\"|'[^']*')|(?P<number>[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)"
    rf"|(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)(?:[ \t\r\n]*+(?P<tail>::|\())?"
    r"|(?P<symbol>//|\.\.|!=|<=|>=|[()\[\].@,/|+=<>*-])"
)
# Both clients find these words where an operator must come, also before a hyphen or a name, as in “. mod-2”.
_WORD = re.compile(r"and|or|div|mod", re.IGNORECASE)
_NODE_TYPE_END = re.compile(r"[ \t\r\n]*+(?P<literal>\"[^\"]*\"|'[^']*')?[ \t\r\n]*+\)")
_NODE_TYPES = frozenset({"comment", "text", "node", "processing-instruction"})
_AXES = frozenset(
    [
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    ]
)
_OPERATORS = frozenset({"+", "-", "*", "=", "!=", "<", "<=", ">", ">=", "|"})
_CURLY = frozenset("‘’‚‛“”„‟")
_CLOSING = {")": "(", "]": "["}


class XPathError(ValueError):
    """A text that is no expression. `sentence` is an English message id whose parts `details` fill.

    `position` is the offset in the text, in characters from 0.
    """

    def __init__(self, sentence: str, position: int, **details: object) -> None:
        super().__init__(sentence.format_map(details))
        self.sentence = sentence
        self.position = position
        self.details = details


@dataclass(frozen=True)
class Call:
    """A call of a function, with the number of its arguments. `prefix` is empty for most."""

    prefix: str
    name: str
    arguments: int

    @property
    def written(self) -> str:
        """The name as the formula has it."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name


@dataclass(frozen=True)
class Expression:
    """What is known of a formula. `shouted` are operators in capitals, which ODK Collect takes and XPath does not."""

    calls: tuple[Call, ...] = ()
    shouted: tuple[str, ...] = ()


def read_expression(text: str) -> Expression:
    """Read a formula. It never raises anything else, whatever the text.

    Raises:
        XPathError: it is no XPath 1.0, or it refers to a variable, which forms do not have.

    """
    return _Reader(text).read()


class _State(Enum):
    """What came last, by what may come next."""

    VALUE = auto()  # an operator or an opening bracket: a value follows
    UNITED = auto()  # "|": a path follows
    CALLED = auto()  # the bracket of a call: an argument or its end follows
    STEP = auto()  # a slash: a step follows
    ROOT = auto()  # a slash at the beginning: a step may follow
    TEST = auto()  # an axis or "@": the test of a node follows
    DONE = auto()  # a value or a step, which a predicate may follow
    DOT = auto()  # "." or "..", which takes no predicate


_COMPLETE = frozenset({_State.DONE, _State.DOT, _State.ROOT})
_BEGINS = frozenset({_State.VALUE, _State.UNITED, _State.CALLED})


@dataclass
class _Open:
    """A bracket that is open: its sign, its place, and the call it belongs to."""

    sign: str
    position: int
    function: str | None = None
    commas: int = 0


@dataclass
class _Reader:
    """One reading of one text."""

    text: str
    at: int = 0
    state: _State = _State.VALUE
    opened: list[_Open] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    shouted: list[str] = field(default_factory=list)
    last: str = ""

    def read(self) -> Expression:
        self._skip()
        if self.at == len(self.text):
            raise XPathError(NOTHING, 0)
        while self.at < len(self.text):
            begun = self.at
            self._one()
            self.last = self.text[begun : self.at].strip()
            self._skip()
        if self.state not in _COMPLETE:
            raise XPathError(ENDS_EARLY, len(self.text), found=_short(self.last))
        if self.opened:
            raise XPathError(OPEN_BRACKET, self.opened[-1].position, found=self.opened[-1].sign)
        return Expression(tuple(self.calls), tuple(self.shouted))

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _one(self) -> None:
        """Take the next token. After a value a name can only be an operator (XPath 1.0, 3.7)."""
        after = self.state in {_State.DONE, _State.DOT}
        found = (_WORD.match(self.text, self.at) if after else None) or _TOKEN.match(self.text, self.at)
        if found is None:
            raise self._unreadable()
        if after and found.re is _WORD:
            if found[0] != found[0].lower():
                self.shouted.append(found[0])
            self.state, self.at = _State.VALUE, found.end()
        elif found["symbol"]:
            self._symbol(found["symbol"])
            self.at = found.end()
        elif found["name"]:
            self._named(found)
        else:
            self._require(found[0], _BEGINS)
            self.state, self.at = _State.DONE, found.end()

    def _symbol(self, sign: str) -> None:
        if sign in {"(", "["}:
            self._require(sign, _BEGINS if sign == "(" else {_State.DONE})
            self._open(sign)
        elif sign in _CLOSING:
            self._close(sign)
        elif sign == ",":
            self._comma()
        elif sign in {"/", "//"}:
            self._slash(sign)
        elif sign in {".", "..", "@"}:
            self._require(sign, _BEGINS | {_State.STEP, _State.ROOT})
            self.state = _State.TEST if sign == "@" else _State.DOT
        elif sign == "*" and self.state not in {_State.DONE, _State.DOT}:
            self.state = _State.DONE
        elif sign == "-" and self.state in {_State.VALUE, _State.CALLED}:
            self.state = _State.VALUE
        else:
            self._require(sign, _COMPLETE)
            assert sign in _OPERATORS
            self.state = _State.UNITED if sign == "|" else _State.VALUE

    def _slash(self, sign: str) -> None:
        if self.state in _BEGINS:
            self.state = _State.ROOT if sign == "/" else _State.STEP
            return
        self._require(sign, {_State.DONE, _State.DOT})
        self.state = _State.STEP

    def _named(self, found: re.Match[str]) -> None:
        """A name where a value or step is expected: of a node, an axis, a type of node or a function."""
        name, tail = found["name"], found["tail"]
        if self.state in {_State.DONE, _State.DOT}:
            raise self._unexpected(name)
        self.at = found.end()
        if tail == "::":
            if name not in _AXES:
                raise XPathError(UNKNOWN_AXIS, found.start(), found=_short(name))
            self._require(name, _BEGINS | {_State.STEP, _State.ROOT}, found.start())
            self.state = _State.TEST
        elif tail == "(" and name in _NODE_TYPES:
            end = _NODE_TYPE_END.match(self.text, found.end())
            if end is None or (end["literal"] and name != "processing-instruction"):
                raise self._unexpected(f"{name}(", found.start())
            self.state, self.at = _State.DONE, end.end()
        elif tail == "(":
            self._require(f"{name}(", _BEGINS, found.start())
            if name.endswith("*"):
                raise self._unexpected(f"{name}(", found.start())
            self._open("(", name, found.end() - 1)
        else:
            self.state, self.at = _State.DONE, found.end("name")

    def _open(self, sign: str, function: str | None = None, position: int | None = None) -> None:
        if len(self.opened) == DEEPEST:
            raise XPathError(TOO_DEEP, self.at, limit=DEEPEST)
        self.opened.append(_Open(sign, self.at if position is None else position, function))
        self.state = _State.CALLED if function is not None else _State.VALUE

    def _close(self, sign: str) -> None:
        if not self.opened or self.opened[-1].sign != _CLOSING[sign]:
            raise XPathError(STRAY_BRACKET, self.at, found=sign)
        if self.state not in _COMPLETE | {_State.CALLED}:
            raise self._unexpected(sign)
        closed = self.opened.pop()
        if closed.function is not None:
            prefix, _, name = closed.function.rpartition(":")
            self.calls.append(Call(prefix, name, 0 if self.state is _State.CALLED else closed.commas + 1))
        self.state = _State.DONE

    def _comma(self) -> None:
        self._require(",", _COMPLETE)
        if not self.opened or self.opened[-1].function is None:
            raise self._unexpected(",")
        self.opened[-1].commas += 1
        self.state = _State.VALUE

    def _require(self, found: str, states: frozenset[_State] | set[_State], position: int | None = None) -> None:
        if self.state not in states:
            raise self._unexpected(found, position)

    def _unexpected(self, found: str, position: int | None = None) -> XPathError:
        return XPathError(UNEXPECTED, self.at if position is None else position, found=_short(found))

    def _unreadable(self) -> XPathError:
        sign = self.text[self.at]
        if sign in "'\"":
            return XPathError(OPEN_QUOTE, self.at, found=_short(self.text[self.at :]))
        if sign == "$":
            return XPathError(VARIABLE, self.at, found=_short(self.text[self.at :].split()[0]))
        return XPathError(CURLY_QUOTE if sign in _CURLY else BAD_CHARACTER, self.at, found=sign)


def _short(text: str) -> str:
    """As much of a text as reads well."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
