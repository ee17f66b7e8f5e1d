"""PPO in the loop of transformers' `Trainer`, which brings the optimizer, the schedule, accelerate and checkpoints.

Schulman et al. 2017 (arXiv:1707.06347) with generalized advantages (Schulman et al. 2016, arXiv:1506.02438), as Ouyang
et al. 2022 (arXiv:2203.02155) use it: the reward of an answer stands at its last token, and every token pays for how
far it strays from the reference.

Every `epochs × minibatches` optimizer steps new experience is gathered: `minibatches × batch_size` answers, each
learned from `epochs` times. All follows from the seed and the step alone, and a checkpoint holds the experience that is
not used up, so that an interrupted training goes on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._feeding import IGNORED
from ftspec.kinds.objectives._order import Order
from ftspec.kinds.objectives._ppo.estimate import policy_loss, value_loss
from ftspec.kinds.objectives._ppo.experience import FIGURES, HEAD, Rollout, Sampler, add_value_head, read, reference_of
from ftspec.kinds.objectives._rewards import scores_of

if TYPE_CHECKING:
    from torch import Generator
    from transformers import Trainer

    from ftspec.kinds.objectives import Job
    from ftspec.kinds.objectives.ppo import Ppo
else:
    Trainer = object

_STATE = "ppo.safetensors"


def ppo_trainer(job: Job, ppo: Ppo) -> Any:
    """A trainer that is ready to start; its model gets a value head, which goes when training ends."""
    from transformers import TrainingArguments

    step, pad = job.step, job.tokenizer.pad_token_id
    [score] = scores_of((ppo.reward,), job)
    reference = reference_of(job.model, job.switches)
    add_value_head(job.model)
    arguments = TrainingArguments(**job.arguments, ignore_data_skip=True)
    rows: Any = {"train_dataset": job.train, "callbacks": job.callbacks, "processing_class": job.tokenizer}
    trainer = _trainer_class()(model=job.model, args=arguments, **rows)
    trainer.model_accepts_loss_kwargs, trainer.ppo = True, ppo
    trainer.sampler = Sampler(ppo, reference, score, job.ends, pad, max(8, step.micro_batch_size))
    trainer.order = Order(job.lengths, step.batch_size, step.micro_batch_size, step.seed, False, step.shuffled)
    return trainer


@cache
def _trainer_class() -> type[Any]:
    from transformers import Trainer

    return type("PpoTrainer", (_Learner, Trainer), {})


class MicroBatches:
    """The micro batches from the step that training has reached on, each gathered when it is due."""

    def __init__(self, trainer: Any) -> None:
        self._trainer = trainer

    def __len__(self) -> int:
        trainer = self._trainer
        return int(trainer.order.steps_in_epoch * trainer.ppo.passes * trainer.args.gradient_accumulation_steps)

    def __iter__(self) -> Iterator[Rollout]:
        for step in count(int(self._trainer.state.global_step)):
            yield from self._trainer.experience(step)


class _Learner(Trainer):  # type: ignore[misc]
    """What PPO adds to transformers' `Trainer`: it learns from its own answers."""

    loss_is_scaled_for_ga = True
    ppo: Ppo
    sampler: Sampler
    order: Order
    penalty: Any = staticmethod(lambda: None)
    rollout: Rollout | None = None

    def get_train_dataloader(self) -> Any:
        return MicroBatches(self)

    def experience(self, step: int) -> Iterator[Rollout]:
        """The micro batches of one optimizer step."""
        import torch

        number, place = divmod(step, self.ppo.passes)
        if place == 0 or self.rollout is None:
            self.rollout = self._gathered(number)
        epoch, part = divmod(place, self.ppo.minibatches)
        size, micro = self.order.batch_size, int(self.args.gradient_accumulation_steps)
        rows = torch.randperm(len(self.rollout["ids"]), generator=self._random("order", number, epoch))
        for chosen in rows[part * size : (part + 1) * size].tensor_split(micro):
            some = {name: tensor[chosen] for name, tensor in self.rollout.items()}
            labels = some["ids"][:, -some["mask"].shape[1] :].where(some["mask"].bool(), IGNORED)
            yield {**some, "labels": labels, "shift_labels": labels}

    def _gathered(self, number: int) -> Rollout:
        size = self.order.batch_size * self.ppo.minibatches
        stream = (row for epoch in count() for step in self.order.steps(epoch) for row in step)
        data = self.train_dataset[list(islice(stream, number * size, (number + 1) * size))]
        model, was_training = self.accelerator.unwrap_model(self.model), self.model.training
        model.eval()
        with self.compute_loss_context_manager():
            generator = self._random("draw", number, 0, model.device)
            rollout = self.sampler.gather(model, data["prompt_ids"], data["answer_ids"], generator)
        model.train(was_training)
        return rollout

    def _random(self, use: str, number: int, epoch: int, device: Any = "cpu") -> Generator:
        import torch

        seed = sha256(f"{self.args.seed}/{use}/{number}/{epoch}".encode()).digest()[:7]
        return torch.Generator(device).manual_seed(int.from_bytes(seed, "big"))

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The clipped surrogate and the error of the value head: the mean over the tokens of the step."""
        mask, ppo = inputs["mask"], self.ppo
        now = read(model, inputs["ids"], inputs["attended"], mask.shape[1], ppo.temperature)
        policy = policy_loss(now.logprobs, inputs["logprobs"], inputs["advantages"], ppo.clip)
        value = value_loss(now.values, inputs["values"], inputs["returns"], ppo.value_clip)
        tokens = mask.sum() if num_items_in_batch is None else num_items_in_batch
        loss = ((policy + ppo.value_coefficient * value) * mask).sum() / tokens
        penalty = self.penalty()
        return loss if penalty is None else loss + penalty / self.current_gradient_accumulation_steps

    def log(self, logs: dict[str, float], *more: Any, **given: Any) -> None:
        """The figures of the experience beside those of the step."""
        super().log({**logs, **{name: float((self.rollout or {})[name].mean()) for name in FIGURES}}, *more, **given)

    def train(self, *args: Any, **given: Any) -> Any:
        done = super().train(*args, **given)
        delattr(self.model, HEAD)
        return done

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        from safetensors.torch import save_file

        super()._save_checkpoint(model, trial)
        state = {**(self.rollout or {}), **getattr(self.model, HEAD).state_dict(prefix=f"{HEAD}.")}
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        save_file({name: tensor.detach().contiguous() for name, tensor in state.items()}, folder / _STATE)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        from safetensors.torch import load_file

        super()._load_from_checkpoint(resume_from_checkpoint, model)
        state = load_file(Path(resume_from_checkpoint) / _STATE, device=str(self.model.device))
        head = {name.removeprefix(f"{HEAD}."): state.pop(name) for name in [*state] if name.startswith(HEAD)}
        getattr(self.model, HEAD).load_state_dict(head)
        self.rollout = state
