"""What can be asked of a sample."""

from __future__ import annotations

from csc_returns.specification import local_authorities, specification

#: More children than this are no likely return: England has some twelve million children, an authority a part of them.
MOST_CHILDREN = 1_000_000

DEFAULT_YEAR = "2025-26"
DEFAULT_LOCAL_AUTHORITY = "301"


def check_wishes(
    *, collection: str, year: str, children: int, seed: int, mistakes: float, local_authority: str
) -> None:
    """See whether a sample can be made like this.

    Raises:
        ValueError: it cannot; the message says why.
    """
    specification(collection, year)
    if not 1 <= children <= MOST_CHILDREN:
        raise ValueError(f"The number of children must be from 1 to {MOST_CHILDREN}, not {children}.")
    if seed < 0:
        raise ValueError(f"The seed must be 0 or more, not {seed}.")
    if not 0 <= mistakes <= 1:
        raise ValueError(f"The share of children with mistakes must be from 0 to 1, not {mistakes}.")
    if local_authority not in local_authorities():
        raise ValueError(f"There is no local authority {local_authority!r}: give a three-digit DfE code, such as 301.")
