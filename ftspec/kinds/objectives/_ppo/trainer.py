"""PPO in the loop of transformers' `Trainer`, which brings the optimizer, the schedule, accelerate and checkpoints.

Every `epochs × minibatches` optimizer steps new experience is gathered: `minibatches × batch_size` answers, each
learned from `epochs` times. All follows from the seed and the step alone, and a checkpoint holds the experience that is
not used up, so that an interrupted training goes on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._order import Order
from ftspec.kinds.objectives._ppo.estimate import policy_loss, value_loss
from ftspec.kinds.objectives._ppo.policy import HEAD, add_value_head, read
from ftspec.kinds.objectives._ppo.rollout import Rollout, Sampler

if TYPE_CHECKING:
    from torch import Generator

    from ftspec.kinds.objectives import Job
    from ftspec.kinds.objectives.ppo import Ppo

_STATE = "ppo.safetensors"
_IGNORED = -100


def ppo_trainer(job: Job, ppo: Ppo, sampler: Sampler) -> Any:
    """A trainer that is ready to start; its model gets a value head, which goes when training ends."""
    from transformers import TrainingArguments

    add_value_head(job.model)
    arguments = TrainingArguments(**job.arguments, ignore_data_skip=True)
    trainer = _trainer_class()(
        model=job.model,
        args=arguments,
        train_dataset=job.train,
        callbacks=job.callbacks,
        processing_class=job.tokenizer,
    )
    trainer.model_accepts_loss_kwargs = True
    step = job.step
    trainer.ppo, trainer.sampler = ppo, sampler
    trainer.order = Order(job.lengths, step.batch_size, step.micro_batch_size, step.seed, level=False)
    return trainer


class MicroBatches:
    """The micro batches from the step that training has reached on, each gathered when it is due."""

    def __init__(self, trainer: Any) -> None:
        self._trainer = trainer

    def __len__(self) -> int:
        args, order = self._trainer.args, self._trainer.order
        steps: int = order.steps_in_epoch * self._trainer.ppo.passes
        return steps * int(args.gradient_accumulation_steps)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        step = int(self._trainer.state.global_step)
        while True:
            yield from self._trainer.experience(step)
            step += 1


@cache
def _trainer_class() -> type[Any]:
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import Trainer

    class PpoTrainer(Trainer):  # type: ignore[misc]
        """Learns from its own answers."""

        loss_is_scaled_for_ga = True
        ppo: Ppo
        sampler: Sampler
        order: Order
        penalty: Any = staticmethod(lambda: None)
        rollout: Rollout | None = None
        figures: dict[str, float] = {}  # noqa: RUF012

        def get_train_dataloader(self) -> Any:
            return MicroBatches(self)

        def experience(self, step: int) -> Iterator[dict[str, Any]]:
            """The micro batches of one optimizer step."""
            number, place = divmod(step, self.ppo.passes)
            if place == 0 or self.rollout is None:
                self.rollout = self._gathered(number)
            epoch, part = divmod(place, self.ppo.minibatches)
            rows = torch.randperm(len(self.rollout.ids), generator=self._random("order", number, epoch)).tolist()
            size, count = self.order.batch_size, int(self.args.gradient_accumulation_steps)
            chosen = rows[part * size : (part + 1) * size]
            for micro in range(count):
                some = self.rollout.of(chosen[micro * size // count : (micro + 1) * size // count])
                labels = some["ids"][:, -some["mask"].shape[1] :].where(some["mask"].bool(), _IGNORED)
                yield {**some, "labels": labels, "shift_labels": labels}

        def _gathered(self, number: int) -> Rollout:
            size = self.order.batch_size * self.ppo.minibatches
            stream = (row for epoch in _count() for step in self.order.steps(epoch) for row in step)
            rows = list(islice(stream, number * size, (number + 1) * size))
            data = self.train_dataset[rows]
            model, was_training = self.accelerator.unwrap_model(self.model), self.model.training
            model.eval()
            with self.compute_loss_context_manager():
                rollout, self.figures = self.sampler.gather(
                    model, data["prompt_ids"], data["answer_ids"], self._random("draw", number, 0, model.device)
                )
            model.train(was_training)
            return rollout

        def _random(self, use: str, number: int, epoch: int, device: Any = "cpu") -> Generator:
            seed = sha256(f"{self.args.seed}/{use}/{number}/{epoch}".encode()).digest()[:7]
            return torch.Generator(device).manual_seed(int.from_bytes(seed, "big"))

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            """The clipped surrogate and the error of the value head: the mean over the tokens of the step."""
            mask, ppo = inputs["mask"], self.ppo
            now = read(model, inputs["ids"], inputs["attended"], mask.shape[1], ppo.temperature)
            assert now.values is not None
            policy = policy_loss(now.logprobs, inputs["logprobs"], inputs["advantages"], ppo.clip)
            value = value_loss(now.values, inputs["values"], inputs["returns"], ppo.value_clip)
            count = mask.sum() if num_items_in_batch is None else num_items_in_batch
            loss = ((policy + ppo.value_coefficient * value) * mask).sum() / count
            penalty = self.penalty()
            return loss if penalty is None else loss + penalty / self.current_gradient_accumulation_steps

        def log(self, logs: dict[str, float], *more: Any, **given: Any) -> None:
            """The figures of the experience beside those of the step."""
            super().log({**logs, **self.figures}, *more, **given)

        def train(self, *args: Any, **given: Any) -> Any:
            done = super().train(*args, **given)
            delattr(self.model, HEAD)
            return done

        def _save_checkpoint(self, model: Any, trial: Any) -> None:
            super()._save_checkpoint(model, trial)
            folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
            state = {f"head.{name}": tensor for name, tensor in getattr(self.model, HEAD).state_dict().items()}
            if self.rollout is not None:
                state |= {f"rollout.{name}": tensor for name, tensor in self.rollout.tensors().items()}
                state |= {
                    f"figure.{name}": torch.tensor(value, dtype=torch.float64) for name, value in self.figures.items()
                }
            save_file({name: tensor.detach().contiguous() for name, tensor in state.items()}, folder / _STATE)

        def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            state = load_file(Path(resume_from_checkpoint) / _STATE, device=str(self.model.device))
            getattr(self.model, HEAD).load_state_dict(_under("head.", state))
            kept = _under("rollout.", state)
            self.rollout = Rollout(**kept) if kept else None
            self.figures = {name: float(value) for name, value in _under("figure.", state).items()}

    return PpoTrainer


def _under(prefix: str, state: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def _count() -> Iterator[int]:
    from itertools import count

    return count()
