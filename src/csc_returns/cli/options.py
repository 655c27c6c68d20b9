"""What texts on the command line (or in a file of options) mean, where they are more than a path, a number or a choice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csc_returns.validation.check import Period

_UK_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def codes_of(options: Sequence[str] | None) -> list[str] | None:
    """Codes that were given one by one, or several in one text with commas; None where there was no such option.

    Raises:
        ValueError: the option was given and holds no code.
    """
    codes = [code.strip() for option in options or [] for code in option.split(",") if code.strip()]
    if options and not codes:
        raise ValueError("--select and --ignore need at least one code, or the beginning of one.")
    return codes or None


def period_of_text(text: str) -> Period:
    """The days of ``START..END``, either of which may be left out: None there.

    Raises:
        ValueError: it is not of that form, or ends before it starts.
    """
    start, dots, end = (part.strip() for part in text.partition(".."))
    if not dots or not (start or end):
        raise ValueError(f"--period {text!r}: write two days with two dots between, such as 2025-04-01..2026-03-31.")
    first, last = (day_of_text(day, "--period") if day else None for day in (start, end))
    if first and last and first > last:
        raise ValueError(f"--period {text!r} ends before it starts.")
    return first, last


def day_of_text(text: str, option: str = "--as-at") -> dt.date:
    """The day that a text names: 2025-04-01 or 01/04/2025.

    Raises:
        ValueError: it names none; the message names the option.
    """
    try:
        if uk := _UK_DATE.fullmatch(text.strip()):
            day, month, year = (int(part) for part in uk.groups())
            return dt.date(year, month, day)
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{option}: {text!r} is no day; write 2025-04-01 or 01/04/2025.") from None


def authority_of_text(text: str) -> str:
    """The three-digit DfE number of a local authority, given by that number, its ONS code or its name.

    Raises:
        ValueError: no authority with children's services has it; the message suggests one.
    """
    from csc_returns.specification import authority_number, authority_numbers, local_authorities
    from csc_returns.validation.check import suggestion

    names = local_authorities()
    by_name = {name.upper(): number for number, name in names.items()}
    found = authority_number(text) or by_name.get(text.strip().upper())
    if found is None:
        raise ValueError(
            f"There is no local authority {text!r} with children's services: give its three-digit DfE number, such as 301, or "
            f"its ONS code, such as E09000002.{suggestion(text.strip(), [*authority_numbers(), *names.values()])}"
        )
    return found
