"""`train` blocks become `train` steps: every `auto` decided, every length counted in optimizer steps."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ftspec.compile.codes import UNFIT_METHOD
from ftspec.compile.defaults import (
    makers_of,
    method_of,
    objective_of,
    optimizer_of,
    paraphrase_of,
    root_model,
    scheduler_of,
)
from ftspec.compile.lower.auto.kernels import choose_attention, note_kernels
from ftspec.compile.lower.auto.limits import within_budget
from ftspec.compile.lower.auto.max_length import choose_max_length
from ftspec.compile.lower.auto.micro_batch import Batching, choose_batching
from ftspec.compile.lower.auto.packing import choose_packing
from ftspec.compile.lower.auto.precision import choose_training_precision
from ftspec.compile.lower.auto.sharding import note_sharing, ways_to_share
from ftspec.compile.lower.data import expected_paraphrases, generate_steps, paraphrase_id, prepare_steps
from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.compile.lower.fitting import fitting
from ftspec.compile.lower.models import fetch_steps, quantization_of
from ftspec.plan.facts import ModelFacts, TokenFacts
from ftspec.plan.resources import Estimate, train_memory
from ftspec.plan.steps import Adaptation, CallRecord, PlannedUse, Step, Train
from ftspec.spec.model import Precision
from ftspec.spec.train import Train as TrainBlock
from ftspec.spec.types import Length, Use


def train_steps(draft: Draft) -> tuple[Train, ...]:
    """The stages, each after the ones it starts from."""
    made: list[Train] = []
    for name in in_order(draft):
        stage = _Stage.of(draft, name, tuple(made))
        step = None if stage is None else stage.step()
        made += [] if step is None else [step]
    return tuple(made)


def in_order(draft: Draft) -> list[str]:
    """Stage names in the order of the file, a stage after its parents."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        for other in makers_of(draft.spec, name):
            visit(other)
        if name not in ordered:
            ordered.append(name)

    for name in draft.spec.trains:
        visit(name)
    return ordered


