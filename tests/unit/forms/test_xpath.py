"""Formulas are read as XPath 1.0 has them: what is right is taken, what is wrong is named."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import xpath
from forms.xpath import DEEPEST, Call, Expression, XPathError, read_expression
from forms.xpath_functions import FUNCTIONS, IN_COLLECT_ONLY, fault_of

GOOD = """
.
..
/
//node
/data/x
../x
./x
../../x/y
current()/../x
current()/.
@id
@*
*
/data/*
jr:*
/data/orx:meta/orx:instanceID
instance('x')/root/item[name= /data/y ]/label
instance("x")/root/item[name = current()/../y and label != ''][1]/label
randomize(instance('x')/root/item[a=/data/b], 42)
a-b.c - 1
a -1
-a
- - 1
1 - -2
.5 + 5.
5.25*2
* * *
or or and
and and and
div div mod
/data/or or /data/and
a and(b)
. mod-2 = 0
not(a)or(b)
a=b
a!=b
a<=b>=c<d>e
'its' = 1
"it's"
'say "x"'
''
count(/data/r[name != ''])
sum(/data/r/x[. != ''])
(a | b)/c[1]
a | b | /c
child::x/self::node()/preceding-sibling::y[position() = 1]
ancestor-or-self::*
attribute::id
text()
comment()
processing-instruction('x')
x/node( )
/ = 1
x//@y
(((1)))
if(a = 1, 'x', if(b = 2, "y", ''))
position(..)
jr:choice-name( /data/x , ' /data/x ')
ครั้งที่ + 1
/data/กลุ่ม/คำถาม > 3
selected(., 'a') and not(selected(., 'b'))
regex(., '^[0-9]{10}$')
1 = 1 = true()
""".strip().splitlines()
BAD = {
    "((. > 1": xpath.OPEN_BRACKET,
    "x[1": xpath.OPEN_BRACKET,
    "(a]": xpath.STRAY_BRACKET,
    "x]": xpath.STRAY_BRACKET,
    "a)": xpath.STRAY_BRACKET,
    " /data/n  > ": xpath.ENDS_EARLY,
    "a and": xpath.ENDS_EARLY,
    "not(": xpath.ENDS_EARLY,
    "a/": xpath.ENDS_EARLY,
    "//": xpath.ENDS_EARLY,
    "child::": xpath.ENDS_EARLY,
    "@": xpath.ENDS_EARLY,
    "-": xpath.ENDS_EARLY,
    "": xpath.NOTHING,
    " \n": xpath.NOTHING,
    "a b": xpath.UNEXPECTED,
    "1 2": xpath.UNEXPECTED,
    "()": xpath.UNEXPECTED,
    "a[]": xpath.UNEXPECTED,
    "f(,)": xpath.UNEXPECTED,
    "f(a,)": xpath.UNEXPECTED,
    "(a, b)": xpath.UNEXPECTED,
    "a, b": xpath.UNEXPECTED,
    "'it''s'": xpath.UNEXPECTED,
    "= 1": xpath.UNEXPECTED,
    "a == 1": xpath.UNEXPECTED,
    "a => 1": xpath.UNEXPECTED,
    "a | -b": xpath.UNEXPECTED,
    "/ /x": xpath.UNEXPECTED,
    "a///b": xpath.UNEXPECTED,
    "f()/g()": xpath.UNEXPECTED,
    "@f()": xpath.UNEXPECTED,
    "text('x')": xpath.UNEXPECTED,
    ".[1]": xpath.UNEXPECTED,
    "...": xpath.UNEXPECTED,
    "jr:*(1)": xpath.UNEXPECTED,
    "up::x": xpath.UNKNOWN_AXIS,
    "'a": xpath.OPEN_QUOTE,
    'a = "b': xpath.OPEN_QUOTE,
    "a = ‘b’": xpath.CURLY_QUOTE,
    "a ! b": xpath.BAD_CHARACTER,
    "a && b": xpath.BAD_CHARACTER,
    "a % 2": xpath.BAD_CHARACTER,
    "a\u00a0= 1": xpath.BAD_CHARACTER,
    "a ≥ 1": xpath.BAD_CHARACTER,
    "${n} > 1": xpath.VARIABLE,
    "$n > 1": xpath.VARIABLE,
    "$": xpath.VARIABLE,
}
_SPACE = st.sampled_from(["", " ", "\n", "\t ", "\r\n"])
_PIECES = st.sampled_from(
    [
        *"()[]/.@,*|+-=<>$:'\"!",
        "//",
        "..",
        "::",
        "and",
        "or",
        "div",
        "a",
        "jr:x",
        "f(",
        "text(",
        "child",
        "1",
        "'x'",
        " ",
    ]
)


def refused(text: str) -> XPathError:
    with pytest.raises(XPathError) as caught:
        read_expression(text)
    return caught.value


def calls(text: str) -> list[tuple[str, int]]:
    return [(call.written, call.arguments) for call in read_expression(text).calls]


@pytest.mark.parametrize("text", GOOD)
def test_what_the_grammar_allows_is_taken(text: str) -> None:
    assert read_expression(text).shouted == ()
    assert read_expression(f"\r\n {text}\t").calls == read_expression(text).calls


@pytest.mark.parametrize(("text", "sentence"), BAD.items())
def test_what_is_wrong_is_named(text: str, sentence: str) -> None:
    error = refused(text)
    assert error.sentence == sentence
    assert 0 <= error.position <= len(text)
    assert str(error) == sentence.format_map(error.details)


def test_white_space_and_line_breaks_stand_anywhere_between_signs() -> None:
    assert read_expression("instance\n( 'x' )\r\n/ root / item [ a\t=\n1 ] / child :: b")
    assert read_expression("if\n(\n a ,\n b ,\n c\n)").calls == (Call("", "if", 3),)


def test_calls_are_told_with_their_arguments() -> None:
    assert calls("if(selected(., 'a'), now(), jr:itext('x'))") == [
        ("selected", 2), ("now", 0), ("jr:itext", 1), ("if", 3),
    ]  # fmt: skip
    assert calls("concat((1), f(a[g(b, c)], d))") == [("g", 2), ("f", 2), ("concat", 2)]
    assert calls("text() | node() | or") == []


def test_operators_in_capitals_are_taken_and_told() -> None:
    assert read_expression("a AND b Or c").shouted == ("AND", "Or")
    assert read_expression("AND and OR").shouted == ()


def test_brackets_are_counted_and_never_followed_by_recursion() -> None:
    assert read_expression("(" * DEEPEST + "1" + ")" * DEEPEST) == Expression()
    for sign in ("(", "f(", "a[", "-(", "(a[f("):
        assert refused(sign * 100_000).sentence == xpath.TOO_DEEP
    assert read_expression("-" * 100_000 + "1") == Expression()
    assert read_expression("a/" * 100_000 + "b") == Expression()


def test_long_texts_are_read_in_a_moment() -> None:
    for text in (
        "a" * 200_000,
        "a" * 100_000 + " " * 100_000 + ")",
        "a:" * 100_000,
        "text(" + " " * 200_000,
        "." * 200_000,
    ):
        with pytest.raises(XPathError):
            read_expression(text + "\u00a0")


@given(st.text() | st.lists(_PIECES, max_size=30).map("".join))
def test_nothing_but_its_own_error_is_ever_raised(text: str) -> None:
    with suppress(XPathError):
        read_expression(text)


_leaves = st.sampled_from(
    [".", "..", "/data/x", "a", "or", "1", ".5", "'x'", '"y"', "@a", "*", "//x", "text()", "today()"]
)


@st.composite
def _grown(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    a, b, s = draw(inner), draw(inner), draw(_SPACE)
    operator = draw(
        st.sampled_from(["+", "*", " -", "=", "!=", "<", "<=", ">", ">=", " and ", " or ", " div ", " mod "])
    )
    return draw(
        st.sampled_from(
            [f"({s}{a}{s})", f"-{s}{a}", f"{a} {operator}{s} {b}", f"f({s}{a},{s}{b}{s})", f"x[{a}]{s}/{s}y[{b}]"]
        )
    )


@given(st.recursive(_leaves, _grown, max_leaves=30))
def test_whatever_the_grammar_makes_is_read(text: str) -> None:
    assert read_expression(text)
    for closing in (")", "]"):
        assert refused(text + closing).sentence == xpath.STRAY_BRACKET
    assert refused(f"({text}").sentence == xpath.OPEN_BRACKET


def fault(text: str) -> str | None:
    found = next(filter(None, map(fault_of, read_expression(text).calls)), None)
    return found[0].format_map(found[1]) if found else None


@pytest.mark.parametrize(
    "text",
    [
        "pulldata('f', 'a', 'b', ../c)", "indexed-repeat(/d/r/x, /d/r, 1)", "indexed-repeat(x, r, 1, s, 2)", "now()",
        "weighted-checklist(1, 2, a, 1, b, 2)", "round(1.5)", "round(1.5, 1)", "uuid()", "uuid(8)", "concat(/d/r/x)",
        "join(' ', /d/r/x)", "max(1, 2, 3)", "jr:choice-name(/d/x, '/d/x')", "enk:anything(1)", "ex:org.office.app(1)",
        "substring('abc', 2)", "string-length()", "position()", "position(..)", "digest('a', 'MD5')", "geofence(., ../a)",
    ],
)  # fmt: skip
def test_calls_that_a_client_knows_are_right(text: str) -> None:
    assert fault(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("foo(1)", "There is no function foo(). Check its spelling."),
        ("Concat(1)", "There is no function Concat(). Check its spelling."),
        ("jr:now()", "There is no function jr:now(). Check its spelling."),
        ("orx:x()", "There is no function orx:x(). Check its spelling."),
        ("choice-name(a, 'a')", "There is no function choice-name(). Check its spelling."),
        ("if(a, b)", "The number of values in the brackets of if() is 2; it must be 3."),
        ("today(1)", "The number of values in the brackets of today() is 1; it must be 0."),
        ("round(1, 2, 3)", "The number of values in the brackets of round() is 3; it must be 1–2."),
        ("join()", "The number of values in the brackets of join() is 0; it must be 1…."),
        (
            "weighted-checklist(1, 2, 3)",
            "The number of values in the brackets of weighted-checklist() is 3; it must be 2, 4….",
        ),
        (
            "indexed-repeat(1, 2)",
            "The number of values in the brackets of indexed-repeat() is 2; it must be 3, 5 … 11.",
        ),
    ],
)
def test_calls_that_nobody_can_follow_are_named(text: str, said: str) -> None:
    assert fault(text) == said


def test_what_only_odk_collect_knows_is_known() -> None:
    assert set(FUNCTIONS) >= IN_COLLECT_ONLY
