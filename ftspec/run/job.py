"""A train step made ready for the libraries: rows as token ids, arguments, a tokenizer, an attendant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.errors import CannotRun
from ftspec.kinds.methods import Method
from ftspec.kinds.objectives import Example
from ftspec.kinds.objectives._order import Order
from ftspec.kinds.objectives._tokens import order_of
from ftspec.kinds.optimizers import Optimizer
from ftspec.kinds.registry import make
from ftspec.kinds.schedulers import Scheduler
from ftspec.kinds.stoppings import Stopping
from ftspec.plan.steps import PlannedUse, Train
from ftspec.run.attendant import Attendant, as_callback
from ftspec.run.others import Others
from ftspec.run.penalty import add_penalty
from ftspec.run.session import Session
from ftspec.run.weights import method_of, objective_of

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback

    from ftspec.data import Row
    from ftspec.kinds.objectives._rewards import Score
    from ftspec.model.tokenizer import Tokenizer


@dataclass
class TrainJob:
    """All that an objective needs (`ftspec.kinds.objectives.Job`)."""

    step: Train
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    train: Dataset
    lengths: list[int]
    validation: Dataset | None
    arguments: dict[str, Any]
    callbacks: list[TrainerCallback]
    attendant: Attendant
    tokens: list[int]
    """Real tokens of each optimizer step."""

    others: Others
    """The other models that take part."""

    @property
    def root(self) -> Path:
        """The spec's folder."""
        return self.others.session.root

    @property
    def ends(self) -> frozenset[int]:
        """Every token that ends an answer."""
        return self.others.ends(self.step.model)

    @property
    def switches(self) -> bool:
        """Whether the model with its adapter switched off is the model that the stage starts from."""
        return method_of(self.step.method).switches and not self.step.continues_adapter

    def scorer(self, train: str) -> Score:
        """What the reward model that a train made gives for answers."""
        return self.others.scorer(train)

    def frozen(self, maker: str) -> PreTrainedModel:
        """The model that a train made or a `model` block names, for reading alone."""
        return self.others.opened(maker).model

    def trainer(self) -> Trainer:
        """The objective's trainer, attended."""
        from transformers import PrinterCallback

        method = method_of(self.step.method)
        trainer = objective_of(self.step.objective).trainer(self)
        trainer.remove_callback(PrinterCallback)
        add_penalty(trainer, method)
        _set_rates(trainer, method)
        self.attendant.trainer = trainer
        return trainer


def prepared_job(step: Train, session: Session, model: Any, folder: Path) -> TrainJob:
    """The job of a step."""
    objective = objective_of(step.objective)
    columns = objective.columns(_some(_examples(step.data, step, session), step))
    held_out = _examples(step.validation, step, session) if step.validation is not None else []
    # Of rows that models write, the plan knows only about how many each part gets: none may be left to watch by.
    watched = step if held_out else step.model_copy(update={"validation": None})
    lengths = objective.lengths(columns)
    tokens = _tokens(order_of(step, lengths), step.optimizer_steps)
    attendant = Attendant(watched, tokens, folder, session.events, session.stopper, stopping_of(step))
    return TrainJob(
        step=step,
        model=model,
        tokenizer=library_tokenizer(session.tokenizer(step.model)),
        train=_dataset(columns),
        lengths=lengths,
        validation=_dataset(objective.columns(held_out)) if held_out else None,
        arguments=training_arguments(step, session.plan.target.kind == "cpu", folder),
        callbacks=[as_callback(attendant)],
        attendant=attendant,
        tokens=tokens,
        others=Others(session),
    )


def _set_rates(trainer: Any, method: Method) -> None:
    """Give parameters that learn faster than others groups of their own, as LoRA+ asks for."""
    names = {id(parameter): name for name, parameter in trainer.model.named_parameters()}
    factors = {key: method.rate_factor(name) for key, name in names.items()}
    if set(factors.values()) == {1.0}:
        return
    optimizer = trainer.create_optimizer()
    groups = list(optimizer.param_groups)
    optimizer.param_groups.clear()
    for group in groups:
        for factor in sorted({factors[id(each)] for each in group["params"]}):
            chosen = [each for each in group["params"] if factors[id(each)] == factor]
            optimizer.add_param_group({**group, "params": chosen, "lr": group["lr"] * factor})


