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
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._feeding import IGNORED, Stream, given
from ftspec.kinds.objectives._order import Order
from ftspec.kinds.objectives._ppo.estimate import policy_loss, value_loss
from ftspec.kinds.objectives._ppo.experience import FIGURES, HEAD, Rollout, Sampler, add_value_head, read
from ftspec.kinds.objectives._reference import reference_of
from ftspec.kinds.objectives._rewards import scores_of
from ftspec.kinds.objectives._sampling import evaluating, seeded
from ftspec.kinds.objectives._tokens import order_of

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.kinds.objectives import Job
    from ftspec.kinds.objectives.ppo import Ppo
else:
    Trainer = object

_STATE = "ppo.safetensors"


def ppo_trainer(job: Job, ppo: Ppo) -> Any:
    """A trainer that is ready to start; its model gets a value head, which goes when training ends."""
    from transformers import TrainingArguments

    pad, at_once = job.tokenizer.pad_token_id, max(8, job.step.micro_batch_size)
    [score] = scores_of((ppo.reward,), job)
    sampler = Sampler(ppo, reference_of(job.model, job.switches), score, job.ends, pad, at_once)
    add_value_head(job.model)
    arguments = TrainingArguments(**job.arguments, ignore_data_skip=True)
    trainer = _trainer_class()(**given(job, arguments))
    trainer.model_accepts_loss_kwargs = True
    trainer.ppo, trainer.sampler, trainer.order = ppo, sampler, order_of(job.step, job.lengths)
    return trainer


@cache
def _trainer_class() -> type[Any]:
    from transformers import Trainer

    return type("PpoTrainer", (_Learner, Trainer), {})


class _Learner(Trainer):  # type: ignore[misc]
    """What PPO adds to transformers' `Trainer`: it learns from its own answers."""

    loss_is_scaled_for_ga = True
    ppo: Ppo
    sampler: Sampler
    order: Order
    rollout: Rollout | None = None

    def get_train_dataloader(self) -> Any:
        steps = self.order.steps_in_epoch * self.ppo.passes
        return Stream(steps * self.args.gradient_accumulation_steps, self._micro_batches)

    def _micro_batches(self) -> Iterator[Rollout]:
        """From the step that training has reached on."""
        for step in count(int(self.state.global_step)):
            yield from self.experience(step)

    def experience(self, step: int) -> Iterator[Rollout]:
        """The micro batches of one optimizer step."""
        import torch

        number, place = divmod(step, self.ppo.passes)
        if place == 0 or self.rollout is None:
            self.rollout = self._gathered(number)
        epoch, part = divmod(place, self.ppo.minibatches)
        size, micro = self.order.batch_size, int(self.args.gradient_accumulation_steps)
        rows = torch.randperm(len(self.rollout["ids"]), generator=seeded("cpu", self.args.seed, "order", number, epoch))
        for chosen in rows[part * size : (part + 1) * size].tensor_split(micro):
            some = {name: tensor[chosen] for name, tensor in self.rollout.items()}
            labels = some["ids"][:, -some["mask"].shape[1] :].where(some["mask"].bool(), IGNORED)
            yield {**some, "labels": labels, "shift_labels": labels}

    def _gathered(self, number: int) -> Rollout:
        size = self.order.batch_size * self.ppo.minibatches
        data = self.train_dataset[self.order.stretch(number * size, size)]
        model = self.accelerator.unwrap_model(self.model)
        with evaluating(model), self.compute_loss_context_manager():
            generator = seeded(model.device, self.args.seed, "draw", number, 0)
            return self.sampler.gather(model, data["prompt_ids"], data["answer_ids"], generator)

    def compute_loss(self, model: Any, inputs: Any, *_: Any, num_items_in_batch: Any = None, **__: Any) -> Any:
        """The clipped surrogate and the error of the value head: the mean over the tokens of the step."""
        mask, ppo = inputs["mask"], self.ppo
        now = read(model, inputs["ids"], inputs["attended"], mask.shape[1], ppo.temperature)
        policy = policy_loss(now.logprobs, inputs["logprobs"], inputs["advantages"], ppo.clip)
        value = value_loss(now.values, inputs["values"], inputs["returns"], ppo.value_clip)
        tokens = mask.sum() if num_items_in_batch is None else num_items_in_batch
        return ((policy + ppo.value_coefficient * value) * mask).sum() / tokens

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
