"""The noise in the counts: the two-sided geometric (discrete Laplace) distribution, drawn exactly.

After Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 and 2: whole
numbers only. A sampler that computes with floats gives numbers away by their last bits (Mironov, "On significance of
the least significant bits for differential privacy", 2012).

OpenDP has the same sampler, well kept, in 265 MB on disk: docs/counts.md says why that is too much here.
"""

import secrets
from collections.abc import Callable
from fractions import Fraction

Below = Callable[[int], int]  # a whole number from 0 to below the one given, each as likely


def discrete_laplace(scale: Fraction, below: Below = secrets.randbelow) -> int:
    """A whole number k with a probability in proportion to exp(-|k| / scale). `scale` is above 0."""
    t, s = scale.numerator, scale.denominator
    while True:
        magnitude = _geometric(t, below) // s
        negative = below(2) == 1
        if magnitude or not negative:  # else zero would be drawn twice as often
            return -magnitude if negative else magnitude


def _geometric(t: int, below: Below) -> int:
    """x >= 0 with a probability in proportion to exp(-x / t)."""
    while True:
        rest = below(t)
        if _happens(rest, t, below):
            break
    whole = 0
    while _happens(1, 1, below):
        whole += 1
    return rest + t * whole


def _happens(numerator: int, denominator: int, below: Below) -> bool:
    """True with probability exp(-numerator / denominator), for a fraction from 0 to 1."""
    k = 1
    while below(denominator * k) < numerator:
        k += 1
    return k % 2 == 1
