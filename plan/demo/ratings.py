"""Answers on the scale from 1 (very low) to 5 (very high)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

from plan.demo.chance import half_up
from plan.demo.submission_model import Answers, number_text


def mood(chance: random.Random, middle: float = 4.1) -> float:
    """How somebody feels about the whole matter."""
    return min(max(chance.gauss(middle, 0.6), 1.8), 4.9)


def rated(chance: random.Random, names: Iterable[str], feeling: float) -> Answers:
    """One answer for each of `names`, around the feeling."""
    return {name: str(min(max(round(chance.gauss(feeling, 0.6)), 1), 5)) for name in names}


def mean(answers: Answers) -> str:
    """The mean of ratings with four places, as the form works it out."""
    numbers = [int(answer) for answer in answers.values() if isinstance(answer, str)]
    return number_text(half_up(Decimal(sum(numbers)) / len(numbers), 4))
