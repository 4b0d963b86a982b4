"""The noise has exactly the distribution that the argument in docs/counts.md needs."""

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest
from bot.model.counts import chance_of_at_least
from bot.storage.noise import _happens, discrete_laplace
from hypothesis import given
from hypothesis import strategies as st

Way = tuple[int, ...]  # what each random choice came to, in order


class Undecided(Exception):
    """The sampler wants one more choice than it was given, with these chances."""

    def __init__(self, chances: list[float]) -> None:
        self.chances = chances


class Choices:
    """Random choices that are told beforehand."""

    def __init__(self, way: Way) -> None:
        self._waiting = iter(way)

    def below(self, n: int) -> int:
        return self._next([1 / n] * n)

    def happens(self, numerator: int, denominator: int, _: object) -> bool:
        chance = math.exp(-numerator / denominator)
        return self._next([1 - chance, chance]) == 1

    def _next(self, chances: list[float]) -> int:
        for choice in self._waiting:
            return choice
        raise Undecided(chances)


def every_way(sample: Callable[[Choices], int], left: float) -> dict[int, float]:
    """The chance of each result, by walking every way through the sampler until all but `left` has been walked."""
    found: dict[int, float] = {}
    ways: list[tuple[float, Way]] = [(-1.0, ())]
    walked = 0.0
    while walked < 1 - left:
        weight, way = heapq.heappop(ways)  # the likeliest that is left
        try:
            result = sample(Choices(way))
        except Undecided as more:
            for choice, chance in enumerate(more.chances):
                if chance:
                    heapq.heappush(ways, (weight * chance, (*way, choice)))
        else:
            found[result] = found.get(result, 0.0) - weight
            walked -= weight
    return found


def exact(number: int, scale: Fraction) -> float:
    q = math.exp(-1 / scale)
    return (1 - q) / (1 + q) * q ** abs(number)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 1), (0, 4), (1, 4), (1, 2), (2, 3), (1, 1)])
def test_a_coin_falls_with_exactly_its_chance(numerator: int, denominator: int) -> None:
    """No sample: all ways through it are walked but a ten-thousandth."""
    left = 1e-4
    found = every_way(lambda choices: _happens(numerator, denominator, choices.below), left)
    assert abs(found.get(True, 0.0) - math.exp(-numerator / denominator)) <= left


@pytest.mark.parametrize(
    "scale", [Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3, 2), Fraction(4)], ids=str
)
def test_with_such_coins_every_number_has_exactly_its_chance(
    scale: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sample: all ways but a hundredth, so the chance of each number is known within that."""
    left = 0.01

    def sample(choices: Choices) -> int:
        monkeypatch.setattr("bot.storage.noise._happens", choices.happens)
        return discrete_laplace(scale, choices.below)

    found = every_way(sample, left)
    assert len(found) > 4
    for number, walked in found.items():
        assert -1e-9 <= exact(number, scale) - walked <= left


@pytest.mark.parametrize("scale", [Fraction(2), Fraction(4), Fraction(7, 3)], ids=str)
def test_many_draws_look_like_the_distribution(scale: Fraction) -> None:
    """Chi-square, a class for each number expected fifty times. A right sampler stays below the bound for all but one
    seed in ten thousand (Laurent and Massart 2000, lemma 1)."""
    draws = 20_000
    below = random.Random(11).randrange
    seen = Counter(discrete_laplace(scale, below) for _ in range(draws))
    classes = [k for k in range(-60, 61) if draws * exact(k, scale) >= 50]
    assert len(classes) > 10
    chi = sum((seen[k] - draws * exact(k, scale)) ** 2 / (draws * exact(k, scale)) for k in classes)
    rare, freedom = math.log(10_000), len(classes)
    assert chi < freedom + 2 * math.sqrt(freedom * rare) + 2 * rare


@given(st.integers(1, 40), st.integers(1, 40), st.integers())
def test_any_scale_ends_in_a_whole_number(numerator: int, denominator: int, seed: int) -> None:
    number = discrete_laplace(Fraction(numerator, denominator), random.Random(seed).randrange)
    assert isinstance(number, int)


def test_the_machine_s_own_chance_is_used_unless_a_test_brings_its_own() -> None:
    drawn = {discrete_laplace(Fraction(1000)) for _ in range(20)}
    assert len(drawn) > 10


@given(st.integers(1, 60), st.sampled_from([Fraction(2), Fraction(4), Fraction(1, 3)]))
def test_the_chance_of_a_large_draw_is_the_sum_of_its_parts(number: int, scale: Fraction) -> None:
    parts = sum(exact(k, scale) for k in range(number, number + 400))
    assert chance_of_at_least(number, scale) == pytest.approx(parts)
