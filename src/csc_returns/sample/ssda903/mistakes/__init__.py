"""Mistakes as people and systems make them: each changes the rows of one child that were without fault.

A mistake is a line or a small function in one of these modules, with the rule that is meant to find it and a sentence that
says what went wrong. It returns False when the child has nothing to make this mistake with.
"""

from __future__ import annotations

from csc_returns.sample.dice import Dice
from csc_returns.sample.ssda903.mistakes import (  # noqa: F401 - importing a module puts its mistakes into the catalogue
    adoption,
    episodes,
    health,
    last_year,
    leavers,
    orders,
    own_columns,
    people,
    placements,
    tables,
    workers,
)
from csc_returns.sample.ssda903.mistakes.case import MISTAKES, Case, Memory, Mistake

__all__ = ["MISTAKES", "Case", "Deck", "Memory", "Mistake"]


class Deck:
    """All mistakes in some order: each is made about as often, and one that few children fit waits for such a child."""

    def __init__(self, dice: Dice) -> None:
        self._names = dice.shuffled(MISTAKES)

    def make(self, case: Case, count: int) -> list[str]:
        """Make so many mistakes: the first ones that can be made, which then go to the end; their names."""
        made: list[str] = []
        for name in list(self._names):
            if len(made) == count:
                break
            if MISTAKES[name].make(case):
                made.append(name)
                self._names.remove(name)
                self._names.append(name)
        return made