def training_arguments(step: Train, on_cpu: bool, folder: Path) -> dict[str, Any]:
    """The keyword arguments of `TrainingArguments` that follow from a step; what to save and log is not theirs."""
    optimizer, scheduler = make("optimizers", dict(step.optimizer)), make("schedulers", dict(step.scheduler))
    assert isinstance(optimizer, Optimizer)
    assert isinstance(scheduler, Scheduler)
    return {
        "output_dir": str(folder),
        "max_steps": step.optimizer_steps,
        "per_device_train_batch_size": step.micro_batch_size,
        "per_device_eval_batch_size": step.micro_batch_size,
        "gradient_accumulation_steps": step.accumulation,
        "learning_rate": step.learning_rate,
        "warmup_steps": step.warmup_steps,
        "weight_decay": step.weight_decay,
        "max_grad_norm": step.max_grad_norm,
        "gradient_checkpointing": step.gradient_checkpointing,
        "seed": step.seed,
        "bf16": step.precision == "bf16",
        "fp16": step.precision == "fp16",
        "use_cpu": on_cpu,
        "dataloader_pin_memory": not on_cpu,
        "remove_unused_columns": False,
        "save_strategy": "no",
        "eval_strategy": "no",
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "report_to": "none",
        "disable_tqdm": True,
        **optimizer.training_arguments(),
        **scheduler.training_arguments(step.optimizer_steps),
    }


def library_tokenizer(tokenizer: Tokenizer) -> PreTrainedTokenizerBase:
    """Our tokenizer in the class that trainers ask for; they tokenize nothing with it."""
    from transformers import PreTrainedTokenizerFast

    template = tokenizer.chat_template
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer.backend,
        eos_token=tokenizer.eos.text,
        pad_token=tokenizer.pad.text,
        bos_token=tokenizer.bos.text if tokenizer.bos else None,
        chat_template=template.source if template else None,
    )


def examples_of(rows: Iterable[Row], tokenizer: Tokenizer, max_length: int) -> list[Example]:
    """Rows as a step's tokenizer sees them: one sequence each, or one with the chosen and one with the rejected."""
    from ftspec.data import branches, encode

    rows = list(rows)
    encoded = iter(encode(rows, tokenizer, max_length))
    return [Example(tuple(islice(encoded, len(branches(row)))), row.fields, row.answer) for row in rows]


def _examples(use: PlannedUse, step: Train, session: Session) -> list[Example]:
    rows = session.learned(step) if use == step.data else session.rows(use)
    return examples_of(rows, session.tokenizer(step.model), step.max_length)


def _some(examples: list[Example], step: Train) -> list[Example]:
    if not examples:
        name, data = step.id.removeprefix("train."), step.data.data.removeprefix("data.")
        raise CannotRun(f"{name} has no row to train on", f"have more rows of `{data}` written, or split it otherwise")
    return examples


def _tokens(order: Order, steps: int) -> list[int]:
    """Real tokens of each of the first `steps` optimizer steps."""
    found: list[int] = []
    epoch = 0
    while len(found) < steps:
        found += [sum(order.lengths[row] for row in rows) for rows in order.steps(epoch)]
        epoch += 1
    return found[:steps]


def stopping_of(step: Train) -> Stopping | None:
    """When the plan ends the training early."""
    if step.early_stopping is None:
        return None
    stopping = make("stoppings", dict(step.early_stopping))
    assert isinstance(stopping, Stopping)
    return stopping


def _dataset(columns: Mapping[str, list[Any]]) -> Dataset:
    from datasets import Dataset

    return Dataset.from_dict(dict(columns))
