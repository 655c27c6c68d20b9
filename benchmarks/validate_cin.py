"""How long a large CIN return takes, as ratios to importing the packages: machines differ, ratios less so.

Run with ``make bench``, or ``python benchmarks/validate_cin.py CHILDREN``. Each figure is the best of
three runs, each in a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORTS = "import polars, pandera.polars, lxml.etree, typer"


def measured(*arguments: str) -> tuple[float, float]:
    """Best of three: seconds, and the most memory in MB of one run. Needs a POSIX system."""
    seconds, memory = [], []
    for _ in range(3):
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
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


def main() -> None:
    """Write a sample, measure, print a table."""
    children = sys.argv[1] if len(sys.argv) > 1 else "20000"
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder, "sample.xml")
        command = [
            "-m",
            "csc_returns",
            "sample",
            "cin",
            "--children",
            children,
            "--mistakes",
            "0.1",
            "--output-file",
            str(sample),
        ]
        subprocess.run([sys.executable, *command], check=True)
        base, _ = measured("-c", IMPORTS)
        scan = scanned(sample)
        runs = {
            "import polars, pandera.polars, lxml, typer": ("-c", IMPORTS),
            "csc-returns --help": ("-m", "csc_returns", "--help"),
            "csc-returns explain 8925": ("-m", "csc_returns", "explain", "8925"),
            "validate, JSON": ("-m", "csc_returns", "validate", "--output-format", "json", str(sample)),
            "validate, full": ("-m", "csc_returns", "validate", str(sample)),
        }
        if scan:
            print(f"xmllint --stream --noout: {scan:.2f} s")
        size = sample.stat().st_size / 1e6
        print(f"{int(children):,} children, {size:.0f} MB of XML; {os.cpu_count()} cores")
        print(f"{'':45}{'seconds':>8}{'/imports':>9}{'/xmllint' if scan else '':>9}{'MB':>6}")
        figures = {}
        for name, arguments in runs.items():
            seconds, memory = measured(*arguments)
            figures[name] = round(seconds / base, 2)
            beside = f"{seconds / scan:9.1f}" if scan else ""
            print(f"{name:45}{seconds:8.2f}{seconds / base:9.1f}{beside}{memory:6.0f}")
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
