"""What is set before anything is imported: a short start, and threads that wait politely."""

from __future__ import annotations

import gc
import os
import sys
from types import ModuleType

FEW = 50_000
"""Objects between two collections. A check makes fewer than that, and none of them is garbage."""


SPINS = 5_000
"""How often a waiting OpenMP thread looks again before it sleeps. libgomp's own 300,000 make a training on a busy
machine five times slower, and gain nothing on an idle one (both measured on two cores)."""


def quick_start() -> None:
    """Called once, before pydantic builds its first model.

    pydantic looks through the metadata of every installed package for plugins, for itself and for `importlib.metadata`
    with all that it imports; ftspec uses none, and finding none takes a third of the time of a check.
    """
    gc.set_threshold(FEW)
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", str(SPINS))
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    loader = ModuleType("pydantic.plugin._loader")
    loader.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)
