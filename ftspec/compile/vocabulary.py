"""Which blocks there are, and which attribute belongs where."""

from __future__ import annotations

from ftspec.compile.read.forms import block_model, forms_of
from ftspec.compile.read.forms.calls import CallForm
from ftspec.spec.data import Augment, Clean, Data, Mixture, Split
from ftspec.spec.goal import Goal
from ftspec.spec.hardware import Hardware
from ftspec.spec.model import Model, Vocabulary
from ftspec.spec.output import Output
from ftspec.spec.rules import Budget, Gates
from ftspec.spec.search import Search
from ftspec.spec.template import Template
from ftspec.spec.train import Train
from ftspec.spec.types import Frozen

BLOCKS: dict[str, type[Frozen]] = {
    "goal": Goal,
    "model": Model,
    "template": Template,
    "data": Data,
    "train": Train,
    "gates": Gates,
    "budget": Budget,
    "hardware": Hardware,
    "search": Search,
    "output": Output,
}
"""The model of each top-level block."""

NESTED: dict[str, type[Frozen]] = {
    "clean": Clean,
    "split": Split,
    "augment": Augment,
    "mixture": Mixture,
    "vocabulary": Vocabulary,
}
"""Blocks that stand inside others."""

HIDDEN: dict[str, tuple[str, ...]] = {
    "goal": ("sentence",),
    "template": ("turns",),
    "gates": ("rules",),
    "budget": ("rules",),
    "mixture": ("parts",),
    "search": ("maximize", "minimize", "score", "explored"),
}
"""Fields that are no attributes: they are written as a sentence, turns or rules."""


def attributes_of(kind: str) -> tuple[str, ...]:
    """What a block may say, nested blocks included."""
    model = {**BLOCKS, **NESTED}[kind]
    hidden = HIDDEN.get(kind, ())
    return tuple(field.alias or name for name, field in model.model_fields.items() if name not in hidden)


def homes_of(name: str) -> tuple[str, ...]:
    """The blocks that have an attribute of this name."""
    return tuple(kind for kind in (*BLOCKS, *NESTED) if name in attributes_of(kind))


def attribute_for(family: str, among: tuple[str, ...] = ("train", "model", "data", "output")) -> str | None:
    """The attribute that takes calls of a family: `optimizer` for `optimizers`."""
    for kind in among:
        for name, field in BLOCKS[kind].model_fields.items():
            forms = forms_of(field) if block_model(field) is None else ()
            if any(isinstance(form, CallForm) and form.family == family for form in forms):
                return field.alias or name
    return None
