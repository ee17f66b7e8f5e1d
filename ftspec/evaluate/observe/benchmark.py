"""Samples of a benchmark, asked and scored by lm-evaluation-harness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.forward import Caller
from ftspec.evaluate.observe.request import Request
from ftspec.kinds.metrics import Benched, NotComputable

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject


def observe(subject: Subject, request: Request) -> Sequence[Benched]:
    """A `Benched` for every sample of the task, or of all tasks of a group."""
    settings = request.settings
    if settings["tasks"] is not None and not request.allow_code:
        raise NotComputable("a task of your own can run code: allow it with `ftspec run --allow-code`")
    results = _results(subject, settings)
    samples = results["samples"]
    return [benched for task in sorted(samples) for benched in _of_task(task, samples[task], settings["score"])]


def _results(subject: Subject, settings: Mapping[str, Any]) -> Any:
    try:
        from lm_eval import simple_evaluate  # type: ignore[import-untyped]
        from lm_eval.tasks import TaskManager  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise NotComputable("it needs lm-evaluation-harness: install `ftspec[benchmark]`") from error
    manager = TaskManager(include_path=settings["tasks"], include_defaults=settings["tasks"] is None)
    if settings["name"] not in manager.all_tasks:
        raise NotComputable(f"the harness knows no task {settings['name']!r}")
    try:
        return simple_evaluate(
            model=_wrapped(subject),
            tasks=[settings["name"]],
            task_manager=manager,
            num_fewshot=settings["shots"],
            limit=settings["limit"],
            bootstrap_iters=0,
            log_samples=True,
        )
    except (OSError, ConnectionError) as error:
        raise NotComputable(f"the data of {settings['name']} is not at hand: {str(error).splitlines()[0]}") from error


def _wrapped(subject: Subject) -> Any:
    """The model as the harness takes it."""
    from lm_eval.models.huggingface import HFLM  # type: ignore[import-untyped]
    from transformers import PreTrainedTokenizerFast

    tokenizer = subject.tokenizer
    specials = {"eos_token": tokenizer.eos.text, "pad_token": tokenizer.pad.text}
    if tokenizer.bos is not None:
        specials["bos_token"] = tokenizer.bos.text
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer.backend, **specials)
    longest = min(Caller(subject).context, 1 << 20)
    return HFLM(pretrained=subject.model, tokenizer=fast, batch_size=8, device=str(subject.device), max_length=longest)


def _of_task(task: str, samples: Sequence[Mapping[str, Any]], score: str | None) -> Iterator[Benched]:
    """One observation a sample, of the task's first filter."""
    first = samples[0]["filter"] if samples else None
    for sample in samples:
        if sample["filter"] != first:
            continue
        name = score or next(iter(sample["metrics"]))
        if name not in sample["metrics"]:
            raise NotComputable(f"{task} has no score {name!r}; it has {', '.join(map(repr, sample['metrics']))}")
        value = sample[name]
        if not isinstance(value, int | float):
            raise NotComputable(f"{name!r} of {task} is no score of single samples: name another with `score`")
        yield Benched(f"{task} {sample['doc_id']} {sample['doc_hash'][:16]}", float(value), group=None)
