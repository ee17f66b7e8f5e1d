"""Finds the page on a name."""

from __future__ import annotations

from pathlib import Path

from ftspec.compile.vocabulary import BLOCKS, NESTED, attributes_of, homes_of
from ftspec.data.codes import RETIRED
from ftspec.data.library import library_names
from ftspec.errors import FtspecError
from ftspec.kinds import families, find, keywords
from ftspec.reference.pages import attribute_page, block_page, kind_page
from ftspec.reference.templates import template_page, templates_page
from ftspec.reference.words import WORDS, word_page
from ftspec.spec.kind import Kind
from ftspec.spec.types import Frozen
from ftspec.text.suggest import similar

_CODES = Path(__file__).parent.parent / "text" / "explain"


def blocks() -> dict[str, type[Frozen]]:
    """Every block by its name."""
    return {**BLOCKS, **NESTED}


def codes() -> list[str]:
    """Every code that has a page."""
    return sorted(path.stem for path in _CODES.glob("FT*.md"))


def page(name: str) -> str:
    """The pages on a code, a block, an attribute or a keyword. Raises `FtspecError` when there is none."""
    if name.upper() in RETIRED:
        now = RETIRED[name.upper()]
        return f"# {name.upper()}\n\nThis is now {now}; the number is not given again.\n\n{page(now)}"
    if name.upper() in codes():
        return (_CODES / f"{name.upper()}.md").read_text("utf-8")
    by_name = [each for each in codes() if _title(each).endswith(f" {name}")]
    found = [(_CODES / f"{each}.md").read_text("utf-8") for each in by_name]
    found += [block_page(each, model) for each, model in blocks().items() if each == name]
    found += [attribute_page(block, name) for block in homes_of(name)]
    found += [kind_page(kind) for family in families() if (kind := find(family, name)) is not None]
    if name in families():
        found.append(_family(name))
    if name == "templates":
        found.append(templates_page())
    if name in library_names():
        found.append(template_page(name))
    if not found and (said := word_page(name)) is not None:
        found.append(said)
    if not found and "." in name:  # `train.learning_rate`, `lora.rank`
        home, _, rest = name.rpartition(".")
        found += [attribute_page(home, rest)] if home in homes_of(rest) else []
        found += [kind_page(kind) for family in families() if (kind := _taking(family, home, rest)) is not None]
    if not found:
        raise FtspecError(f"nothing is called `{name}`", _nearest(name))
    return "\n".join(found)


def _taking(family: str, keyword: str, argument: str) -> type[Kind] | None:
    """The call of this name where it takes the argument."""
    kind = find(family, keyword)
    return kind if kind is not None and argument in kind.model_fields else None


def _title(code: str) -> str:
    with (_CODES / f"{code}.md").open(encoding="utf-8") as file:
        return file.readline().strip()


def _family(family: str) -> str:
    return f"# {family.replace('_', ' ')}\n\n" + "".join(f"- `{each}`\n" for each in keywords(family))


def _nearest(name: str) -> str:
    attributes = {each for block in blocks() for each in attributes_of(block)}
    words = {each for family in families() for each in keywords(family)}
    nearest = similar(name, (*codes(), *blocks(), *attributes, *words, *WORDS, "templates", *library_names()))
    return f"a similar name exists: `{nearest}`" if nearest else "`ftspec explain` lists all names"


def index() -> str:
    """Every name there is a page on."""
    lines = ["# What can be explained", "", "blocks        " + ", ".join(blocks()), ""]
    lines += [
        f"{family.replace('_', ' '):<14}{', '.join(keywords(family))}" for family in families() if keywords(family)
    ]
    lines += [f"{'templates':<14}{', '.join(library_names())}", f"{'words':<14}{', '.join(WORDS)}"]
    lines += ["", "codes"]
    lines += [f"  {_title(code).removeprefix('# ')}" for code in codes()]
    return "\n".join(lines) + "\n"
