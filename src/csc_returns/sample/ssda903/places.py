"""An invented map: postcodes that do not exist, and the providers that stand there."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from csc_returns.sample.dice import Dice
from csc_returns.specification import local_authorities, ons_code

#: Metres east and north of the middle of every invented authority; the sender is the first one.
_MIDDLES = ((540_000, 185_000), (521_000, 171_000), (563_000, 212_000), (480_000, 240_000), (455_000, 300_000))

#: A district of Wales, where no Ofsted number is needed.
_WALES = ("W06000015", (318_000, 176_000))

FOSTER_PLACES = ("U1", "U2", "U3", "U4", "U5", "U6", "A3", "A4", "A5", "A6")

#: Letters of the second half of a postcode: those that postcodes use.
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"

#: Kinds of provider: name, placements, provider code, how many in the sender's area, how many outside.
_KINDS = (
    ("fostering", FOSTER_PLACES, "PR1", 1, 0),
    ("fostering", FOSTER_PLACES, "PR2", 0, 2),
    ("fostering", FOSTER_PLACES, "PR4", 3, 5),
    ("fostering", FOSTER_PLACES, "PR5", 1, 2),
    ("home", ("K2",), "PR1", 4, 0),
    ("home", ("K2",), "PR4", 6, 12),
    ("home", ("K2",), "PR5", 1, 2),
    ("secure", ("K1",), "PR2", 0, 2),
    ("supported", ("K3",), "PR4", 6, 8),
    ("supported", ("K3",), "PR5", 2, 2),
    ("family centre", ("R3",), "PR4", 2, 2),
    ("school", ("S1",), "PR4", 1, 4),
)


@dataclass(frozen=True)
class Postcode:
    """One line of the postcode directory."""

    code: str
    district: str
    east: int
    north: int


@dataclass(frozen=True)
class Provider:
    """One line of the provider register."""

    urn: str
    postcode: str
    places: tuple[str, ...]
    provider: str
    closed: dt.date | None = None


@dataclass(frozen=True)
class Places:
    """Where children of a sample live: ``homes`` and ``households`` have no postcode in common; nobody lives at ``far``."""

    homes: list[str]
    households: list[str]
    welsh: list[str]
    settings: list[str]
    postcodes: list[Postcode]
    providers: list[Provider]
    of_place: dict[str, list[Provider]]
    closed: Provider
    far: str

    def postcode_rows(self) -> Iterator[tuple[str, ...]]:
        """The postcode directory, with its column names first."""
        yield ("pcd", "laua", "oseast1m", "osnrth1m")
        for one in self.postcodes:
            yield (one.code, one.district, str(one.east), str(one.north))

    def provider_rows(self) -> Iterator[tuple[str, ...]]:
        """The provider register, with its column names first."""
        yield ("URN", "POSTCODE", "PLACE_CODES", "PROVIDER_CODES", "REG_END")
        for one in self.providers:
            closed = one.closed.isoformat() if one.closed else ""
            yield (one.urn, one.postcode, ",".join(one.places), one.provider, closed)


@functools.cache
def places(local_authority: str, year: str) -> Places:
    """The map of a sender: the same for every seed, so that returns of one authority share their reference data."""
    dice = Dice(f"places of {local_authority}")
    others = [code for code in sorted(local_authorities()) if code != local_authority and ons_code(code, year)]
    districts = [
        ons_code(local_authority, year) or "",
        *(ons_code(dice.pick(others), year) or "" for _ in _MIDDLES[1:]),
    ]
    made: list[Postcode] = []

    def postcode(area: int, welsh: bool = False) -> str:
        number = len(made)
        letters = _LETTERS[number % 20] + _LETTERS[number // 20 % 20]
        district, middle = _WALES if welsh else (districts[area], _MIDDLES[area])
        code = f"ZZ{area + 1 if not welsh else 9} {number // 400 + 1}{letters}"
        made.append(
            Postcode(code, district, middle[0] + dice.number(-6000, 6000), middle[1] + dice.number(-6000, 6000))
        )
        return code

    homes = [postcode(0) for _ in range(150)]
    households = [postcode(0) for _ in range(90)] + [postcode(area) for area in (1, 2, 3, 4) for _ in range(20)]
    welsh = [postcode(0, welsh=True) for _ in range(4)]
    settings = [postcode(area) for area in (0, 0, 0, 1, 2, 3, 4) for _ in range(2)]
    providers: list[Provider] = []
    for kind, codes, provider, inside, outside in _KINDS:
        for number in range(inside + outside):
            area = 0 if number < inside else dice.number(1, 4)
            running = len(providers) + 1
            urn = f"SC{450_000 + running}" if kind in {"fostering", "home"} else f"{2_690_000 + running}"
            providers.append(Provider(urn, postcode(area), codes, provider))
    closed = Provider("SC449999", postcode(1), ("K2",), "PR4", dt.date(int(year[:4]), 9, 30))
    # No child lives there: a place of which the map has a wrong grid reference, further away than any other.
    made.append(Postcode(far := "ZZ99 9ZZ", districts[0], _MIDDLES[0][0], 2_200_000))
    of_place: dict[str, list[Provider]] = {}
    for one in providers:
        for code in one.places:
            of_place.setdefault(code, []).append(one)
    return Places(homes, households, welsh, settings, made, [*providers, closed], of_place, closed, far)
