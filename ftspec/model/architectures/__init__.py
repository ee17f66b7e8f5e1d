"""Model architectures: which tensors transformers builds from a config. One file a `model_type`.

A file that starts with an underscore is shared by several. The module of `model_type` "gpt_neox" is `gpt_neox.py`;
hyphens become underscores. Nothing here imports torch or transformers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ftspec.model.architectures._config import BadConfig, Config
from ftspec.model.architectures._parts import Architecture, under
from ftspec.plan.facts import Tensor

__all__ = ["BadConfig", "Built", "UnknownHead", "build", "find", "known"]

_TYPE = re.compile(r"[a-z][a-z0-9_]*")
_ENDING = re.compile(r"(For[A-Z]\w*|LMHeadModel|Model)$")


class UnknownHead(Exception):
    """Raised where the architecture is known but not the class that the config names."""


@dataclass(frozen=True)
class Built:
    """A model as its config describes it."""

    class_name: str
    tensors: tuple[Tensor, ...]
    text: Config
    """The config of the language model."""

    architecture: Architecture


@cache
def known() -> tuple[str, ...]:
    """Every `model_type` that is built here."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")))


def find(model_type: str) -> Architecture | None:
    """The architecture of a `model_type`, or None."""
    stem = model_type.replace("-", "_")
    if not _TYPE.fullmatch(stem) or stem not in known():
        return None
    architecture = import_module(f"ftspec.model.architectures.{stem}").ARCHITECTURE
    assert isinstance(architecture, Architecture)
    return architecture


def build(architecture: Architecture, values: Mapping[str, Any], class_name: str | None = None) -> Built:
    """The tensors of a model. Raises `BadConfig` for impossible sizes, `UnknownHead` for a class not known here."""
    config = Config(values, architecture.defaults, architecture.aliases)
    name = class_name or _named(values) or architecture.default
    ending = _ending(name)
    head = architecture.heads.get(ending)
    if head is None:
        raise UnknownHead(name)
    body = architecture.body(config)
    inside = under(architecture.prefix, body) if architecture.prefix and ending != "Model" else body
    tensors = (*inside, *head(config))
    text = config if architecture.text is None else _text(architecture, config)
    return Built(name, tensors, text, architecture)


def _text(architecture: Architecture, config: Config) -> Config:
    assert architecture.text is not None
    return config.section(architecture.text, architecture.defaults, architecture.aliases)


def _named(values: Mapping[str, Any]) -> str | None:
    names = values.get("architectures")
    return names[0] if isinstance(names, list) and names and isinstance(names[0], str) else None


def _ending(name: str) -> str:
    match = _ENDING.search(name)
    ending = match.group(1) if match else ""
    return "ForCausalLM" if ending == "LMHeadModel" else ending
