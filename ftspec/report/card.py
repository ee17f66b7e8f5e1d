"""The model card: README.md beside the weights, with the metadata that the Hugging Face hub reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.results import Agreement, Verdict
from ftspec.evaluate.written import CARD
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Export, FetchModel, Train
from ftspec.report import numbers
from ftspec.report.markdown import MARKS
from ftspec.report.page import Plain, markdown_page
from ftspec.report.read import RunFolder, read_run
from ftspec.report.spelling import spell
from ftspec.report.view.data import data
from ftspec.report.view.environment import environment
from ftspec.report.view.gates import confidence, gates
from ftspec.report.view.headline import headline
from ftspec.report.view.search import search
from ftspec.report.view.training import stages
from ftspec.run.ship import shipments

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

_HEADS = {"classify": "SequenceClassification", "reward": "SequenceClassification"}
"""The heads that objectives train, where it is not that of a language model."""

_TASKS = {"CausalLM": "text-generation", "SequenceClassification": "text-classification"}
"""The hub's names for what a head does."""


def write_card(run_dir: Path, model_dir: Path, license: str | None = None, merged: Agreement | None = None) -> Path:
    """Writes `README.md` into a model folder and returns its path; that of the run's own model is told in its record.

    Args:
        run_dir: The run that made the model; without a verdict the card says so.
        model_dir: The folder of the weights.
        license: The licence of the base model as the hub names it (`apache-2.0`), where it is known: see `license_of`.
        merged: How the folder's weights, which were merged after the gates, agree with the adapter that they judged.

    Raises `CannotRun` when the run folder holds no readable plan, and OSError where the card cannot be written.
    """
    from ftspec.run.sealing import write_told
    from ftspec.text.files import write_atomic

    path, text = model_dir / "README.md", card(read_run(run_dir), license, merged)
    if path == run_dir / CARD:
        write_told(run_dir, CARD, text)
    else:
        write_atomic(path, text)
    return path


def base_license(plan: Plan, root: Path | None) -> str | None:
    """The licence of the model that training starts from, where it lies in the spec's folder and says so."""
    path = _base(plan).source["arguments"].get("path")
    return None if root is None or path is None else license_of(root / path)


def license_of(folder: Path) -> str | None:
    """The licence that the card of a model folder names, or None."""
    from huggingface_hub import metadata_load
    from yaml import YAMLError  # type: ignore[import-untyped]

    try:
        metadata = metadata_load(folder / "README.md")
    except (OSError, UnicodeDecodeError, ValueError, YAMLError):
        # A card that cannot be read names no licence; the model is none the worse for it.
        return None
    found = metadata.get("license") if metadata else None
    return found if isinstance(found, str) else None


def card(run: RunFolder, license: str | None, merged: Agreement | None = None) -> str:
    """The card's text."""
    plan, verdict = run.plan, run.verdict
    adapter = _is_adapter(plan) and merged is None
    base = _base(plan)
    return markdown_page(
        "card.md.jinja",
        metadata=Plain(_metadata(run, license, adapter)),
        headline=headline(run),
        merged=str(merged) if merged is not None else "",
        gates=gates(plan, verdict, run.items),
        confidence=confidence(verdict),
        base=spell(base.source),
        parameters=numbers.many(base.parameters),
        stages=stages(plan, run.history),
        search=search(run.search),
        data=data(plan, {}, {}),
        environment=environment(plan, run.history),
        artefact=verdict.artefact.sha256 if verdict and verdict.artefact else "",
        usage=Plain(_usage(plan, adapter)),
        local_base=base.source["arguments"]["path"] if adapter and base.source["name"] == "path" else "",
        unscored=", ".join(verdict.unscored) if verdict else "",
        forced=[each for each in shipments(run.path) if each.forced],
        marks=MARKS,
        plain=Plain,
    )


def _metadata(run: RunFolder, license: str | None, adapter: bool) -> str:
    """The YAML block; whatever users wrote in it is quoted by the YAML writer."""
    from huggingface_hub import ModelCardData

    plan, source = run.plan, _base(run.plan).source
    tags = {call["name"] for step in plan.of(Train) for call in (step.objective, step.method)}
    block = ModelCardData(
        model_name=plan.spec.name,
        license=license,
        # A local folder has no name that the hub would know.
        base_model=source["arguments"]["repository"] if source["name"] == "hub" else None,
        library_name="peft" if adapter else "transformers",
        pipeline_tag=_TASKS[_head(plan)],
        tags=sorted({"ftspec", *tags}),
        eval_results=_results(run.verdict, _TASKS[_head(plan)]) or None if run.verdict else None,
    )
    return str(block.to_yaml())


def _results(verdict: Verdict, task: str) -> list[EvalResult]:
    """Every score once, by metric and data."""
    from huggingface_hub import EvalResult

    scored: dict[tuple[str, str], Any] = {}
    for gate in verdict.gates:
        if gate.value is not None:
            scored.setdefault((gate.metric, gate.data), gate)
    return [
        EvalResult(
            task_type=task,
            dataset_type=data,
            dataset_name=data,
            metric_type=metric,
            metric_value=round(gate.value, 6),
            metric_name=f"{metric}, {numbers.share(gate.confidence)} interval from n = {gate.n}",
        )
        for (metric, data), gate in scored.items()
    ]


def _usage(plan: Plan, adapter: bool) -> str:
    """How the folder is loaded, in Python."""
    library, auto = ("peft", "AutoPeftModelFor") if adapter else ("transformers", "AutoModelFor")
    model = f"{auto}{_head(plan)}"
    return (
        f"from {library} import {model}\nfrom transformers import AutoTokenizer\n\n"
        f'model = {model}.from_pretrained("path/to/this/folder")\n'
        'tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")'
    )


def _last(plan: Plan) -> Train | None:
    return next(reversed(list(plan.of(Train))), None)


def _head(plan: Plan) -> str:
    last = _last(plan)
    return _HEADS.get(last.objective["name"], "CausalLM") if last else "CausalLM"


def _is_adapter(plan: Plan) -> bool:
    return any(step.form == "adapter" for step in plan.of(Export))


def _base(plan: Plan) -> FetchModel:
    """The model at the root of the last stage."""
    models, last = {step.id: step for step in plan.of(FetchModel)}, _last(plan)
    return models[last.model] if last else next(iter(models.values()))
