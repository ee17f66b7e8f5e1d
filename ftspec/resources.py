"""Where the grammar and the templates lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def resource(name: str) -> Path:
    """The path of a shipped file or folder, named as in the checkout: `grammar/ftspec.lark`, `templates/report`."""
    for root in (_PACKAGE / "_resources", _PACKAGE.parent):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"ftspec was installed without {name}")
