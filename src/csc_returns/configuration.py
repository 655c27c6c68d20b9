"""Options that stay the same from run to run, from a file: ``csc-returns.toml``, or ``[tool.csc-returns]`` in ``pyproject.toml``.

The file is looked for in the working directory, then in the folders above it; the first that is found counts. Paths in it are
relative to the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

OWN_FILE = "csc-returns.toml"
PROJECT_FILE = "pyproject.toml"
_SECTION = "csc-returns"


class FailOn(StrEnum):
    """From which severity on the exit status is 1."""

    ERROR = "error"
    QUERY = "query"
    NEVER = "never"


class BadConfiguration(ValueError):  # noqa: N818 - named for what is wrong, as people read it
    """A file of options cannot be used; the message names the file, the key and what to do."""


@dataclass(frozen=True)
class Configuration:
    """What a file of options says; None where it says nothing. ``path`` is the file, None without one."""

    path: Path | None = None
    previous: Sequence[str] | None = None
    postcodes: str | None = None
    providers: str | None = None
    local_authority: str | None = None
    select: Sequence[str] | None = None
    ignore: Sequence[str] | None = None
    fail_on: FailOn | None = None


#: Key → whether it is a path, and whether it may be several.
_KEYS = {
    "previous": (True, True),
    "postcodes": (True, False),
    "providers": (True, False),
    "local-authority": (False, False),
    "select": (False, True),
    "ignore": (False, True),
    "fail-on": (False, False),
}


def find_configuration(folder: Path) -> Configuration:
    """The options that hold in a folder: of the nearest file in it or above it, else none.

    Raises:
        BadConfiguration: the file cannot be read, or has an unknown key or a bad value.
    """
    for around in (folder, *folder.parents):
        if (own := around / OWN_FILE).is_file():
            return read_configuration(own)
        project = around / PROJECT_FILE
        if project.is_file() and (found := _section(project)) is not None:
            return _configuration(project, found)
    return Configuration()


def read_configuration(path: Path) -> Configuration:
    """The options of one file, which is one of our own or a ``pyproject.toml`` with our section.

    Raises:
        BadConfiguration: the file cannot be read, or has an unknown key or a bad value.
    """
    if path.name != PROJECT_FILE:
        return _configuration(path, _toml(path))
    section = _section(path)
    if section is None:
        raise BadConfiguration(f"{path} has no section [tool.{_SECTION}].")
    return _configuration(path, section)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be read ({error.strerror or type(error).__name__}).") from error
    except UnicodeDecodeError as error:
        raise BadConfiguration(f"{path} is not in UTF-8: save it as UTF-8 again.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(
            f"{path} is not well-formed TOML: {error}. Texts stand in quotes; in a Windows path write / or use 'single quotes'."
        ) from error


def _section(project: Path) -> object:
    """Our section of a ``pyproject.toml``, None where it has none. The rest of that file is not ours to judge."""
    try:
        if _SECTION not in project.read_text(encoding="utf-8-sig", errors="replace"):
            return None
    except OSError:
        return None
    tool = _toml(project).get("tool")
    return tool.get(_SECTION) if isinstance(tool, dict) else None


def _configuration(path: Path, given: object) -> Configuration:
    if not isinstance(given, Mapping):
        raise BadConfiguration(f"{path}: [tool.{_SECTION}] is no section.")
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in _KEYS:
            raise BadConfiguration(
                f"{path}: there is no option {key!r}; there are {', '.join(_KEYS)}.{_suggestion(key, list(_KEYS))}"
            )
        is_path, several = _KEYS[key]
        texts = _texts(path, key, value, several)
        if is_path:
            texts = [_beside(path, key, text) for text in texts]
        values[key.replace("-", "_")] = texts if several else texts[0]
    if "fail_on" in values:
        values["fail_on"] = _fail_on(path, values["fail_on"])
    return Configuration(path=path, **values)


def _fail_on(path: Path, text: str) -> FailOn:
    choices = [choice.value for choice in FailOn]
    if text not in choices:
        hint = _suggestion(text, choices)
        raise BadConfiguration(f"{path}: fail-on is one of {', '.join(choices)}, not {text!r}.{hint}")
    return FailOn(text)


def _suggestion(wrong: str, known: Sequence[str]) -> str:
    from csc_returns.validation.check import suggestion  # brings polars, which a right file can do without

    return suggestion(wrong, known)


def _texts(path: Path, key: str, value: object, several: bool) -> list[str]:
    texts = value if several and isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        wanted = "a text in quotes or a list of them" if several else "a text in quotes"
        raise BadConfiguration(f"{path}: {key} is {wanted}, not {value!r}.")
    return [str(text) for text in texts]


def _beside(path: Path, key: str, text: str) -> str:
    """A path as it is meant: beside the file that names it."""
    meant = path.parent / Path(text).expanduser()
    if not meant.exists():
        raise BadConfiguration(f"{path}: {key} names {text!r}, and there is no such file ({meant}).")
    return str(meant)
