"""A spec's JSON form: what it says once names, units, constants, parents and overlays are resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.spec.rules import Budget, Gates
from ftspec.spec.spec import Spec
from ftspec.spec.types import Frozen


def json_form(spec: Spec) -> dict[str, Any]:
    """Blocks by kind and label, with every default that does not depend on data or device; see `ftspec schema`."""
    labelled: dict[str, Mapping[str, Frozen]] = {
        "model": spec.models,
        "template": spec.templates,
        "data": spec.data,
        "train": spec.trains,
    }
    single = {"goal": spec.goal, "hardware": spec.hardware, "output": spec.output, "search": spec.search}
    return {
        "ftspec": 1,
        "name": spec.name,
        **{kind: {label: _block(each) for label, each in blocks.items()} for kind, blocks in labelled.items()},
        **{kind: _block(each) for kind, each in single.items() if each is not None},
        "gates": _ruled(spec.gates),
        "budget": _ruled(spec.budget),
    }


def _block(block: Frozen) -> dict[str, Any]:
    return block.model_dump(mode="json", by_alias=True)


def _ruled(block: Gates | Budget) -> dict[str, Any]:
    """Rules as they are written, in the one formatting."""
    rules = [{"verb": each.verb, "rule": each.text, "because": each.because} for each in block.rules]
    return {**block.model_dump(mode="json", by_alias=True, exclude={"rules"}), "rules": rules}
