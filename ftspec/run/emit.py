"""A plan as a folder that needs no ftspec: `plan.json`, the prepared rows of each stage, and a flat `train.py`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ftspec.errors import CannotRun
from ftspec.kinds.model_sources import ModelSource
from ftspec.kinds.model_sources.hub import HubModel
from ftspec.kinds.model_sources.package import PackagedModel
from ftspec.kinds.objectives import Library
from ftspec.kinds.objectives._reference_free import ReferenceFree
from ftspec.model.load import DTYPES
from ftspec.plan.canonical import to_json
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Export, FetchModel, Generate, PrepareData, Train
from ftspec.resources import resource
from ftspec.run.events import Events
from ftspec.run.folder import RunFolder
from ftspec.run.job import examples_of, training_arguments
from ftspec.run.progress import Silent
from ftspec.run.record import Record
from ftspec.run.session import Session, digests_of, source_of
from ftspec.run.signals import Stopper
from ftspec.run.stages import Stages
from ftspec.run.weights import method_of, objective_of, quantization_of
from ftspec.text.files import write_atomic

_REWRITING = frozenset({"pissa", "olora"})
"""Starts of an adapter that change the weights below it, so that switching it off gives no reference."""

_SFT = Library("trl", "SFTTrainer", "SFTConfig")
_FUSED = (Library("trl", "DPOTrainer", "DPOConfig"), Library("trl", "KTOTrainer", "KTOConfig"))
"""Trainers of TRL that compute the loss from the weight of the head, past what PEFT puts around it."""

_LEFT_OUT = frozenset({"output_dir", "disable_tqdm", "remove_unused_columns", "eval_strategy"})
"""Arguments that only matter inside ftspec."""


def emit(plan: Plan, root: Path, folder: Path, runs: Path | None = None) -> list[Path]:
    """Write the plan and scripts that do the same training: same rows, same order, same losses.

    Args:
        plan: The plan.
        root: The spec's folder.
        folder: Where to write; made when it is not there.
        runs: The folder of the spec's runs, where rows are that models wrote; by default that of `ftspec run`.

    Raises:
        CannotRun: a stage of the plan has no plain script, or its data is not that of the plan.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _reading(plan, root, runs or Path("runs") / plan.spec.name) as session:
        stages = [_Stage(session, folder, step) for step in plan.of(Train)]
        for stage in stages:
            stage.check()
        written = {folder / "plan.json": to_json(plan), folder / "train.py": _script(plan, stages)}
        written |= {folder / f"{stage.name}.jsonl": stage.rows() for stage in stages}
    for path, text in written.items():
        write_atomic(path, text)
    return list(written)


@contextmanager
def _reading(plan: Plan, root: Path, runs: Path) -> Iterator[Session]:
    """A session that does nothing but read: its record is thrown away."""
    with TemporaryDirectory() as kept:
        at = RunFolder(Path(kept) / "run")
        events = Events(Record(at.record), Silent())
        yield Session(plan, root, at, events, Stopper(), Stages(runs / "stages", tidy=False), digests_of(plan))
        events.record.close()


def _script(plan: Plan, stages: Sequence[_Stage]) -> str:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["literal"] = _literal
    template = environment.from_string((resource("templates/emit") / "train.py.jinja").read_text("utf-8"))
    views = {stage.step.id: stage.view() for stage in stages}
    forms = tuple(plan.of(Export))
    merged = next((views[form.stage] for form in forms if form.form == "merged" and form.quantization is None), None)
    left = [*(f"weights in {form.quantization['name']}" for form in forms if form.quantization is not None)]
    left += [f"a GGUF file in {form.gguf}" for form in forms if form.gguf is not None]
    text: str = template.render(plan=plan, stages=list(views.values()), merged=merged, left_out=left)
    return text