@dataclass
class _Stage:
    """One stage in the making."""

    draft: Draft
    name: str
    block: TrainBlock
    model_name: str
    model: ModelFacts
    before: tuple[Train, ...]
    """The stages that are made already, those that it needs among them."""

    @classmethod
    def of(cls, draft: Draft, name: str, before: tuple[Train, ...]) -> _Stage | None:
        model = root_model(draft.spec, name)
        if model is None:
            return None
        return cls(draft, name, draft.spec.trains[name], model, draft.facts.models[model], before)

    @property
    def path(self) -> str:
        return f"train.{self.name}"

    def step(self) -> Train | None:
        """The finished step, or None when the method does not fit the model or the data the objective."""
        adaptation = fitting(self.draft, self.name, self.model_name)
        return None if adaptation is None else self._batched(self._unbatched(adaptation))

    def _unbatched(self, adaptation: Adaptation) -> Train:
        """The step with a micro batch of one, from which the memory of larger ones is reckoned."""
        block, said, spec = self.block, self.draft.said, self.draft.spec
        tokens = self._tokens(block.data)
        steps, epochs = self._length(tokens)
        parent = block.from_ or block.adapter_of
        batch = said(f"{self.path}.batch_size", block.batch_size)
        scheduler = scheduler_of(block)
        validation = self._validation()
        return Train.model_validate(
            {
                "id": self.path,
                "model": f"model.{self.model_name}",
                "from": f"train.{parent}" if parent else None,
                "continues_adapter": block.adapter_of is not None,
                "data": self._planned(block.data),
                "validation": self._planned(validation) if validation else None,
                "tokens": tokens,
                "objective": said(f"{self.path}.objective", objective_of(block)).model_dump(),
                "outputs": objective_of(block).outputs,
                "sequences": objective_of(block).sequences,
                "reads_reference": objective_of(block).reads_reference,
                "method": said(f"{self.path}.method", method_of(block)).model_dump(),
                "adaptation": adaptation,
                "epochs": epochs,
                "optimizer_steps": steps,
                "warmup_steps": ceil(scheduler.warmup * steps),
                "batch_size": batch,
                "micro_batch_size": 1,
                "accumulation": ceil(batch / self._devices),
                "devices": self._devices,
                "learning_rate": self._rate(),
                "scheduler": said(f"{self.path}.scheduler", scheduler).model_dump(),
                "optimizer": self._optimizer(),
                "weight_decay": said(f"{self.path}.weight_decay", block.weight_decay),
                "max_grad_norm": said(f"{self.path}.max_grad_norm", block.max_grad_norm),
                "max_length": choose_max_length(self.draft, f"{self.path}.max_length", block, tokens, self.model),
                "packing": (packing := choose_packing(self.draft, f"{self.path}.packing", block, self.model)),
                "precision": self._precision(packing),
                "attention": choose_attention(self.draft, self.path, packing, self.model),
                "gradient_checkpointing": False,
                "checkpoint_every": self._checkpoint_every(steps),
                "early_stopping": block.early_stopping.model_dump() if block.early_stopping else None,
                "seed": said(f"{self.path}.seed", block.seed),
                "shuffled": self._shuffled(block.data),
                "needs": self._needs(parent, spec.trains[self.name].data, validation),
            }
        )

    @property
    def _devices(self) -> int:
        target, objective = self.draft.facts.target, objective_of(self.block)
        there = target.count * target.nodes
        use = min(there, self.block.batch_size) if objective.several_devices else 1
        if use == there:
            return there
        few = f"a batch of {use} has work for no more"
        reason = few if objective.several_devices else f"{objective.keyword()} learns in one process"
        return int(self.draft.chosen(f"{self.path}.devices", Chosen(use, reason)))

    def _batched(self, step: Train) -> Train:
        """The step with its sharding, micro batch, accumulation and checkpointing decided."""
        per_device = ceil(step.batch_size / self._devices)
        sharded, batching = self._shared_out(step, per_device)
        note_kernels(self.draft, self.path, self.draft.facts.target)
        micro = self._decided("micro_batch_size", batching.micro)
        recompute = self._decided("gradient_checkpointing", batching.checkpointing)
        changes = {
            "micro_batch_size": micro,
            "accumulation": ceil(per_device / micro),
            "gradient_checkpointing": recompute,
        }
        return sharded.model_copy(update=changes)

    def _shared_out(self, step: Train, per_device: int) -> tuple[Train, Batching]:
        """The first way to share out state in which the stage fits; the last one where it fits in none."""
        for choice in ways_to_share(self.draft, self._devices):
            tried = step.model_copy(update=choice.changes)
            batching = self._batching(tried, per_device)
            if batching.fits:
                break
        note_sharing(self.draft, self._devices, choice)
        return tried, batching

    def _batching(self, step: Train, per_device: int) -> Batching:
        block, target = self.block, within_budget(self.draft)
        around: tuple[Step, ...] = (
            *fetch_steps(self.draft),
            *prepare_steps(self.draft),
            *generate_steps(self.draft),
            *self.before,
        )
        estimate = Estimate((*around, step), self.draft.facts, target)
        step, others = estimate.trains[-1], estimate.others(step)

        def memory(micro: int, recompute: bool) -> int:
            tried = step.model_copy(update={"micro_batch_size": micro, "gradient_checkpointing": recompute})
            return sum(train_memory(tried, self.model, target, self._quantization(), others=others).values())

        return choose_batching(
            per_device,
            step.tokens,
            step.max_length,
            target,
            memory,
            None if block.micro_batch_size == "auto" else min(block.micro_batch_size, per_device),
            self._recomputes(),
            objective_of(block).smallest_micro_batch,
        )

    def _recomputes(self) -> bool | None:
        """Whether activations are recomputed; None where that follows from the memory there is."""
        asked, method = self.block.gradient_checkpointing, method_of(self.block)
        if asked is True and not method.recomputes:
            message = f"`{method.keyword()}` learns keys and values that a layer which is computed again reads twice"
            path, help = f"{self.path}.gradient_checkpointing", "leave it out, or use `prompt_tuning()`"
            self.draft.report(UNFIT_METHOD, message, path, help)
        if asked == "auto":
            return None if method.recomputes else False
        return asked

    def _quantization(self) -> CallRecord | None:
        return quantization_of(self.draft, self.model_name)

    def _decided(self, field: str, choice: Chosen) -> int:
        path = f"{self.path}.{field}"
        if getattr(self.block, field) == "auto":
            return (
                int(self.draft.chosen(path, choice))
                if field != "gradient_checkpointing"
                else bool(self.draft.chosen(path, choice))
            )
        return int(self.draft.said(path, choice.value)) if field != "gradient_checkpointing" else bool(choice.value)

    def _tokens(self, use: Use) -> TokenFacts | None:
        found = self.draft.facts.tokens.get((use.data, use.split or "all", self.model_name))
        paraphrase = paraphrase_of(self.draft.spec, use)
        if found is None or paraphrase is None:
            return found
        return _with_paraphrases(found, expected_paraphrases(self.draft, use), paraphrase.max_new_tokens)

    def _rows(self) -> int:
        use = self.block.data
        return self.draft.facts.data[use.data].splits[use.split or "all"] + expected_paraphrases(self.draft, use)

    def _length(self, tokens: TokenFacts | None) -> tuple[int, float]:
        """Optimizer steps, and the epochs they make."""
        length: Length = self.draft.said(f"{self.path}.length", self.block.length)
        objective = objective_of(self.block)
        per_epoch = max(1, ceil(self._rows() / self.block.batch_size * objective.steps_a_batch))
        if length.unit == "epochs":
            return max(1, ceil(length.count * per_epoch)), length.count
        if length.unit == "steps":
            steps = int(length.count)
        else:
            per_step = tokens.tokens / tokens.rows * self.block.batch_size if tokens else 2048 * self.block.batch_size
            steps = max(1, ceil(length.count / per_step))
        return steps, round(steps / per_epoch, 4)

    def _rate(self) -> float:
        path = f"{self.path}.learning_rate"
        if self.block.learning_rate != "auto":
            return self.draft.said(path, self.block.learning_rate)
        method = method_of(self.block)
        return float(self.draft.chosen(path, Chosen(method.usual_learning_rate, f"usual for `{method.keyword()}`")))

    def _optimizer(self) -> CallRecord:
        path = f"{self.path}.optimizer"
        on_cuda = self.draft.facts.target.kind == "cuda"
        optimizer = optimizer_of(self.block, on_cuda)
        if self.block.optimizer is None and method_of(self.block).optimizer():
            self.draft.chosen(
                path, Chosen(optimizer, f"the one of `{method_of(self.block).keyword()}` where the device has it")
            )
        else:
            self.draft.said(path, optimizer)
        record: CallRecord = optimizer.model_dump()
        return record

    def _precision(self, packing: bool) -> Precision:
        return choose_training_precision(
            self.draft, f"{self.path}.precision", self.block.precision, self.model, packing
        )

    def _checkpoint_every(self, steps: int) -> int:
        path = f"{self.path}.checkpoint_every"
        if self.block.checkpoint_every != "auto":
            return self.draft.said(path, self.block.checkpoint_every)
        return int(self.draft.chosen(path, Chosen(max(10, ceil(steps / 10)), "about ten in a run")))

    def _validation(self) -> Use | None:
        """The rows that watch the training: as the spec says, else the validation part of the training data."""
        path, objective = f"{self.path}.validation", objective_of(self.block)
        if self.block.validation is not None:
            if not objective.watches:
                message = f"`{objective.keyword()}` learns from answers of its own, and has no loss on held-out rows"
                self.draft.report(UNFIT_METHOD, message, path, "leave it out; `mean_reward(…)` measures its answers")
            return self.draft.said(path, self.block.validation)
        use = self.block.data
        if not objective.watches:
            return None
        if use.split != "train" or not self.draft.facts.data[use.data].splits.get("validation"):
            return None
        found: Use = Use(data=use.data, split="validation")
        self.draft.chosen(path, Chosen(found, "the validation part of the training data"))
        return found

    def _shuffled(self, use: Use) -> bool:
        data = self.draft.spec.data[use.data]
        return data.order == "shuffled" and (data.mixture is None or data.mixture.order == "shuffled")

    def _planned(self, use: Use) -> PlannedUse:
        return PlannedUse(data=f"data.{use.data}", split=use.split or "all")

    def _needs(self, parent: str | None, data: Use, validation: Use | None) -> tuple[str, ...]:
        needs = [f"model.{self.model_name}", f"data.{data.data}"]
        needs += [paraphrase_id(data.data)] if paraphrase_of(self.draft.spec, data) else []
        needs += [f"data.{validation.data}"] if validation and validation.data != data.data else []
        others = objective_of(self.block).makers()
        made = [f"{'train' if each in self.draft.spec.trains else 'model'}.{each}" for each in others]
        return tuple(dict.fromkeys((*needs, *([f"train.{parent}"] if parent else []), *made)))


def _with_paraphrases(facts: TokenFacts, more: int, longest: int) -> TokenFacts:
    """The facts of rows with so many paraphrases: of the same mean length, the longest longer by a whole answer."""
    grown = (facts.rows + more) / facts.rows
    changes = {
        "rows": facts.rows + more,
        "tokens": round(facts.tokens * grown),
        "trained_tokens": round(facts.trained_tokens * grown),
        "longest": facts.longest + longest,
    }
    return facts.model_copy(update=changes)
