"""Writes a spec with its data and its model into a folder of the user's."""

from __future__ import annotations

import shutil
from pathlib import Path

from ftspec.errors import FtspecError
from ftspec.resources import resource

TEMPLATES: dict[str, tuple[str, ...]] = {
    "tickets": ("tickets.ft", "data/tickets.jsonl", "data/english.txt", "base"),
    "qlora": ("tickets-qlora.ft", "data/tickets.jsonl", "data/english.txt", "base"),
    "overcooked": ("overcooked.ft", "data/tickets.jsonl", "data/english.txt", "base"),
}
"""What each template consists of, under `specs/`."""


def scaffold(directory: Path, template: str) -> list[Path]:
    """The files written. Nothing that stands there is overwritten."""
    if template not in TEMPLATES:
        known = ", ".join(f"`{each}`" for each in TEMPLATES)
        raise FtspecError(f"no template is called `{template}`", f"the templates are {known}")
    specs = resource("specs")
    files = [file for part in TEMPLATES[template] for file in _files_under(specs / part)]
    taken = [file for file in files if (directory / file.relative_to(specs)).exists()]
    if taken:
        where = directory / taken[0].relative_to(specs)
        raise FtspecError(
            f"{where} stands there already, and nothing was written", "name another folder: `ftspec init demo`"
        )
    return [_copy(file, directory / file.relative_to(specs)) for file in files]


def _files_under(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts)


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target
