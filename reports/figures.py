"""Exact numbers and how they are shown. Nothing is rounded before it is shown, and then half up.

Results are fractions, so a mean of 103 ÷ 24 stays what it is; Python's own `round` is half-even on binary floats and
would show 4.505 as 4.50.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

MEAN_PLACES = 2
PERCENT_PLACES = 2
MONEY_PLACES = 2
FULL = 100


def half_up(value: Fraction | None, places: int = MEAN_PLACES) -> Decimal | None:
    """Rounded to `places`, a half away from zero; None stays None."""
    if value is None:
        return None
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _decimal(-whole if value < 0 else whole, places)


def root_half_up(value: Fraction | None, places: int = MEAN_PLACES) -> Decimal | None:
    """The square root rounded half up, exactly: in whole numbers, so no approximation can tip it."""
    if value is None:
        return None
    twice = math.isqrt(4 * value.numerator * 10 ** (2 * places) // value.denominator)
    return _decimal((twice + 1) // 2, places)


def ratio(part: Fraction | Decimal | int, whole: Fraction | Decimal | int) -> Fraction | None:
    """`part` ÷ `whole`; None when there is nothing to divide by."""
    denominator = Fraction(whole)
    return Fraction(part) / denominator if denominator else None


def percent(part: Fraction | Decimal | int, whole: Fraction | Decimal | int) -> Fraction | None:
    """`part` of `whole` × 100; None when the whole is zero, which is neither 0 nor 100 percent."""
    found = ratio(part, whole)
    return None if found is None else found * FULL


def exact_text(value: Fraction | None) -> str | None:
    """The number without any rounding: ``4.505``, or ``103/24`` when its decimals never end."""
    if value is None:
        return None
    places, rest = 0, value.denominator
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        places = max(places, power)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return f"{_decimal(value.numerator * 10**places // value.denominator, places):f}"


def places_of(value: Fraction | None, most: int = 2) -> int:
    """Decimal places worth showing: none for whole numbers, else `most`."""
    return 0 if value is None or value.denominator == 1 else most


def _decimal(whole: int, places: int) -> Decimal:
    """`whole` with its point moved; made from text, since arithmetic would round to the context's precision."""
    return Decimal(f"{whole}E-{places}")
