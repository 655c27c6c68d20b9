"""Chance that comes out the same everywhere: all of it is made from ``Random.random``, which Python keeps as it is."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Shares:
    """Values with the share in which each turns up; the shares need not add up to anything."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self.values = list(shares)
        self._limits = list(itertools.accumulate(shares.values()))

    def at(self, point: float) -> str:
        """The value at a point between 0 and 1 when the shares are laid end to end."""
        return self.values[min(bisect.bisect_right(self._limits, point * self._limits[-1]), len(self.values) - 1)]


class Dice:
    """A source of chance; equal seeds give equal throws."""

    def __init__(self, seed: str) -> None:
        # A text seed is hashed by SHA-512, so it does not depend on the machine.
        self._random = random.Random(seed)

    def chance(self, share: float) -> bool:
        """True in this share of all cases."""
        return self._random.random() < share

    def number(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included; the lowest if there is nothing between them."""
        return lowest + int(self._random.random() * max(highest - lowest + 1, 1))

    def small(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included, more often a low one."""
        return lowest + int(self._random.random() ** 2 * max(highest - lowest + 1, 1))

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """A day, both ends included."""
        return first + dt.timedelta(days=self.number(0, (last - first).days))

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of several things, all as likely."""
        return things[self.number(0, len(things) - 1)]

    def share(self, shares: Shares) -> str:
        """One of several values, each with its own share."""
        return shares.at(self._random.random())

    def several(self, shares: Shares, count: int) -> list[str]:
        """Up to ``count`` different values, in the order in which the shares name them."""
        picked = {self.share(shares) for _ in range(count)}
        return [value for value in shares.values if value in picked]

    def shuffled(self, things: Iterable[Thing]) -> list[Thing]:
        """The things in another order."""
        rest = list(things)
        return [rest.pop(self.number(0, len(rest) - 1)) for _ in range(len(rest))]
