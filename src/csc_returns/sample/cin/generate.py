"""Writes an invented return of the children in need census, child by child."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from csc_returns.sample.cin.child import child
from csc_returns.sample.cin.mistakes import MISTAKES, Case, Memory, make_mistakes
from csc_returns.sample.cin.setting import Setting
from csc_returns.sample.cin.whole_return import chosen
from csc_returns.sample.dice import Dice
from csc_returns.sample.wishes import DEFAULT_LOCAL_AUTHORITY, check_wishes
from csc_returns.sample.write import Record, write_xml


def header(setting: Setting) -> Record:
    """The header of a sample; its moment of making is fixed, so that a sample is the same on every day."""
    return {
        "CollectionDetails": {
            "Collection": "CIN",
            "Year": str(setting.end.year),
            "ReferenceDate": setting.end.isoformat(),
        },
        "Source": {
            "SourceLevel": "L",
            "LEA": setting.local_authority,
            "SoftwareCode": "csc-returns sample",
            "Release": "1",
            "SerialNo": "001",
            "DateTime": f"{setting.end.year}-06-01T09:00:00",
        },
    }


def sample_records(
    setting: Setting, *, children: int, seed: int, mistakes: float = 0.0
) -> tuple[Record, Iterator[Record]]:
    """The header and, one after the other as they are asked for, the children of a sample."""
    dice = Dice(f"{setting.year}/{seed}")
    head = header(setting)
    for whole in (of_return := chosen(dice, mistakes)):
        whole(head, None)
    deck = dice.shuffled(MISTAKES)
    memory = Memory()

    def rows() -> Iterator[Record]:
        for number in range(1, children + 1):
            record = child(setting, Dice(f"{setting.year}/{seed}/{number}"), number)
            if mistakes:
                case = Case(record, Dice(f"{setting.year}/{seed}/{number}/mistakes"), setting, memory)
                identifiers = {name: record["ChildIdentifiers"].get(name) for name in ("LAchildID", "UPN")}
                for whole in of_return:
                    whole(head, case)
                if case.dice.chance(mistakes):
                    make_mistakes(case, deck, case.dice.number(1, 2))
                else:
                    memory.identifiers.update({name: value for name, value in identifiers.items() if value})
            yield record

    return head, rows()


def write_sample(
    file: BinaryIO,
    *,
    collection: str,
    year: str,
    children: int,
    seed: int,
    mistakes: float,
    local_authority: str = DEFAULT_LOCAL_AUTHORITY,
) -> None:
    """Write an invented return as XML. The same arguments give the same bytes.

    Args:
        file: open for writing bytes; it is left open.
        collection: "cin".
        year: collection year such as "2025-26".
        children: how many children to invent, from 1.
        seed: another whole number from 0 gives other children.
        mistakes: about which share of the children (0 to 1) carries one or two mistakes. With 0 no rule finds anything,
            given 10 children or more. Each mistake of a whole return has the same chance to come to it.
        local_authority: three-digit DfE code of the sender.

    Raises:
        ValueError: such a sample cannot be made; nothing was written.
    """
    check_wishes(
        collection=collection,
        year=year,
        children=children,
        seed=seed,
        mistakes=mistakes,
        local_authority=local_authority,
    )
    setting = Setting(year, local_authority)
    head, rows = sample_records(setting, children=children, seed=seed, mistakes=mistakes)
    write_xml(file, setting.specification, head, rows)
