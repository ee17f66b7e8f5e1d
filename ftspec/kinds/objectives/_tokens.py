"""Training on token ids with labels: TRL's `SFTTrainer`, with the order of the plan and no needless logits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives import Example, Job
from ftspec.kinds.objectives._attention import BOUNDS, attend_by_row
from ftspec.kinds.objectives._feeding import IGNORED, given, keep_in_fp32, loader
from ftspec.kinds.objectives._few_lengths import multiple_of, rounded_up, wants_few_lengths, with_more
from ftspec.kinds.objectives._order import MicroBatches, Order
from ftspec.kinds.objectives._ranks import agreed, share

if TYPE_CHECKING:
    from datasets import Dataset
    from torch import Tensor
    from torch.utils.data import DataLoader
    from transformers import Trainer

    from ftspec.plan.steps import Train


def token_settings(step: Train) -> dict[str, Any]:
    """The arguments of `SFTConfig` for rows that are tokenized already."""
    return {"padding_free": step.packing, "max_length": None, "dataset_kwargs": {"skip_prepare_dataset": True}}


def token_trainer(job: Job, trainer_class: type[Any] | None = None) -> Trainer:
    """A trainer for rows with `input_ids` and `labels`, on the mean cross-entropy of the trained tokens of a step."""
    from trl import SFTConfig

    arguments = SFTConfig(**job.arguments, **token_settings(job.step))
    trainer = (trainer_class or token_trainer_class())(**given(job, arguments))
    trainer.order = order_of(job.step, job.lengths)
    trainer.by_row = job.step.packing and attend_by_row(_base(job.model), max(trainer.order.lengths))
    keep_in_fp32(trainer.model)
    _keep_lengths_few(trainer, job)
    # The loss of `compute_loss` is divided by the trained tokens of the whole step, which Trainer then must count.
    trainer.model_accepts_loss_kwargs = True
    return trainer


def _keep_lengths_few(trainer: Any, job: Job) -> None:
    trainer.few_lengths = wants_few_lengths(job)
    if trainer.few_lengths:
        context = getattr(job.model.config.get_text_config(), "max_position_embeddings", None) or 256
        multiple = multiple_of(trainer.order, context)
        trainer.data_collator = rounded_up(trainer.data_collator, multiple, job.tokenizer.pad_token_id)


def token_columns(examples: Sequence[Example]) -> dict[str, list[Any]]:
    """Token ids and labels. Nothing predicts a row's first token, so it has no label."""
    rows = [example.sequences[0] for example in examples]
    labels = [
        [IGNORED, *(id if trains else IGNORED for id, trains in zip(row.ids[1:], row.trained[1:], strict=True))]
        for row in rows
    ]
    return {"input_ids": [row.ids for row in rows], "labels": labels}


def token_lengths(columns: Mapping[str, list[Any]]) -> list[int]:
    """The ids of each row."""
    return [len(ids) for ids in columns["input_ids"]]


def order_of(step: Train, lengths: Sequence[int]) -> Order:
    """The order in which the rows of a step train."""
    return Order(
        lengths=lengths,
        batch_size=step.batch_size,
        micro_batch_size=step.micro_batch_size,
        seed=step.seed,
        level=step.packing,
        shuffled=step.shuffled,
    )


def _base(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def row_lengths(rows: Dataset) -> list[int]:
    """The tokens of each row."""
    import pyarrow.compute as compute

    lengths: list[int] = compute.list_value_length(rows.data.column("input_ids")).to_pylist()
    return lengths


@cache
def token_trainer_class() -> Any:
    from trl import SFTTrainer

    class TokenTrainer(SFTTrainer):  # type: ignore[misc]
        """TRL's trainer with three things of its own: order, loss, validation."""

        loss_is_scaled_for_ga = True
        order: Order
        by_row: bool
        few_lengths: bool

        def get_train_dataloader(self) -> DataLoader[Any]:
            def epoch() -> int:
                return int(self.state.global_step) // self.order.steps_in_epoch

            return loader(self.train_dataset, MicroBatches(self.order, epoch, share()), self.data_collator)

        def _prepare_inputs(self, inputs: Any) -> Any:
            # Attention row by row needs the bounds as numbers: on a GPU, reading them back would stall every layer.
            bounds = {BOUNDS: inputs[BOUNDS]} if self.by_row and BOUNDS in inputs else {}
            return {**super()._prepare_inputs(inputs), **bounds}

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            if return_outputs:
                return super().compute_loss(model, inputs, True, num_items_in_batch)
            # On GPUs TRL's fused head scores trained positions alone; elsewhere it scores them all. Its auxiliary
            # loss is what a mixture of experts needs.
            if self.aux_loss_enabled or inputs["input_ids"].is_cuda:
                return super().compute_loss(model, inputs, False, num_items_in_batch)
            total, count = summed_loss(model, inputs, self.few_lengths)
            if num_items_in_batch is None:
                return total / count
            # The count is that of all processes, over which gradients are averaged.
            return total / num_items_in_batch * share().count

        def evaluate(self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval") -> Any:
            loss = held_out_loss(self, self.eval_dataset if eval_dataset is None else eval_dataset)
            metrics = {f"{metric_key_prefix}_loss": loss}
            before: Any = self.control  # type: ignore[has-type]
            self.control = self.callback_handler.on_evaluate(self.args, self.state, before, metrics)
            return metrics

    return TokenTrainer


def summed_loss(model: Any, inputs: dict[str, Any], few_lengths: bool = False) -> tuple[Tensor, int]:
    """The summed cross-entropy (nats) of a micro batch's trained tokens, and how many there are.

    The head of the model, often its largest matrix, is applied only in the columns in which some row trains; with
    `few_lengths` in a few more.
    """
    import torch.nn.functional as F

    labels = inputs["labels"][:, 1:]
    columns = (labels != IGNORED).any(dim=0).nonzero().flatten()
    if few_lengths:
        columns = with_more(columns, labels.shape[1])
    given = {key: value for key, value in inputs.items() if key != "labels"}
    logits = model(**given, use_cache=False, logits_to_keep=columns + virtual_tokens(model)).logits
    wanted = labels[:, columns]
    kept = wanted != IGNORED
    loss = F.cross_entropy(logits[kept].float(), wanted[kept], reduction="sum")
    return loss, int(kept.sum())


def virtual_tokens(model: Any) -> int:
    """How many positions prompt tuning puts before the row's own."""
    from ftspec.kinds.objectives._sampling import learns_prompts

    model = getattr(model, "module", model)  # under what sends gradients between devices
    if not learns_prompts(model) or model.active_peft_config.peft_type == "PREFIX_TUNING":
        return 0
    return int(model.active_peft_config.num_virtual_tokens)


def held_out_loss(trainer: Any, rows: Dataset) -> float:
    """The mean cross-entropy (nats) over all trained tokens of some rows."""
    import torch

    order = Order(row_lengths(rows), len(rows), trainer.order.micro_batch_size, 0, trainer.order.level)
    was_training = trainer.model.training
    trainer.model.eval()
    total, count = 0.0, 0
    with torch.no_grad(), trainer.compute_loss_context_manager():
        for batch in loader(rows, MicroBatches(order, lambda: 0), trainer.data_collator):
            loss, tokens = summed_loss(trainer.model, trainer._prepare_inputs(batch), trainer.few_lengths)
            total, count = total + float(loss), count + tokens
    trainer.model.train(was_training)
    found: float = agreed(total / max(1, count))
    return found
