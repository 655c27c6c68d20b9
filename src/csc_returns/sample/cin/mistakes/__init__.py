"""Mistakes as people and systems make them: each changes the record of one child that was without fault.

A mistake is a small function in one of these modules. It gets a ``Case``, changes its record and returns True, or returns
False when the child has nothing to make this mistake with. Its docstring says what went wrong.
"""

from __future__ import annotations

from csc_returns.sample.cin.mistakes import (  # noqa: F401 - importing a module puts its mistakes into the catalogue
    assessments,
    characteristics,
    enquiries,
    episodes,
    identifiers,
    plans,
    protection,
    writing,
)
from csc_returns.sample.cin.mistakes.case import MISTAKES, Case, Memory

__all__ = ["MISTAKES", "Case", "Memory", "make_mistakes"]


def make_mistakes(case: Case, deck: list[str], count: int) -> list[str]:
    """Make mistakes in a record: those first in the deck that can be made, which then go to the end of the deck.

    So each is made about as often as any other, and one that few children lend themselves to waits for such a child.
    """
    made: list[str] = []
    for name in list(deck):
        if len(made) == count:
            break
        if MISTAKES[name](case):
            made.append(name)
            deck.remove(name)
            deck.append(name)
    return made
