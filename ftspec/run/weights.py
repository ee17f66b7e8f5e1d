"""Models as the stages of a plan leave them: base weights, then each stage's adapter or whole weights in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.errors import CannotRun
from ftspec.kinds.methods import Method
from ftspec.kinds.objectives import Objective
from ftspec.kinds.quantizations import Quantization
from ftspec.kinds.rope_scalings import RopeScaling
from ftspec.model.load import Precision, load_model
from ftspec.plan.steps import FetchModel, Train
from ftspec.run import artefact
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
    whole: Stage | None = None
    """The stage that left the whole weights; None where they are the base model's."""

    @property
    def objective(self) -> Objective | None:
        """What was learned last, which decides about the head; None for a base model."""
        last = self.adapters[-1] if self.adapters else self.whole
        return None if last is None else objective_of(last.objective)

    @property
    def below(self) -> Lineage:
        """Without the last adapter."""
        return replace(self, adapters=self.adapters[:-1])

    @property
    def unquantized(self) -> Lineage:
        """On the base model's weights as they are."""
        return replace(self, base=self.base.model_copy(update={"quantization": None}))


def lineage(session: Session, stage: str | None, model: str) -> Lineage:
    """How the result of a stage is made; without a stage, the base model alone.

    An adapter that a later stage went on training is not in it: the later one holds all of it.
    """
    base = session.model_step(model)
    chain = _chain(session, stage)
    wholes = [place for place, each in enumerate(chain) if each.form == "full"]
    if wholes:
        last = wholes[-1]
        return Lineage(base, chain[last].folder, tuple(chain[last + 1 :]), chain[last])
    return Lineage(base, session.base(model), tuple(chain))


def assemble(
    made: Lineage,
    session: Session,
    objective: Objective | None = None,
    *,
    device: torch.device | None = None,
    precision: Precision | None = None,
    attention: str | None = None,
) -> Any:
    """The model with every adapter merged into its weights; quantized last, so that nothing is rounded twice.

    Args:
        made: What it is made of.
        session: The run.
        objective: What decides about the head; that which was learned last by default.
        device: The run's by default.
        precision: The base model's by default.
        attention: How it attends; None for the best that transformers has for the model.
    """
    objective = objective or made.objective
    device, precision = device or session.device, precision or made.base.precision
    quantization = quantization_of(made.base)
    if quantization is not None and made.adapters:
        made = Lineage(made.base, merged_folder(made, session))
    model: Any = load_model(
        made.folder,
        precision=precision,
        device=device,
        quantization=quantization,
        attention=attention,
        vocabulary=vocabulary(session, made),
        rope_scaling=rope_scaling_of(made.base),
        labels=objective.outputs if objective else None,
    )
    if objective is not None and objective.outputs is not None:
        # The pad token is how a decoder finds the last token of a row.
        model.config.get_text_config().pad_token_id = session.tokenizer(made.base.id).pad.id
        model.config.update(objective.head_settings())
    for stage in made.adapters:
        model = folded(attach(model, stage))
    return model


def folded(model: Any) -> Any:
    """The model with its adapter in its own weights.

    Heads that were trained whole take their places first: PEFT 0.21 can do that only for modules with a `weight` of
    their own, and RoBERTa's and ELECTRA's heads are modules of modules.
    """
    from peft.utils.other import ModulesToSaveWrapper

    for name, module in list(model.named_modules()):
        if isinstance(module, ModulesToSaveWrapper):
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, module.modules_to_save[module.active_adapters[0]])
    return model.merge_and_unload()


def attach(model: Any, stage: Stage, folder: Path | None = None, trainable: bool = False) -> Any:
    """The model with a stage's adapter on it, read from the stage or from a copy of it."""
    return method_of(stage.method).attach(model, folder or stage.folder, trainable)


def rope_scaling_of(step: FetchModel) -> RopeScaling | None:
    """How the plan stretches the positions of a model."""
    if step.rope_scaling is None:
        return None
    from ftspec.kinds.registry import make

    scaling = make("rope_scalings", dict(step.rope_scaling))
    assert isinstance(scaling, RopeScaling)
    return scaling


def method_of(call: Mapping[str, Any]) -> Method:
    """The method that a plan or a stage names."""
    from ftspec.kinds.registry import make

    method = make("methods", dict(call))
    assert isinstance(method, Method)
    return method


def objective_of(call: Mapping[str, Any]) -> Objective:
    """The objective that a plan or a stage names."""
    from ftspec.kinds.registry import make

    objective = make("objectives", dict(call))
    assert isinstance(objective, Objective)
    return objective


def merged_folder(made: Lineage, session: Session) -> Path:
    """Whole weights on disk that hold everything up to the last adapter, beside that stage; made once."""
    import torch

    last = made.adapters[-1]
    if last.folder == session.folder.model:
        raise CannotRun(f"{session.stages.folder} is not there: nothing may be written into the artefact", _AGAIN)
    target = last.folder / "merged"
    if not target.is_dir():
        model = assemble(made.unquantized, session, device=torch.device("cpu"))
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


def vocabulary(session: Session, made: Lineage) -> Mapping[int, Sequence[int]] | None:
    """The tokens that the plan adds, each with those that stand for it in the model as it came.

    None where none is added, and where the weights are those of a stage that has trained them.
    """
    added = session.model_step(made.base.id).added_tokens
    folder = session.base(made.base.id)
    if not added or made.folder != folder:
        return None
    from ftspec.model.tokenizer import load_tokenizer

    before, now = load_tokenizer(folder), session.tokenizer(made.base.id)
    ids = ((now.backend.token_to_id(text), text) for text in added)
    return {n: before.backend.encode(text, add_special_tokens=False).ids for n, text in ids if n is not None}


def _chain(session: Session, stage: str | None) -> Sequence[Stage]:
    """The finished stages from the first to `stage`, without adapters that were trained on."""
    if stage is None:
        return []
    step = session.train_step(stage)
    found = session.stages.find(session.digests[stage]) or _shipped(session, step)
    if found is None:
        name, home = stage.removeprefix("train."), session.stages.place(session.stages.folder, session.digests[stage])
        raise CannotRun(f"what `{name}` learned is not in {home} any more", _AGAIN)
    before = list(_chain(session, step.from_))
    return [*(before[:-1] if step.continues_adapter else before), found]


_AGAIN = "bring the folder back, or run the spec again"


def _shipped(session: Session, step: Train) -> Stage | None:
    """The stage as it ships: a run that was copied without its stages has its last adapter in its artefact."""
    export, digest = session.plan.ships, session.digests[step.id]
    if export.stage != step.id or export.form != "adapter":
        return None
    if artefact.kept(session.folder.model, session.digests[export.id]) is None:
        return None
    # What the training was, nobody asks here.
    told = (0.0, 0, 0, 0.0, 0, 0.0)
    return Stage(step.id, digest, "adapter", *told, step.method, step.objective, folder=session.folder.model)
