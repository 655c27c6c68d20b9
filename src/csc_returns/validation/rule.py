"""What a rule is, and how a function becomes one.

A rule is a small function below ``validation/rules/<collection>/``. It takes the tables of a return (``ReturnData``) and says
which rows are wrong:

- a **row rule** (``@row_rule``) gives a boolean polars expression on one table;
- a **frame rule** (``@frame_rule``) gives a lazy frame of what it flags. Each table carries its row numbers in a column named
  like the table, so a join of two tables keeps both; ``locates`` names those columns and the fields to point at.

The docstring is the documentation: title, why, ``Fix:``, examples (see ``docstring.py``). A rule of our own (``CSC4nn``) has its
words and its severity in ``remarks.py``, and only the examples in the docstring.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from csc_returns.remarks import OWN
from csc_returns.specification import FIRST_RULE_YEAR, Years, specification, whole_specification, year_before

if TYPE_CHECKING:
    from csc_returns.validation.data import ReturnData

#: Suffix of the row-number column of the second table when a table is joined to itself.
OTHER = "_other"

#: Suffix of the tables of last year's return.
LAST = "_last"

#: What a rule may need besides tables, and what to say where it is not at hand.
NEEDS = {
    "providers": "no register of providers was given (--providers)",
    "postcodes": "no postcode directory was given (--postcodes)",
    "local_authority": "the local authority that sends the return is not known (--local-authority)",
}

Severity = Literal["error", "query", "note"]

AnyFunction = TypeVar("AnyFunction", bound=Callable[["ReturnData"], object])


def severity_of(code: str) -> Severity:
    """That of one of our own codes; else the DfE marks a query with a Q behind its number."""
    if code in OWN:
        return OWN[code].severity
    return "query" if code.endswith("Q") else "error"


@dataclass(frozen=True)
class Rule:
    """One version of one rule: the same code has another version where the DfE changed it.

    ``kind`` is row (expression on ``table``), frame (lazy frame), or item (written in ``schemas/``, run by pandera).
    ``locates`` maps a row-number column (a table name, with ``_other`` behind it for the second of a pair) to the fields
    pointed at; ``reads`` maps tables that are read besides to their fields. All these tables must be there for it to run, but
    for those that ``optional`` names. ``needs`` holds keys of ``NEEDS``. ``stated`` is the severity where the code
    does not show it.
    """

    code: str
    collection: str
    years: Years
    kind: Literal["row", "frame", "item"]
    locates: Mapping[str, Sequence[str]]
    reads: Mapping[str, Sequence[str]]
    title: str
    docstring: str
    theme: str
    function: Callable[[ReturnData], object] | None = None
    optional: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stated: Severity | None = None

    @property
    def severity(self) -> Severity:
        """Error or query, or a note of our own."""
        return self.stated or severity_of(self.code)

    @property
    def table(self) -> str:
        """The table of a row rule."""
        return next(iter(self.locates))

    @property
    def tables(self) -> list[str]:
        """Every table the rule reads, those it points at first."""
        return list(dict.fromkeys([*(role.removesuffix(OTHER) for role in self.locates), *self.reads]))

    @property
    def columns(self) -> list[tuple[str, str]]:
        """(table, field) of every field the rule reads or points at."""
        roles = [*self.locates.items(), *self.reads.items()]
        return list(dict.fromkeys((role.removesuffix(OTHER), field) for role, fields in roles for field in fields))

    @property
    def fields(self) -> list[str]:
        """Every field the rule reads or points at."""
        return list(
            dict.fromkeys(field for part in (self.locates, self.reads) for fields in part.values() for field in fields)
        )


_registry: list[Rule] = []


def _register(
    function: Callable[[ReturnData], object],
    kind: Literal["row", "frame"],
    code: str,
    years: Years,
    locates: Mapping[str, Sequence[str]],
    reads: Mapping[str, Sequence[str]] | None,
    optional: Sequence[str],
    needs: Sequence[str],
    severity: Severity | None,
) -> None:
    *_, collection, theme = function.__module__.split(".")
    docstring = function.__doc__ or ""
    if own := OWN.get(code):
        examples = inspect.cleandoc(docstring).partition("\n\n")[2]
        docstring = f"{own.title}\n\n{own.detail}\n\nFix: {own.fix}\n\n{examples}"
    _registry.append(
        Rule(
            code=code,
            collection=collection,
            years=years,
            kind=kind,
            locates=locates,
            reads=reads or {},
            title=docstring.strip().partition("\n")[0],
            docstring=docstring,
            theme=theme,
            function=function,
            optional=tuple(optional),
            needs=tuple(needs),
            stated=severity,
        )
    )


def row_rule(
    code: str,
    table: str,
    fields: Sequence[str],
    *,
    since: str = FIRST_RULE_YEAR,
    until: str | None = None,
    reads: Mapping[str, Sequence[str]] | None = None,
    needs: Sequence[str] = (),
    severity: Severity | None = None,
) -> Callable[[AnyFunction], AnyFunction]:
    """Make a function a row rule: its expression is true for the rows of ``table`` that it flags, at ``fields``.

    A version in force from a later year stands above the older one, which it ends. ``until`` is the last year of a rule that
    ended. ``reads`` names fields that it reads and does not point at, ``needs`` keys of ``NEEDS``. ``severity`` is
    given for a query whose code has no Q.
    """

    def mark(function: AnyFunction) -> AnyFunction:
        _register(function, "row", code, Years(since, until), {table: tuple(fields)}, reads, (), needs, severity)
        return function

    return mark


def frame_rule(
    code: str,
    locates: Mapping[str, Sequence[str]],
    *,
    since: str = FIRST_RULE_YEAR,
    until: str | None = None,
    reads: Mapping[str, Sequence[str]] | None = None,
    optional: Sequence[str] = (),
    needs: Sequence[str] = (),
    severity: Severity | None = None,
) -> Callable[[AnyFunction], AnyFunction]:
    """Make a function a frame rule: each row of its lazy frame is one finding, at the rows its row-number columns name.

    Rows that share a value in a column ``finding`` are one finding. A null row number points at nothing. With ``locates``
    empty the rule speaks of the whole return: it fires once when its frame has a row. A row number of a table of last year
    (``Episodes_last``) that the frame keeps names that row beside the finding. ``optional`` names tables that may be missing.
    ``since``, ``until``, ``reads``, ``needs`` and ``severity`` are those of ``row_rule``. A rule of our own is in force in every
    year.
    """

    def mark(function: AnyFunction) -> AnyFunction:
        years = Years() if code in OWN else Years(since, until)
        _register(function, "frame", code, years, locates, reads, optional, needs, severity)
        return function

    return mark


def _item_rules(collection: str) -> list[Rule]:
    return [
        Rule(
            code=rule.code,
            collection=collection,
            years=rule.years,
            kind="item",
            locates={table.name: (item.name,)},
            reads={},
            title=rule.title,
            docstring="",
            theme="items",
        )
        for table, item in whole_specification(collection).items()
        for rule in item.rules
    ]


def _written(collection: str) -> list[Rule]:
    """The rules of a collection in Python, those of our own included."""
    package = importlib.import_module(f"csc_returns.validation.rules.{collection}")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return [rule for rule in _registry if rule.collection == collection]


@functools.cache
def own_rules(collection: str) -> tuple[Rule, ...]:
    """The rules of our own (``CSC4nn``) of a collection, sorted by code."""
    return tuple(sorted((rule for rule in _written(collection) if rule.code in OWN), key=lambda rule: rule.code))


@functools.cache
def all_rules(collection: str) -> tuple[Rule, ...]:
    """Every version of every DfE rule of a collection, sorted by code, newest version first."""
    versions: dict[str, list[Rule]] = {}
    for rule in [*(rule for rule in _written(collection) if rule.code not in OWN), *_item_rules(collection)]:
        versions.setdefault(rule.code, []).append(rule)
    rules: list[Rule] = []
    for code in sorted(versions, key=lambda code: (len(code.rstrip("Q")), code)):
        newer: Rule | None = None
        for version in sorted(versions[code], key=lambda rule: rule.years.since or "", reverse=True):
            ended = version
            if newer is not None and version.years.until is None:
                ended = replace(version, years=Years(version.years.since, year_before(newer.years.since or "")))
            rules.append(ended)
            newer = version
    return tuple(rules)


def rules_in_force(collection: str, year: str) -> list[Rule]:
    """The DfE rules of a collection in force in a year, each in that year's version.

    Raises:
        ValueError: the year is not one we hold.
    """
    specification(collection, year)
    return [rule for rule in all_rules(collection) if year in rule.years]
