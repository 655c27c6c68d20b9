"""Writes an invented return of children looked after, with the year before and reference data that fit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from csc_returns.sample.dice import Dice
from csc_returns.sample.ssda903.child import career
from csc_returns.sample.ssda903.mistakes import Case, Deck, Memory
from csc_returns.sample.ssda903.project import Rows, rows_of
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.sample.ssda903.write import open_return, write_reference
from csc_returns.sample.wishes import DEFAULT_LOCAL_AUTHORITY, check_wishes

#: After so many children of this year's return comes one who stands in last year's only.
_GONE = 8

#: Children that are kept together before they are written.
_BATCH = 500


def sample_rows(
    setting: Setting, *, children: int, seed: int, mistakes: float = 0.0, previous: bool = False
) -> Iterator[tuple[Rows | None, Rows | None]]:
    """The rows of each child in this year's return and, with ``previous``, in last year's; None where it has none."""
    before = setting.before if previous else None
    deck = Deck(Dice(f"ssda903/{setting.year}/{seed}/deck")) if mistakes else None
    memory = Memory()
    for number in range(1, children + 1):
        key = f"ssda903/{setting.year}/{seed}/{number}"
        dice = Dice(key)
        made = career(setting, dice, number)
        rows = rows_of(made, setting, dice, setting.sexes)
        last = rows_of(made, before, Dice(f"{key}/last year"), setting.sexes) if before else None
        if deck is not None and rows is not None:
            chance = Dice(f"{key}/mistakes")
            if chance.chance(mistakes):
                deck.make(Case(rows, last, setting, chance, memory), chance.number(1, 2))
            else:
                memory.upn = rows["Header"][0].get("UPN") or memory.upn
        yield rows, last
        if before and number % _GONE == 0:
            gone = career(setting, Dice(f"{key}/gone"), number, only_before=True)
            yield None, rows_of(gone, before, Dice(f"{key}/gone/last year"), setting.sexes)


def write_ssda903(
    path: Path | TextIO,
    *,
    year: str,
    children: int,
    seed: int,
    mistakes: float,
    local_authority: str = DEFAULT_LOCAL_AUTHORITY,
    form: str = "csv",
    previous: Path | None = None,
    reference: Path | None = None,
) -> None:
    """Write an invented return of children looked after. The same arguments give the same bytes.

    Args:
        path: a folder, or a file that ends with .zip, for CSV tables; a file, or one open for text, for XML.
        year: collection year such as "2025-26".
        children: how many children to invent, from 1.
        seed: another whole number from 0 gives other children.
        mistakes: about which share of the children (0 to 1) carries one or two mistakes. With 0 no rule finds anything.
        local_authority: three-digit DfE code of the sender.
        form: csv or xml, for both returns. XML has no place for social workers and deprivation of liberty.
        previous: where to write the return of the year before that fits.
        reference: folder for postcodes.csv and providers.csv, which fit.

    Raises:
        ValueError: such a sample cannot be made; nothing was written.
        OSError: a file cannot be written.
    """
    check_wishes(
        collection="ssda903",
        year=year,
        children=children,
        seed=seed,
        mistakes=mistakes,
        local_authority=local_authority,
    )
    setting = Setting(year, local_authority)
    before = setting.before
    if previous is not None and before is None:
        raise ValueError(f"{year} is the first year held: there is no return of the year before.")
    with ExitStack() as stack:
        now = stack.enter_context(open_return(path, setting.specification, form))
        then = None
        if previous is not None and before is not None:
            then = stack.enter_context(open_return(previous, before.specification, form))
        both = sample_rows(setting, children=children, seed=seed, mistakes=mistakes, previous=then is not None)
        while batch := list(itertools.islice(both, _BATCH)):
            now.write([one for one, _ in batch if one])
            if then is not None:
                then.write([last for _, last in batch if last])
    if reference is not None:
        write_reference(reference, "postcodes", setting.places.postcode_rows())
        write_reference(reference, "providers", setting.places.provider_rows())
