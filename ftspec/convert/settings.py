"""The keys of a YAML config, each with the line it stands on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from ftspec.errors import CannotRun

_LARGEST = 1 << 20
_DEEPEST = 50
_EXPONENT = re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+")


class Setting(NamedTuple):
    """One key and its value."""

    key: str
    value: Any
    line: int


def read_settings(path: Path) -> list[Setting]:
    """The top-level keys in the order of the file. Raises `CannotRun` where it is no YAML mapping."""
    import yaml

    text = _text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise CannotRun(
                f"{path} is no mapping of keys to values", "name the config that the other tool trains with"
            )
        _bounded(root, _DEEPEST)
        loader = yaml.SafeLoader("")
        return [
            Setting(str(key.value), _plain(loader.construct_object(value, deep=True)), key.start_mark.line + 1)
            for key, value in root.value
        ]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it is nested too deep"
        raise CannotRun(f"{path} is not YAML: {reason}", "check it with the tool that it is for") from error


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {(error.strerror or str(error)).lower()}", "correct the path") from error
    if len(data) > _LARGEST:
        raise CannotRun(f"{path} is larger than 1 MiB", "a config is short")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotRun(f"{path} is not UTF-8", "save it as UTF-8") from error


def _bounded(node: Any, depth: int, seen: int = 0) -> int:
    """Counts nodes through every alias, so that a few lines cannot stand for millions of values."""
    if depth == 0 or seen > 100_000:
        raise ValueError("it is nested too deep, or repeats itself too often")
    children = node.value if isinstance(node.value, list) else []
    for each in children:
        for inner in each if isinstance(each, tuple) else (each,):
            seen = _bounded(inner, depth - 1, seen + 1)
    return seen


def _plain(value: Any) -> Any:
    """`2e-5`, which YAML 1.1 takes for a string, as the number that was meant."""
    if isinstance(value, str) and _EXPONENT.fullmatch(value):
        return float(value)
    return value
