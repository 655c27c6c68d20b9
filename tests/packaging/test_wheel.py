"""The built wheel holds what an installed command needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    name = subprocess.run(
        [sys.executable, "-c", build], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    return folder / name


def test_schemas_samples_and_types_are_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("schemas", "sample_returns"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert files
        assert {f"csc_returns/{file}" for file in files} <= names
    assert "csc_returns/py.typed" in names


def test_the_unpacked_wheel_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import csc_returns as cr, csc_returns.specification as s; "
        "print(cr.__file__); print(cr.validate(s.data_folder('sample_returns') / 'cin_2025-26_clean.xml').status('query'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    place, status = run.stdout.split("\n")[:2]
    assert Path(place).is_relative_to(tmp_path)
    assert status == "0"
