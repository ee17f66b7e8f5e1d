"""The divergence of a student from its teacher, and the trainer that lowers it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._feeding import IGNORED
from ftspec.kinds.objectives._sampling import draw, padded, positions_of
from ftspec.kinds.objectives._tokens import token_trainer, token_trainer_class, virtual_tokens

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import Trainer

    from ftspec.kinds.objectives import Job
    from ftspec.kinds.objectives.distill import Distill


def divergence(student: Tensor, teacher: Tensor, kind: str, beta: float, temperature: float) -> Tensor:
    """The divergence at each place, in nats, times temperature² (Hinton et al. 2015, section 2.1).

    Generalized: β·KL(T ‖ M) + (1 − β)·KL(S ‖ M) with M = β·T + (1 − β)·S (Agarwal et al. 2024, eq. 1).

    Args:
        student: Logits of shape (places, vocabulary).
        teacher: As `student`.
        kind: `forward`, `reverse` or `generalized`.
        beta: β of the generalized divergence.
        temperature: Divides both logits.
    """
    import torch

    s = (student.float() / temperature).log_softmax(-1)
    t = (teacher.float() / temperature).log_softmax(-1)
    match kind:
        case "forward":
            found = _kl(t, s)
        case "reverse":
            found = _kl(s, t)
        case _:
            weights = torch.tensor([beta, 1 - beta], device=s.device).log()
            mixed = torch.logsumexp(torch.stack((t + weights[0], s + weights[1])), 0)
            found = beta * _kl(t, mixed) + (1 - beta) * _kl(s, mixed)
    return found * temperature**2


def _kl(p: Tensor, q: Tensor) -> Tensor:
    """KL(p ‖ q) of log-probabilities."""
    return (p.exp() * (p - q)).sum(-1)


def distill_trainer(job: Job, settings: Distill) -> Trainer:
    """A trainer that is ready to start."""
    trainer: Any = token_trainer(job, _trainer_class())
    trainer.settings, trainer.ends = settings, job.ends
    trainer.teacher = job.frozen(settings.teacher)
    built: Trainer = trainer
    return built


@cache
def _trainer_class() -> type[Any]:
    import torch

    class DistillTrainer(token_trainer_class()):  # type: ignore[misc]
        """The token trainer with a teacher."""

        settings: Distill
        ends: frozenset[int]
        teacher: Any

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            own = _is_on_policy(self)
            inputs = _own_answers(self, inputs) if own else inputs
            student = _said(model, virtual_tokens(self.accelerator.unwrap_model(model)), inputs)
            with torch.no_grad():
                teacher = _said(self.teacher, virtual_tokens(self.teacher), inputs)
            how = self.settings
            total = divergence(student, teacher, how.divergence, how.beta, how.temperature).sum()
            # The step's count of labels is that of the rows, not of what the student has drawn.
            rows_count = None if own else num_items_in_batch
            own_count = max(1, len(student)) * self.current_gradient_accumulation_steps
            return total / (own_count if rows_count is None else rows_count)

    return DistillTrainer


def _said(model: Any, ahead: int, inputs: Any) -> Tensor:
    """The logits (places, vocabulary) before each trained token; `ahead` virtual tokens stand before the row's own."""
    labels = inputs["labels"][:, 1:]
    columns = (labels != IGNORED).any(dim=0).nonzero().flatten()
    given = {key: value for key, value in inputs.items() if key != "labels"}
    found: Tensor = model(**given, use_cache=False, logits_to_keep=columns + ahead).logits
    return found[labels[:, columns] != IGNORED]


def _is_on_policy(trainer: Any) -> bool:
    """Whether the answers of this step are the student's; the same in every process."""
    number = sha256(f"{trainer.args.seed}/on policy/{trainer.state.global_step}".encode()).digest()[0]
    return bool(number < 256 * trainer.settings.on_policy)


def _own_answers(trainer: Any, inputs: Any) -> dict[str, Any]:
    """The same prompts with answers of the student."""
    import torch

    prompts = [_prompt(*row) for row in zip(inputs["input_ids"], inputs["labels"], strict=True)]
    model, pad = trainer.accelerator.unwrap_model(trainer.model), trainer.processing_class.pad_token_id
    asked = padded(prompts, pad, model.device)
    model.eval()
    drawn = draw(
        model,
        asked,
        max_new_tokens=trainer.settings.max_new_tokens,
        ends=trainer.ends,
        pad=pad,
        temperature=1.0,
        generator=torch.Generator(model.device).manual_seed(trainer.args.seed * 1_000_003 + trainer.state.global_step),
    )
    model.train()
    ids, mask = drawn.after(asked)
    labels = torch.cat((torch.full_like(asked.ids, IGNORED), drawn.ids.masked_fill(~drawn.mask, IGNORED)), 1)
    return {"input_ids": ids, "attention_mask": mask, "position_ids": positions_of(mask), "labels": labels}


def _prompt(ids: Tensor, labels: Tensor) -> list[int]:
    """What stands before the first trained token."""
    trained = (labels != IGNORED).nonzero()
    found: list[int] = ids[: int(trained[0])].tolist() if len(trained) else ids.tolist()
    return found
