"""How long large returns take, as ratios: machines differ, ratios less so.

Run with ``make bench``, or ``python benchmarks/large_returns.py CHILDREN``. Each figure is the best of three runs, each in a
process of its own: seconds, times what Python takes to import the packages, times what xmllint takes to stream through the file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

IMPORTS = ("-c", "import polars, pandera.polars, lxml.etree, typer")
COMMAND = ("-m", "csc_returns")


def measured(*arguments: str) -> tuple[float, float]:
    """Best of three: seconds, and the most memory in MB of one run. Needs a POSIX system."""
    seconds, memory = [], []
    for _ in range(3):
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - begun)
        memory.append(usage.ru_maxrss / 1024)
    return min(seconds), max(memory)


def scanned(sample: Path) -> float | None:
    """Seconds that xmllint takes to stream through the file, best of three; None where it is not installed."""
    if shutil.which("xmllint") is None:
        return None
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run(["xmllint", "--stream", "--noout", str(sample)], check=True)
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def sample(*arguments: str) -> None:
    """Write an invented return with mistakes in a tenth of the children."""
    subprocess.run([sys.executable, *COMMAND, "sample", *arguments, "--mistakes", "0.1"], check=True)


def size(path: Path) -> float:
    """Megabytes of a file, or of the files of a folder."""
    files = [path] if path.is_file() else list(path.iterdir())
    return sum(file.stat().st_size for file in files) / 1e6


def cin(folder: Path, children: str) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """A CIN census: what is measured, on which file, with which arguments."""
    file = folder / "cin.xml"
    sample("cin", "--children", children, "-o", str(file))
    yield "CIN, validate, JSON", file, ("validate", "-f", "json", str(file))
    yield "CIN, validate, full", file, ("validate", str(file))


def ssda903(folder: Path, children: str) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """A children looked after return, alone and with last year's, as CSV and as XML."""
    now, before, file = folder / "looked_after_2025-26", folder / "looked_after_2024-25", folder / "looked_after.xml"
    sample("ssda903", "--children", children, "-o", str(now), "--previous-year", str(before))
    yield "SSDA903 CSV, validate, JSON", now, ("validate", "-f", "json", str(now))
    yield "... with last year's", now, ("validate", "-f", "json", "--previous", str(before), str(now))
    sample("ssda903", "--children", children, "-o", str(file))
    yield "SSDA903 XML, validate, JSON", file, ("validate", "-f", "json", str(file))


def indicators(folder: Path, children: str) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """Two years of the census and children looked after: validated, and all indicators by everything."""
    files = [folder / "cin_2024-25.xml", folder / "cin_2025-26.xml"]
    for seed, file in enumerate(files):
        sample(
            "cin",
            "--children",
            children,
            "--year",
            file.stem.removeprefix("cin_"),
            "--seed",
            str(seed),
            "-o",
            str(file),
        )
    care = folder / "care_2025-26"
    sample("ssda903", "--children", str(int(children) * 3 // 20), "-o", str(care))
    paths = (*map(str, files), f"301={care}")
    yield "two CIN and SSDA903, validate", files[1], ("validate", "-f", "json", *paths[:2], str(care))
    yield "... all indicators", files[1], ("indicators", "--by", "all", "-f", "csv", "--population", "60000", *paths)


def main() -> None:
    """Write samples, measure, print a table."""
    children = sys.argv[1] if len(sys.argv) > 1 else "20000"
    print(f"{int(children):,} children, {os.cpu_count()} cores")
    print(f"{'':32}{'seconds':>8}{'/imports':>9}{'/xmllint':>9}{'MB memory':>10}{'MB file':>8}")
    base, _ = measured(*IMPORTS)
    figures: dict[str, float] = {}

    def show(name: str, arguments: tuple[str, ...], file: Path | None = None) -> None:
        seconds, memory = measured(*arguments)
        scan = scanned(file) if file and file.suffix == ".xml" else None
        figures[name] = round(seconds / base, 2)
        beside = f"{seconds / scan:9.1f}" if scan else " " * 9
        held = f"{size(file):8.1f}" if file else ""
        print(f"{name:32}{seconds:8.2f}{seconds / base:9.1f}{beside}{memory:10.0f}{held}", flush=True)

    show("import the packages", IMPORTS)
    show("csc-returns --help", (*COMMAND, "--help"))
    show("csc-returns explain 8925", (*COMMAND, "explain", "8925"))
    with tempfile.TemporaryDirectory() as folder:
        for runs in (cin, ssda903, indicators):
            for name, file, arguments in runs(Path(folder), children):
                show(name, (*COMMAND, *arguments), file)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
