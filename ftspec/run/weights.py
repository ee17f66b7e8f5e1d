"""Models as the stages of a plan leave them: base weights, then each stage's adapter or whole weights in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.kinds.methods import Method
from ftspec.kinds.quantizations import Quantization
from ftspec.model.load import Precision, load_model
from ftspec.plan.steps import FetchModel
from ftspec.run.folder import appearing
from ftspec.run.session import Session
from ftspec.run.stages import Stage

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Lineage:
    """What a model is made of: the folder of whole weights, and the adapters on it in order."""

    base: FetchModel
    folder: Path
    adapters: tuple[Stage, ...] = ()


def lineage(session: Session, stage: str | None, model: str) -> Lineage:
    """How the result of a stage is made; without a stage, the base model alone.

    An adapter that a later stage went on training is not in it: the later one holds all of it.
    """
    base = session.model_step(model)
    chain = _chain(session, stage)
    wholes = [place for place, each in enumerate(chain) if each.form == "full"]
    if wholes:
        last = wholes[-1]
        return Lineage(base, chain[last].folder, tuple(chain[last + 1 :]))
    return Lineage(base, session.base(model), tuple(chain))


def assemble(
    made: Lineage, device: torch.device, precision: Precision, tokens: int | None, attention: str = "sdpa"
) -> Any:
    """The model with every adapter merged into its weights; quantized last, so that nothing is rounded twice."""
    quantization = quantization_of(made.base)
    folder = made.folder
    if quantization is not None and made.adapters:
        folder = merged_folder(made, tokens)
        made = Lineage(made.base, folder)
    model: Any = load_model(
        folder, precision=precision, device=device, quantization=quantization, attention=attention, vocabulary=tokens
    )
    for stage in made.adapters:
        model = attach(model, stage).merge_and_unload()
    return model


def attach(model: Any, stage: Stage, folder: Path | None = None, trainable: bool = False) -> Any:
    """The model with a stage's adapter on it, read from the stage or from a copy of it."""
    return method_of(stage.method).attach(model, folder or stage.folder, trainable)


def method_of(call: Mapping[str, Any]) -> Method:
    """The method that a plan or a stage names."""
    from ftspec.kinds.registry import make

    method = make("methods", dict(call))
    assert isinstance(method, Method)
    return method


def merged_folder(made: Lineage, tokens: int | None) -> Path:
    """Whole weights on disk that hold everything up to the last adapter, beside that stage; made once."""
    import torch

    target = made.adapters[-1].folder / "merged"
    if not target.is_dir():
        plain = Lineage(made.base.model_copy(update={"quantization": None}), made.folder, made.adapters)
        model = assemble(plain, torch.device("cpu"), made.base.precision, tokens)
        with appearing(target) as building:
            model.save_pretrained(building)
    return target


def quantization_of(step: FetchModel) -> Quantization | None:
    """How the plan stores the model's linear weights."""
    from ftspec.kinds.registry import make

    if step.quantization is None:
        return None
    quantization = make("quantizations", dict(step.quantization))
    assert isinstance(quantization, Quantization)
    return quantization


def vocabulary(session: Session, model: str) -> int | None:
    """How many tokens the embeddings must hold, where the plan adds some."""
    return len(session.tokenizer(model)) if session.model_step(model).added_tokens else None


def _chain(session: Session, stage: str | None) -> Sequence[Stage]:
    """The finished stages from the first to `stage`, without adapters that were trained on."""
    if stage is None:
        return []
    step = session.train_step(stage)
    found = session.stages.find(session.digests[stage])
    assert found is not None, f"{stage} has not run"
    before = list(_chain(session, step.from_))
    return [*(before[:-1] if step.continues_adapter else before), found]
