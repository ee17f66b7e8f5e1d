"""TRL's trainers that compare several answers to one prompt, on prompts that ftspec has tokenized.

Answers are drawn in one batch by `_sampling.draw`, or by vLLM where it is installed and there is a GPU.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from ftspec.kinds.objectives import Example, Job
from ftspec.kinds.objectives._feeding import given
from ftspec.kinds.objectives._online import Online
from ftspec.kinds.objectives._rewards import Reward, Said, Score, labels_of, scores_of
from ftspec.kinds.objectives._sampling import draw, evaluating, padded
from ftspec.kinds.objectives._scored import score_what_trains

if TYPE_CHECKING:
    from transformers import Trainer


class Grouped(Online):
    """Draws several answers to each prompt; an answer is good by how much it is better than the others."""

    rewards: Annotated[tuple[Reward, ...], Field(min_length=1)]
    """Who says what an answer is worth: trains of reward models, and metrics that score each answer by itself."""

    weights: tuple[float, ...] | None = None
    """The weight of each reward; 1 unless named."""

    generations: int = Field(default=8, ge=2)
    """Answers to each prompt; `batch_size` counts answers, and holds whole groups."""

    kl: float = Field(default=0.0, ge=0)
    """The weight of the divergence from the model that the stage starts from; TRL's `beta`."""

    clip: float = Field(default=0.2, gt=0, lt=1)
    """How far the ratio of new to old probability may go from 1 and still be rewarded; TRL's `epsilon`."""

    iterations: int = Field(default=1, ge=1)
    """How often each answer is learned from; TRL's `num_iterations`."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.rewards):
            named = f"{len(self.weights)} weights for {len(self.rewards)} rewards"
            raise ValueError(f"there are {named}; write one for each")
        return self

    @property
    def steps_a_batch(self) -> float:
        """A prompt makes as many examples as it has answers."""
        return float(self.generations * self.iterations)

    def makers(self) -> tuple[str, ...]:
        """The reward models."""
        return labels_of(self.rewards)

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """As for every online objective, and `prompt`, by whose number TRL tells prompts apart."""
        return {"prompt": [str(place) for place in range(len(examples))], **super().columns(examples)}


def group_trainer(trainer: Any, config: Any, objective: Grouped, job: Job, **settings: Any) -> Trainer:
    """One of TRL's trainers, ready to start."""
    on_cuda = not job.arguments["use_cpu"]
    arguments = config(
        **(job.arguments | _whole_groups(job)),
        num_generations=objective.generations,
        num_iterations=objective.iterations,
        epsilon=objective.clip,
        beta=0.0,  # it comes below: with one, TRL makes a reference that is not what a stage starts from
        temperature=objective.temperature,
        max_completion_length=objective.max_new_tokens,
        reward_weights=list(objective.weights) if objective.weights is not None else None,
        use_vllm=on_cuda and find_spec("vllm") is not None,
        **settings,
    )
    reference = copy.deepcopy(job.model) if objective.kl and not job.switches else None
    built = _drawing(trainer)(
        **given(job, arguments), reward_funcs=[_function(score, job) for score in scores_of(objective.rewards, job)]
    )
    built.beta = objective.kl  # where no model is given, the reference is this one with its adapter switched off
    if reference is not None:
        from trl.trainer.utils import add_fused_lm_head

        built.ref_model = reference.eval().requires_grad_(False)
        add_fused_lm_head(built.ref_model, temperature=built.temperature)
    if "ref" in getattr(job.model, "peft_config", {}):
        job.model.delete_adapter("ref")  # RLOO's copy of the adapter, of which no reference is taken here
    built.ends, built.rows = job.ends, job.train["prompt_ids"]
    found: Trainer = built
    return found


def _whole_groups(job: Job) -> dict[str, int]:
    """Micro batches that divide the batch: TRL draws what one optimizer step needs at once."""
    size = job.step.batch_size
    micro = next(each for each in range(min(size, job.step.micro_batch_size), 0, -1) if size % each == 0)
    return {"per_device_train_batch_size": micro, "gradient_accumulation_steps": size // micro}


@cache
def _drawing(trainer: Any) -> type[Any]:
    import torch

    score_what_trains()

    class Drawing(trainer):  # type: ignore[misc]
        """TRL's trainer with prompts as they are and answers by `draw`."""

        ends: frozenset[int]
        rows: Any

        def _tokenize_prompts(self, prompts: Sequence[str]) -> Any:
            return [list(self.rows[int(each)]) for each in prompts], None, {}

        def _generate_single_turn(self, prompt_ids: Any, *more: Any, **given: Any) -> Any:
            if self.use_vllm:
                return super()._generate_single_turn(prompt_ids, *more, **given)
            model = self.accelerator.unwrap_model(self.model)
            pad, device = self._tokenizer.pad_token_id, self.accelerator.device
            with evaluating(model), self.compute_loss_context_manager():
                drawn = draw(
                    model,
                    padded(prompt_ids, pad, device),
                    max_new_tokens=self.max_completion_length,
                    ends=self.ends,
                    pad=pad,
                    temperature=self.temperature,
                    generator=torch.Generator(device).manual_seed(self.args.seed * 1_000_003 + self.state.global_step),
                )
            lengths = drawn.mask.sum(1).tolist()
            answers = [ids[:length] for ids, length in zip(drawn.ids.tolist(), lengths, strict=True)]
            # GRPO wants the likelihoods under the sampler too, where they differ from the model's own; RLOO does not.
            return (answers, None) if "num_generations" in given or len(more) > 2 else answers

    return Drawing


def _function(score: Score, job: Job) -> Any:
    """A reward as TRL calls it."""

    def reward(completion_ids: Any, prompt_ids: Any, answer_ids: Any, **_: Any) -> list[float]:
        said = []
        for prompt, answer, expected in zip(prompt_ids, completion_ids, answer_ids, strict=True):
            ids = tuple(int(each) for each in answer)
            finished = bool(ids) and ids[-1] in job.ends
            said.append(Said(tuple(prompt), ids[:-1] if finished else ids, tuple(expected), finished))
        return score(said)

    return reward
