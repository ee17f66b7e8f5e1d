"""`multitask_prompt_tuning(...)`: virtual tokens that several tasks share (Wang et al. 2023, arXiv:2303.02861)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.methods._prompt import PromptMethod

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation


class MultitaskPromptTuning(PromptMethod):
    """Learns virtual tokens that all tasks share, and for each task a low-rank matrix that they are multiplied by.

    A row's task is known by a text that it holds, such as the instruction in its template, in training and in use.
    """

    reads_rows: ClassVar[bool] = True
    config: ClassVar[str] = "MultitaskPromptTuningConfig"
    usual_learning_rate: ClassVar[float] = 0.3
    usual_rates: ClassVar[tuple[float, float]] = (1e-3, 3.0)
    valid: ClassVar[tuple[str, ...]] = (
        'multitask_prompt_tuning(tasks = ["Answer with one queue", "Summarize"])',
        'multitask_prompt_tuning(tasks = ["Queue:", "Reply:", "Summary:"], tokens = 32, rank = 2)',
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "multitask_prompt_tuning()",
        'multitask_prompt_tuning(tasks = ["one"])',
        'multitask_prompt_tuning(tasks = ["a", "b"], rank = 0)',
    )

    tasks: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=2)]
    """For each task a text that its rows hold; a row that holds several belongs to the first of them."""

    rank: int = Field(default=1, ge=1)
    """The rank of each task's matrix."""

    @property
    def is_plain(self) -> bool:
        """Not so: something must tell which task a row belongs to."""
        return False

    def misfit(self, text: str) -> tuple[str, str] | None:
        """Rows that hold none of the texts."""
        if any(task in text for task in self.tasks):
            return None
        listed = ", ".join(f'"{each}"' for each in self.tasks)
        return "with none of the texts of `tasks`", f"they are {listed}: let the template write one of them in each row"

    def size(self, facts: ModelFacts) -> int:
        """The shared tokens, and two thin matrices for each task."""
        return self.tokens * facts.hidden + len(self.tasks) * self.rank * (self.tokens + facts.hidden)

    def peft_arguments(self) -> dict[str, Any]:
        """Of `MultitaskPromptTuningConfig`."""
        return {"num_tasks": len(self.tasks), "num_ranks": self.rank, "prompt_tuning_init": "RANDOM"}

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its virtual tokens, told which task each row belongs to."""
        return _by_task(super().apply(model, adaptation), self.tasks)

    def attach(self, model: Any, folder: Path, trainable: bool = False) -> Any:
        """The model with what `save` wrote, told the same."""
        return _by_task(super().attach(model, folder, trainable), self.tasks)


def _by_task(adapted: Any, tasks: tuple[str, ...]) -> Any:
    """Let the model see which task a row belongs to: PEFT asks for a number that no trainer hands over."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(adapted.get_base_model().name_or_path) / "tokenizer.json"))
    shared, known = adapted.get_prompt, _Known(tokenizer, tasks)
    adapted.register_forward_pre_hook(known.see, with_kwargs=True)

    def prompt(batch_size: int, task_ids: Any = None, **given: Any) -> Any:
        return shared(batch_size, task_ids=known.numbers if task_ids is None else task_ids, **given)

    adapted.get_prompt = prompt
    return adapted


class _Known:
    """The tasks of the rows that the model reads; while it writes on, those of the rows that it began with."""

    numbers: Any = None

    def __init__(self, tokenizer: Any, tasks: tuple[str, ...]) -> None:
        self._tokenizer, self._tasks = tokenizer, tasks

    def see(self, module: Any, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        """Before each forward pass."""
        import torch

        ids = given.get("input_ids", args[0] if args else None)
        if ids is None or (ids.shape[1] == 1 and self.numbers is not None and len(self.numbers) == len(ids)):
            return
        texts = self._tokenizer.decode_batch(ids.tolist())
        self.numbers = torch.tensor([self._number(text) for text in texts], device=ids.device)

    def _number(self, text: str) -> int:
        found = (number for number, task in enumerate(self._tasks) if task in text)
        number = next(found, None)
        if number is None:
            listed = ", ".join(repr(each) for each in self._tasks)
            raise CannotRun(f"a row holds none of the texts of `tasks`: {text[:60]!r}", help=f"they are {listed}")
        return number