class _Stage:
    """One stage as the template reads it."""

    def __init__(self, session: Session, folder: Path, step: Train) -> None:
        self.session, self.plan, self.root, self.folder, self.step = session, session.plan, session.root, folder, step
        self.name = step.id.removeprefix("train.")
        model = self.plan.by_id[step.model]
        assert isinstance(model, FetchModel)
        self.model = model
        self.objective = objective_of(step.objective)
        self.source: ModelSource = source_of(model)

    def check(self) -> None:
        """Refuse what no plain script can do yet."""
        name, method = self.step.objective["name"], self.step.method["name"]
        start = (self.step.adaptation.peft or {}).get("arguments", {}).get("init_lora_weights")
        what = None
        if self.objective.library is None:
            what = f"learns by {name}"
        elif not method_of(self.step.method).is_plain:
            what = f"trains by {method}"
        elif isinstance(self.objective, ReferenceFree) and not method_of(self.step.method).packs:
            what = f"learns by {name}, whose trainer has no labels for the virtual tokens of {method}"
        elif self._wraps_head() and self.objective.library in _FUSED:
            what = f"learns new tokens by {name}, whose trainer reads the head without them"
        elif self.model.rope_scaling is not None:
            what = "stretches the positions of its model"
        elif self.step.continues_adapter:
            what = "goes on with an adapter"
        elif self.step.reads_reference and start in _REWRITING:
            what = f"learns by {name} from an adapter that starts by {start}"
        elif self.step.outputs is not None and self.step.from_ is not None:
            what = "puts a new head on the result of another stage"
        if what is not None:
            raise CannotRun(f"{self.name} {what}, for which no train.py is written", "run the plan itself")
        self._check_written()

    def _wraps_head(self) -> bool:
        """Whether single rows of the head train beside its weight, as PEFT trains new tokens."""
        arguments = (self.step.adaptation.peft or {}).get("arguments", {})
        return bool(self.model.added_tokens) and "trainable_token_indices" in arguments and self.step.outputs is None

    def _check_written(self) -> None:
        """Refuse rows that models are still to write: the script does not generate, it reads what a run has written."""
        missing = next(
            (each for each in self._generated(self.step.needs) if not self.session.written(each).is_file()), None
        )
        if missing is not None:
            label = missing.removeprefix("generate.")
            message = f"{self.name} learns from rows that a model is still to write, `{label}`"
            help = f"have them written, `ftspec run {self.plan.spec.name}.ft --until {label}`, then emit again"
            raise CannotRun(message, help)

    def _generated(self, needs: Sequence[str]) -> Iterator[str]:
        """The steps that write rows among some steps and those that they need."""
        for step in (self.plan.by_id[need] for need in needs):
            if isinstance(step, Generate):
                yield step.id
            elif isinstance(step, PrepareData):
                yield from self._generated(step.needs)

    def rows(self) -> str:
        """The training rows: what the model reads as text, how many tokens that is, and the trainer's columns."""
        tokenizer = self.session.tokenizer(self.model.id)
        examples = examples_of(self.session.learned(self.step), tokenizer, self.step.max_length)
        columns = self.objective.columns(examples)
        lengths = self.objective.lengths(columns)
        lines = []
        for example, tokens, *values in zip(examples, lengths, *columns.values(), strict=True):
            texts = [tokenizer.decode(each.ids, skip_special=False) for each in example.sequences]
            line = {"text": texts if len(texts) > 1 else texts[0], "tokens": tokens}
            lines.append(json.dumps(line | dict(zip(columns, values, strict=True)), ensure_ascii=False) + "\n")
        return "".join(lines)

    def view(self) -> Mapping[str, Any]:
        """What the template prints."""
        step, quantization = self.step, quantization_of(self.model)
        arguments = training_arguments(step, self.plan.target.kind == "cpu", Path())
        return {
            "step": step,
            "name": self.name,
            "model": self._location(),
            "package": self.source.package if isinstance(self.source, PackagedModel) else None,
            "revision": self.source.revision if isinstance(self.source, HubModel) else None,
            "dtype": DTYPES[step.precision if step.adaptation.peft else "fp32"],
            "compute_dtype": DTYPES[step.precision],
            "stored": DTYPES[self.model.precision],
            "quantization": quantization.config() if quantization else None,
            "before": list(self._before()),
            "added_tokens": self.model.added_tokens,
            "unfused": self._wraps_head() and self.objective.library == _SFT,
            "arguments": {key: value for key, value in arguments.items() if key not in _LEFT_OUT},
            "peft": step.adaptation.peft,
            "untied": step.method["name"] == "head" and step.adaptation.added > 0 and step.outputs is None,
            "library": self.objective.library,
            "settings": self.objective.settings(step),
            "head": self.objective.head_settings(),
        }

    def _before(self) -> Iterator[str]:
        """The earlier stages whose results this one starts from, first to last."""
        parent = self.step.from_
        if parent is not None:
            step = self.plan.by_id[parent]
            assert isinstance(step, Train)
            yield from _Stage(self.session, self.folder, step)._before()
            yield step.id.removeprefix("train.")

    def _location(self) -> str:
        if isinstance(self.source, HubModel):
            return self.source.repository
        if isinstance(self.source, PackagedModel):
            return self.source.path
        return Path(os.path.relpath(self.source.fetch(self.root), self.folder)).as_posix()


def _literal(value: Any) -> str:
    """A value as Python source, strings in double quotes."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            return f"[{', '.join(_literal(each) for each in value)}]"
        case dict():
            return "{" + ", ".join(f"{_literal(key)}: {_literal(each)}" for key, each in value.items()) + "}"
        case _:
            return repr(value)
