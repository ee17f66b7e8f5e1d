"""A short start: what Python and pydantic prepare for large programs is put off or left out."""

from __future__ import annotations

import gc
import os
import sys
from types import ModuleType

FEW = 50_000
"""Objects between two collections. A check makes fewer than that, and none of them is garbage."""


def quick_start() -> None:
    """Called once, before pydantic builds its first model.

    pydantic looks through the metadata of every installed package for plugins, for itself and for `importlib.metadata`
    with all that it imports; ftspec uses none, and finding none takes a third of the time of a check.
    """
    gc.set_threshold(FEW)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    loader = ModuleType("pydantic.plugin._loader")
    loader.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)
