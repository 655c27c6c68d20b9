"""The report for people: what is wrong, in plain words and most important first; then what was checked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from csc_returns.reports.layout import harmless, number, prose, shown, table, width_of
from csc_returns.reports.tally import RuleCount, by_rule, found, in_words, not_run
from csc_returns.validation.findings import SEVERITIES
from csc_returns.validation.result import Checked, Result

_STYLES = {"error": "bold red", "query": "bold yellow", "note": "bold cyan", "good": "bold green", "title": "bold"}

#: No narrower than this, whatever the screen says.
_NARROWEST = 40

Row = dict[str, Any]


class Paint:
    """Colours for those who want them; the words say everything without."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, style: str) -> str:
        """The text in the style of a severity, "good" or "title"."""
        if not self.colour:
            return text
        from rich.color import ColorSystem
        from rich.style import Style

        return Style.parse(_STYLES.get(style, "bold")).render(text, color_system=ColorSystem.STANDARD)


def pieces(result: Result, *, width: int, colour: bool, limit: int | None) -> Iterator[str]:
    """The findings rule by rule, the rules not run, what was checked."""
    width = max(width, _NARROWEST)
    paint = Paint(colour)
    names = _Names(result)
    by_code = {str(code): frame for (code,), frame in result.findings.group_by("rule", maintain_order=True)}
    for rule in by_rule(result):
        lines = [
            *_heading(rule, _year(rule, result), width, paint),
            *_findings(rule, by_code[rule.code], names, width, limit),
        ]
        yield "\n".join(lines) + "\n\n"
    yield from ending(result, width=width, colour=colour, limit=limit)


def ending(result: Result, *, width: int, colour: bool, limit: int | None) -> Iterator[str]:
    """The rules not run, what was checked, and the counts."""
    width = max(width, _NARROWEST)
    paint = Paint(colour)
    if result.not_run:
        yield "\n".join([paint("Rules not run, because", "title"), *_not_run(result, width, limit)]) + "\n\n"
    if result.checked:
        blocks = [_summary(checked, result, width) for checked in result.checked]
        yield paint("What was checked", "title") + "\n" + "\n\n".join("\n".join(block) for block in blocks) + "\n\n"
    worst = next((severity for severity in SEVERITIES[:2] if result.count(severity)), "good")
    yield "\n".join(paint(line, worst) for line in prose(found(result), width)) + "\n"


def _year(rule: RuleCount, result: Result) -> str | None:
    """The newest year checked of the collection that a rule belongs to; of any for our own."""
    collection = rule.page.collection if rule.page else None
    years = (checked.year for checked in result.checked if collection in (None, checked.collection) and checked.year)
    return max(years, default=None)


def _heading(rule: RuleCount, year: str | None, width: int, paint: Paint) -> Iterator[str]:
    for line in prose(rule.message, width):
        yield paint(line, rule.severity)
    yield f"  {rule.code}, {rule.severity}, {number(rule.findings, 'finding')}"
    fix = rule.page.at(year).fix if rule.page else ""
    for at, paragraph in enumerate(fix.split("\n\n") if fix else []):
        yield from prose(paragraph, width, first="  " if at else "  What to do: ", indent="  ")


class _Names:
    """Short names of files: none when the return is a single one, else without the folders that all share."""

    def __init__(self, result: Result) -> None:
        named = set(result.findings["file"].drop_nulls().unique()) | {checked.path for checked in result.checked}
        # The folder of a return of several files is no file of its own; but it does not say which of its files is meant.
        files = named - {folder for folder in named if any(name != folder and _within(name, folder) for name in named)}
        self.several = len(named) > 1
        try:
            common = (
                os.path.commonpath(files if len(files) > 1 else map(os.path.dirname, files)) if self.several else ""
            )
        except ValueError:  # on several drives, or some absolute and some not
            common = ""
        self.skip = len(common) + 1 if common and all(_within(name, common) for name in files) else 0

    def place(self, cell: Row) -> str:
        """Where a cell stands: file and line, or row where no line is known."""
        file = harmless(cell["file"][self.skip :]) if self.several and cell["file"] else ""
        if cell["line"] is not None:
            return f"{file}:{cell['line']}" if file else str(cell["line"])
        if cell["row"] is not None:
            return f"{file} row {cell['row'] + 1}".lstrip()
        return file


def _within(name: str, folder: str) -> bool:
    if folder == ".":
        return not os.path.isabs(name)  # noqa: PTH117 - a name as it was given, not a path to open
    return name.startswith(folder.rstrip("/\\")) and name[len(folder.rstrip("/\\")) :][:1] in ("/", "\\")


