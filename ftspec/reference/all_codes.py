"""Every code, from the modules that define them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import ftspec
from ftspec.text.diagnostic import Code

_PACKAGE = Path(ftspec.__file__).parent


@cache
def all_codes() -> Mapping[str, Code]:
    """By identifier. Codes stand in modules called `codes`, `_codes` or `…_codes`."""
    found: dict[str, Code] = {}
    for path in sorted(_PACKAGE.rglob("*codes.py")):
        name = ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts)
        if name != __name__:
            found |= {each.id: each for each in vars(import_module(name)).values() if isinstance(each, Code)}
    return found
