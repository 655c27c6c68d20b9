"""The committed sample returns: nothing is found in the clean one, every rule finds something in the other."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from support.xsd import xsd

import csc_returns as cr
from csc_returns.extracts.returns import NESTED_CHILD
from csc_returns.specification import data_folder, specification
from csc_returns.validation.check import known_codes
from csc_returns.validation.rule import rules_in_force

YEAR = "2025-26"
FOLDER = data_folder("sample_returns")
CLEAN = FOLDER / "cin_2025-26_clean.xml"
CLEAN_CSV = FOLDER / "cin_2025-26_clean_csv"
EVERY_RULE = FOLDER / "cin_2025-26_every_rule.xml"

#: Rule codes in a comment, also as part of a child's name: 2885, R8925, R2886Q1, R-1580, CSC101.
CODE = re.compile(r"(?<![0-9A-Za-z])(?:R-?)?(CSC\d{3}|\d{3,4}Q?)")


@pytest.fixture(scope="module")
def clean() -> cr.Result:
    return cr.validate(CLEAN)


@pytest.fixture(scope="module")
def every_rule() -> cr.Result:
    return cr.validate(EVERY_RULE)


# -- the clean return --------------------------------------------------------------------------------------------------


def test_nothing_is_found_in_the_clean_return(clean: cr.Result) -> None:
    assert clean.findings.is_empty()
    (checked,) = clean.checked
    assert (checked.year, checked.complete, checked.rules_run, checked.not_run) == (YEAR, True, 109, [])
    assert checked.counts["children"] == 12


def test_the_clean_return_is_valid_against_the_schema() -> None:
    xsd(specification("cin", YEAR)).assertValid(etree.parse(CLEAN))


def test_the_csv_set_is_the_clean_return(clean: cr.Result) -> None:
    from_csv = cr.validate(CLEAN_CSV)
    assert from_csv.findings.equals(clean.findings)
    assert from_csv.checked[0].counts == clean.checked[0].counts
    assert from_csv.checked[0].not_run == []
    assert _values(from_csv) == _values(clean)


def _values(result: cr.Result) -> dict[str, list[dict[str, object]]]:
    """Rows of the tables that have any, as text, without columns that are blank throughout."""
    (found,) = result.returns
    values = {}
    for name, table in found.tables.items():
        text = table.drop(NESTED_CHILD, strict=False).cast(pl.String)
        used = [column.name for column in text if column.null_count() < text.height]
        if used:
            values[name] = text.select(sorted(used)).to_dicts()
    return values


# -- the return in which every rule finds something --------------------------------------------------------------------


def test_every_rule_in_force_finds_something(every_rule: cr.Result) -> None:
    in_force = {rule.code for rule in rules_in_force("cin", YEAR)}
    found = set(every_rule.findings["rule"])
    assert {code for code in found if not code.startswith("CSC")} == in_force
    assert len(in_force) == 109
    (checked,) = every_rule.checked
    assert (checked.year, checked.complete, checked.not_run) == (YEAR, True, [])


def test_the_commands_of_the_readme_write_the_committed_findings() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^\$ cd (sample_returns\S*)\n\$ csc-returns ((?:.*\\\n)*.*) > (\S+)\n```", readme, re.MULTILINE
    )
    assert [(folder, written) for folder, _, written in blocks] == [
        ("sample_returns", "cin_2025-26_every_rule.findings.csv"),
        ("sample_returns/ssda903", "every_rule_2025-26.findings.csv"),
    ]
    source = str(Path(cr.__file__).parents[1])
    for name, command, written in blocks:
        folder = FOLDER / Path(name).relative_to("sample_returns")
        done = subprocess.run(
            [sys.executable, "-m", "csc_returns", *shlex.split(command.replace("\\\n", ""))],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": source},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, b"")
        assert done.stdout == (folder / written).read_bytes(), written


def test_each_comment_names_exactly_what_is_found_below_it(every_rule: cr.Result) -> None:
    children = etree.parse(EVERY_RULE).find("Children")
    assert children is not None
    comments: list[tuple[str, int]] = []  # with the line of the first child below
    text = None
    for node in children:
        if isinstance(node, etree._Comment):
            assert text is None, f"no child stands below {text!r}"
            text = node.text
        elif text is not None:
            comments.append((text, node.sourceline))
            text = None
    ends = [line for _, line in comments[1:]] + [sys.maxsize]
    of_return = _codes(every_rule.findings.filter(pl.col("line").is_null()))
    wrong = {}
    for (comment, line), end in zip(comments, ends, strict=True):
        found = _codes(every_rule.findings.filter(pl.col("line").is_between(line, end, closed="left")))
        # What is found in the return as a whole may be named where it comes from.
        if _named(comment) - of_return != found:
            wrong[comment.strip()] = found
    assert wrong == {}
    assert len(comments) > 100


def test_the_comment_at_the_top_names_what_is_found_in_the_return_as_a_whole(every_rule: cr.Result) -> None:
    root = etree.parse(EVERY_RULE).getroot()
    first = root.find("Children")[0]
    assert isinstance(first, etree._Comment)
    above = " ".join(node.text for node in root.itersiblings(preceding=True))
    header = pl.col("line").is_null() | (pl.col("table") == "Header")
    assert _named(above) == _codes(every_rule.findings.filter(header))


def _named(text: str) -> set[str]:
    return set(CODE.findall(text)) & set(known_codes("cin"))


def _codes(findings: pl.DataFrame) -> set[str]:
    return set(findings["rule"])
