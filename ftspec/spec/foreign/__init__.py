"""What other tools call things, and what they are called here. Read from the tables beside it when a name is unknown.

Nothing here is another way to say a thing: these names are mistakes, and the tables know their remedies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NOTHING = ("None", "none", "null", "nil", "undefined")
"""Words for no value; here an attribute is left out."""

_PLAIN = re.compile(r'-?[0-9.]+(e-?[0-9]+)?%?|"[^"]*"|[a-z_][a-z_0-9]*')
_HOLE = re.compile(r"\{(?! )([^{}]+)\}")
"""Where the value goes: `{3}`; a block is written with spaces inside its braces."""


@cache
def _table(name: str) -> Mapping[str, Mapping[str, str]]:
    import tomllib  # a spec without mistakes needs no table

    with (Path(__file__).parent / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def words(where: str) -> Mapping[str, str]:
    """Other words by where they stand: `blocks`, `splits`, `turns` or `values`."""
    return _table("words")[where]


_PREFIXES = ("train_", "training_", "use_", "enable_", "with_", "do_", "num_", "n_")


def _usual(block: str, name: str) -> str:
    """The name under which the tables know it: `train_epochs` is `epochs`, `use_flash_attn` is `flash_attn`."""
    known = _table("attributes").get(block, {})
    bare = [name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)]
    return next((each for each in (name, *bare) if each in known or each in needless()), name)


def attribute(block: str, name: str) -> str | None:
    """The attribute or block of ours that says what another tool's attribute says; None where none does it alone."""
    written = _table("attributes").get(block, {}).get(_usual(block, name), "!")
    return None if written.startswith("!") else written.split()[0]


def remedy(block: str, name: str, value: str) -> str | None:
    """What to write for `name = value` of another tool in a block here; None where the name alone says it."""
    name = _usual(block, name)
    written = _table("attributes").get(block, {}).get(name, "")
    if written.startswith("! "):
        return written.removeprefix("! ")
    if not written and name in needless():
        return f"leave it out: {needless()[name]}"
    return f"write `{_filled(written, value)}`" if " " in written else None


def elsewhere(block: str, name: str, value: str) -> str | None:
    """What to write for another tool's attribute that people usually write in another block."""
    for other, names in _table("attributes").items():
        if other != block and name in names:
            ours = attribute(other, name)
            said = remedy(other, name, value) or f"write `{ours} = {value}`"
            article = {"data": "a", "train": "a", "model": "the", "template": "a"}.get(other, "the")
            return said if names[name].startswith("!") else f"{said} in {article} `{other}` block"
    return None


@cache
def needless() -> Mapping[str, str]:
    """Attributes of other tools that need no counterpart, and why."""
    return dict(_table("needless")["names"])


def _filled(written: str, value: str) -> str:
    """The written form with the value in its hole, where the value is plain and of the kind that stands there."""
    hole = _HOLE.search(written)
    if hole is None:
        return written
    usual = hole[1]
    fits = _PLAIN.fullmatch(value) and not (value[0].isdigit() and usual[:1] == '"') and not _is_switch(value, usual)
    return written[: hole.start()] + _share(value if fits else usual, usual) + written[hole.end() :]


def _is_switch(value: str, usual: str) -> bool:
    return value.lower() in ("true", "false") and usual not in ("true", "false")


def _share(value: str, usual: str) -> str:
    """`5%` for `0.05` where a share is due."""
    if not usual.endswith("%") or not value.replace(".", "", 1).isdigit():
        return value
    return f"{float(value) * 100:g}%" if float(value) <= 1 else usual


def argument(keyword: str, name: str) -> tuple[str, str | None] | None:
    """Our argument for another tool's, and its value where that is fixed: `("variant", "dora")` for `use_dora`."""
    own = _table("arguments").get(keyword, {}).get(name)
    written = own or _table("arguments")["any"].get(name)
    if written is None:
        return None
    ours, _, value = written.partition(" = ")
    return ours, value or None


def keyword(name: str) -> tuple[str, str | None]:
    """Our keyword for another tool's, and arguments that belong to it: `("lora", "variant = dora")` for `dora`."""
    ours, _, rest = words("keywords").get(name, "").partition("(")
    return ours, rest.removesuffix(")") or None
