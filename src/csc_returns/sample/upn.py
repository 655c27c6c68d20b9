"""Unique pupil numbers."""

from __future__ import annotations

from csc_returns.specification.upn import CHECK_LETTERS


def with_check_letter(digits: str) -> str:
    """The pupil number whose characters 2 to 13 are these twelve digits."""
    total = sum(place * int(digit) for place, digit in enumerate(digits, start=2))
    return CHECK_LETTERS[total % 23] + digits


def pupil_number(local_authority: str, number: int) -> str:
    """A pupil number that no other child number below 10⁹ has, whatever the authority."""
    # 3**18 has no factor in common with 10**9, so no two numbers meet.
    return with_check_letter(f"{local_authority}{(number * 3**18 + 271_828_182) % 10**9:09d}")