def _findings(rule: RuleCount, cells: pl.DataFrame, names: _Names, width: int, limit: int | None) -> Iterator[str]:
    wanted = cells["finding"].unique(maintain_order=True)
    if limit:
        wanted = wanted.head(limit)
        cells = cells.filter(pl.col("finding").is_in(wanted.implode()))
    rows: list[list[str]] = []
    remarks: dict[int, list[str]] = {}
    before: tuple[object, object] | None = None
    for cell in cells.iter_rows(named=True):
        same = (cell["finding"], cell["child"]) == before
        words = [cell["message"] or ""] if rule.several_messages else []
        words += [cell["related"]] if cell["related"] else []
        if words:  # below the last cell of the finding
            if before is not None and before[0] == cell["finding"]:
                del remarks[len(rows) - 1]
            remarks[len(rows)] = [harmless(text) for text in words]
        before = (cell["finding"], cell["child"])
        field = ".".join(harmless(part) for part in (cell["table"], cell["field"]) if part)
        value = shown(cell["value"]) if cell["value"] is not None or cell["field"] is not None else ""
        rows.append(["" if same else _child(cell), field, value, names.place(cell)])
    has_child = cells["child"].null_count() < cells.height
    kept = [at for at in range(4) if (has_child if at == 0 else any(row[at] for row in rows))]
    header = ["Child", "Field", "Value", "Place" if names.several else "Line"]
    yield ""
    if kept:
        columns = [[row[at] for at in kept] for row in rows]
        yield from table(columns, [header[at] for at in kept], width, ragged=kept[-1] == 3, below=remarks)
    elif remarks:
        for remark in (text for texts in remarks.values() for text in texts):
            yield from prose(remark, width, first="  > ")
    else:
        yield "  This is about the return as a whole."
    if rule.findings > len(wanted):
        more = rule.findings - len(wanted)
        yield from prose(f"{more:,} more not shown; --output-format csv lists all", width, first="  ")


def _child(cell: Row) -> str:
    return shown(cell["child"]) if cell["child"] is not None else "(none)"


def _not_run(result: Result, width: int, limit: int | None) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for entry, paths in not_run(result):
        where = f"{', '.join(paths)}: " if paths else ""
        reasons.setdefault(harmless(where + entry.reason), []).append(entry.code)
    for reason, codes in reasons.items():
        yield from prose(f"{reason}:", width, first="  ")
        yield from _codes(list(dict.fromkeys(codes)), width, limit)


def _codes(codes: Sequence[str], width: int, limit: int | None) -> list[str]:
    """Codes on one line, and how many more there are; on several lines where there is no limit."""
    text = "    " + ", ".join(codes)
    if not limit or width_of(text) <= width:
        return prose(text.strip(), width, first="    ")
    kept = list(codes)
    while kept and width_of(text) > width:
        kept.pop()
        text = f"    {', '.join(kept)}, ... {len(codes):,} in all (--limit 0)"
    return [text]


def _summary(checked: Checked, result: Result, width: int) -> Iterator[str]:
    read = checked.collection is not None
    authority = " ".join(part for part in (checked.local_authority, checked.local_authority_name) if part)
    year = checked.year or ("not known or not held; name it with --year" if read else "")
    if checked.year_assumed:
        year = f"{year}, assumed from the dates"
    if checked.period:
        year = f"{year} ({checked.period[0].isoformat()} to {checked.period[1].isoformat()})".strip()
    facts = {
        "File": checked.path,
        "Collection": checked.title or checked.collection or "",
        "Local authority": authority or ("not known; name it with --local-authority" if read else ""),
        "Year": year,
        "Rows": "; ".join(f"{name}: {count:,}" for name, count in checked.counts.items()),
        "Rules run": f"{checked.rules_run:,}",
        "Found": _counts(checked, result),
        "Note": "" if checked.complete else "this could not be read completely, so there may be more to find",
    }
    for name, text in facts.items():
        if text:
            first = f"  {name:<15}  "
            # A path stays whole, so that it can be copied.
            yield from [first + harmless(text)] if name == "File" else prose(harmless(text), width, first=first)


def _counts(checked: Checked, result: Result) -> str:
    findings = result.findings
    if len(result.checked) > 1:
        paths = [other.path for other in result.checked]
        own = [file for file in findings["file"].drop_nulls().unique() if _return_of(file, paths) == checked.path]
        findings = findings.filter(pl.col("file").is_in(own))
    counts = [findings.filter(pl.col("severity") == severity)["finding"].n_unique() for severity in SEVERITIES]
    return ", ".join(in_words(counts))


def _return_of(file: str, paths: Sequence[str]) -> str | None:
    """The path of the return that a file belongs to: its own, else the innermost folder or zip file around it."""
    around = [path for path in paths if file == path or _within(file, path)]
    return max(around, key=lambda path: (path == file, len(path)), default=None)
