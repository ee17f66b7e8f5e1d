"""Which versions a run was made with."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

_NAMED = ("torch", "transformers", "trl", "peft", "accelerate", "bitsandbytes", "datasets", "tokenizers", "safetensors")


def packages() -> dict[str, str]:
    """The installed versions of the packages that decide about a result."""
    found = {}
    for name in _NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # bitsandbytes is not on every platform
            continue
    return found
