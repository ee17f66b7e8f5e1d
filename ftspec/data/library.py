"""The library of data templates: `templates/prompts/*.ft`, written in the language itself."""

from __future__ import annotations

from functools import cache

from ftspec.resources import resource
from ftspec.spec.template import Template
from ftspec.syntax.tree import Attribute, Block, Reference, Sequence, Turn
from ftspec.text.source import Source

_FOLDER = "templates/prompts"


@cache
def library_names() -> tuple[str, ...]:
    """Every template of the library."""
    return tuple(sorted(path.stem for path in resource(_FOLDER).glob("*.ft")))


@cache
def library_template(name: str) -> Template | None:
    """A template of the library, or None. Raises ValueError for a file of ours that is broken."""
    if name not in library_names():
        return None
    block = _block(name)
    turns = [{"role": each.role.text, "text": each.text.value} for each in block.body if isinstance(each, Turn)]
    return Template.model_validate({"turns": turns, "train": _trained(block)})


@cache
def library_summary(name: str) -> str:
    """What a template is for: the comment at the head of its file."""
    lines = (resource(_FOLDER) / f"{name}.ft").read_text("utf-8").splitlines()
    return " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))


def library_text(name: str) -> str:
    """A template of the library as its file has it, without the first line."""
    return (resource(_FOLDER) / f"{name}.ft").read_text("utf-8").partition("\n")[2].lstrip("\n")


def _block(name: str) -> Block:
    from ftspec.syntax.parse import parse

    parsed = parse(Source(f"{name}.ft", (resource(_FOLDER) / f"{name}.ft").read_text("utf-8")))
    blocks = [each for each in parsed.file.statements if isinstance(each, Block)]
    if not parsed.ok or len(blocks) != 1:
        raise ValueError(f"the library template {name} is broken: {[each.message for each in parsed.diagnostics]}")
    return blocks[0]


def _trained(block: Block) -> list[str] | None:
    values = [each.value for each in block.body if isinstance(each, Attribute) and each.name == "train"]
    if not values or not isinstance(values[0], Sequence):
        return None
    return [item.text for item in values[0].items if isinstance(item, Reference)]
