"""The page of a rule: what it finds, why, how to put it right, since when, with examples.

For a DfE rule it comes from where the rule is written (its docstring, or ``schemas/`` for a rule on one item), for our
own codes from ``remarks.py``; nothing is written twice.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csc_returns.remarks import OWN, OwnCode
from csc_returns.specification import COLLECTIONS, ItemRule, whole_specification
from csc_returns.validation.check import suggestion
from csc_returns.validation.docstring import Example, ExampleTable, parse
from csc_returns.validation.findings import Severity
from csc_returns.validation.rule import LAST, NEEDS, OTHER, Rule, all_rules

#: What a rule may need besides this year's tables → words for people, with the option that gives it.
NEEDED = {
    "previous": "last year's return (--previous)",
    "providers": "the register of providers (--providers)",
    "postcodes": "the postcode directory (--postcodes)",
    "local_authority": "the local authority that sends the return (--local-authority)",
}


class UnknownCode(LookupError, ValueError):  # noqa: N818 - named for what is wrong, as people read it
    """There is no rule with this code; the message suggests one."""


@dataclass(frozen=True)
class RuleVersion:
    """A rule as it stands in the years ``since`` to ``until`` (None: no end, or for our own codes no beginning).

    ``fields`` are those it points at and ``reads`` those it reads besides, as "Table.Field"; ``needs`` holds keys of ``NEEDED``.
    """

    since: str | None
    until: str | None
    title: str
    detail: str
    fix: str
    fields: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    needs: tuple[str, ...] = ()

    def __contains__(self, year: str) -> bool:
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)

    @property
    def tables(self) -> list[str]:
        """Every table named in the fields, those pointed at first."""
        return list(dict.fromkeys(field.partition(".")[0] for field in (*self.fields, *self.reads)))

    @property
    def years(self) -> str:
        """When it is in force, in words such as "2022-23 to 2023-24"."""
        if self.since is None:
            return "every year"
        if self.until is None:
            return f"{self.since} onwards"
        if self.until < self.since:
            return "never in force"
        return self.since if self.since == self.until else f"{self.since} to {self.until}"


@dataclass(frozen=True)
class RulePage:
    """Documentation of one code. ``collection`` is None for our own codes; ``versions`` stand newest first.

    ``title``, ``detail`` and ``fix`` are those of the newest version. ``example`` is a text, for our own codes only.
    """

    code: str
    collection: str | None
    severity: Severity
    versions: tuple[RuleVersion, ...]
    example: str = ""

    @property
    def title(self) -> str:
        """What is wrong, in one line."""
        return self.versions[0].title

    @property
    def detail(self) -> str:
        """Why it is wrong; paragraphs are parted by an empty line."""
        return self.versions[0].detail

    @property
    def fix(self) -> str:
        """What to do about it."""
        return self.versions[0].fix

    @property
    def status(self) -> str:
        """Whether it is in force, in words."""
        newest, oldest = self.versions[0], self.versions[-1]
        if newest.until is not None:
            return newest.years if newest.years == "never in force" else f"ended after {newest.until}"
        if oldest.since is None:
            return "looked for in every year"
        changed = f", changed from {newest.since}" if len(self.versions) > 1 else ""
        return f"in force since {oldest.since}{changed}"

    def at(self, year: str | None) -> RuleVersion:
        """The version in force in a year, else the newest."""
        return next((version for version in self.versions if year is not None and year in version), self.versions[0])


def page(code: str) -> RulePage:
    """The page of a rule; upper or lower case makes no difference.

    Raises:
        UnknownCode: there is no such rule.
    """
    wanted = code.strip().upper()
    own = next((name for name in OWN if name.upper() == wanted), None)
    if own is not None:
        return _own_page(own, OWN[own])
    for (
        collection
    ) in COLLECTIONS:  # one after the other: the rules of the next are imported only where they are asked for
        if wanted in (known := _rules(collection)):
            return _national_page(collection, known[wanted][0].code)
    known_codes = [rules[0].code for collection in COLLECTIONS for rules in _rules(collection).values()]
    raise UnknownCode(f"There is no rule {code!r}.{suggestion(code.strip(), [*known_codes, *OWN])}")


def pages(collection: str | None = None) -> list[RulePage]:
    """The pages of every DfE rule (of one collection, if given), then of our own codes."""
    national = [
        _national_page(name, rules[0].code)
        for name in COLLECTIONS
        if collection in (None, name)
        for rules in _rules(name).values()
    ]
    return [*national, *(_own_page(code, own) for code, own in OWN.items())]


@functools.cache
def _rules(collection: str) -> Mapping[str, Sequence[Rule]]:
    """Code in capitals → the versions of the rule, newest first."""
    found: dict[str, list[Rule]] = {}
    for rule in all_rules(collection):
        found.setdefault(rule.code.upper(), []).append(rule)
    return found


@functools.cache
def _national_page(collection: str, code: str) -> RulePage:
    versions = _rules(collection)[code.upper()]
    return RulePage(code, collection, versions[0].severity, tuple(_version(rule) for rule in versions))


def _own_page(code: str, own: OwnCode) -> RulePage:
    version = RuleVersion(since=None, until=None, title=own.title, detail=own.detail, fix=own.fix)
    return RulePage(code, None, own.severity, (version,), example=own.example)


def _version(rule: Rule) -> RuleVersion:
    fields = _names(rule.locates)
    reads = tuple(name for name in _names(rule.reads) if name not in fields)
    since, until = rule.years.since, rule.years.until
    if rule.kind == "item":
        item = _item_rule(rule)
        examples = (_item_example(rule, item),)
        return RuleVersion(since, until, item.title, item.detail, item.fix, fields, reads, examples, _needs(rule))
    text = parse(rule.docstring)
    fix = text.fix[:1].upper() + text.fix[1:]
    return RuleVersion(since, until, text.title, text.detail, fix, fields, reads, tuple(text.examples), _needs(rule))


def _needs(rule: Rule) -> tuple[str, ...]:
    """What a rule asks for besides this year's tables: itself, or through a column that is made from it."""
    tables = whole_specification(rule.collection).tables
    sources = {
        source
        for table, field in rule.columns
        for column in tables[table.removesuffix(LAST)].derived
        if column.name == field
        for source in column.sources
        if source in NEEDS
    }
    last_year = any(table.endswith(LAST) for table in rule.tables if table not in rule.optional)
    wanted = {*rule.needs, *sources, *(["previous"] if last_year else [])}
    return tuple(need for need in NEEDED if need in wanted)


def _names(roles: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(f"{role.removesuffix(OTHER)}.{field}" for role, fields in roles.items() for field in fields)
    )


def _item_rule(rule: Rule) -> ItemRule:
    field = rule.locates[rule.table][0]
    item = whole_specification(rule.collection).tables[rule.table].items[field]
    return next(found for found in item.rules if found.code == rule.code and found.years.since == rule.years.since)


def _item_example(rule: Rule, item: ItemRule) -> Example:
    field = rule.locates[rule.table][0]
    table = ExampleTable(
        name=rule.table,
        columns=[field],
        rows=[[value] for value in (*item.flagged, *item.passes)],
        marked={(row, field) for row in range(len(item.flagged))},
        remarks=["" for _ in (*item.flagged, *item.passes)],
    )
    return Example(year=None, flagged=None, tables=[table])
