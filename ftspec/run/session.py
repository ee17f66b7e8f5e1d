"""What the steps of one run share: the plan, the folders, and the data and tokenizers they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.errors import CannotRun
from ftspec.plan.canonical import step_digest
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, Generate, PlannedUse, PrepareData, Train
from ftspec.run.events import Events
from ftspec.run.folder import RunFolder
from ftspec.run.signals import Stopper
from ftspec.run.stages import Stages

if TYPE_CHECKING:
    import torch

    from ftspec.data import Prepared, Row
    from ftspec.kinds.model_sources import ModelSource
    from ftspec.model.tokenizer import Tokenizer


@dataclass
class Session:
    """One process at work on one plan."""

    plan: Plan
    root: Path
    """The spec's folder: paths in the plan are relative to it."""

    folder: RunFolder
    events: Events
    stopper: Stopper
    stages: Stages
    digests: Mapping[str, str]
    """By step id: over the step and everything before it."""

    allow_code: bool = False
    """Whether Python files that the plan names may run."""

    _tokenizers: dict[str, Tokenizer] = field(default_factory=dict)
    _prepared: dict[str, Prepared] = field(default_factory=dict)

    def model_step(self, id: str) -> FetchModel:
        """The `fetch_model` step with this id."""
        step = self.plan.by_id[id]
        assert isinstance(step, FetchModel)
        return step

    def train_step(self, id: str) -> Train:
        """The `train` step with this id."""
        step = self.plan.by_id[id]
        assert isinstance(step, Train)
        return step

    def base(self, model: str) -> Path:
        """The folder of a model's files. Raises `CannotRun` when it is not complete."""
        return source_of(self.model_step(model)).fetch(self.root)

    def tokenizer(self, model: str) -> Tokenizer:
        """The tokenizer of a model as the plan changes it."""
        from ftspec.model.tokenizer import load_tokenizer

        if model not in self._tokenizers:
            step = self.model_step(model)
            self._tokenizers[model] = load_tokenizer(self.base(model), step.chat_template, step.added_tokens)
        return self._tokenizers[model]

    def prepared(self, data: str) -> Prepared:
        """A prepared data set. Raises `CannotRun` when the files are not those of the plan."""
        from ftspec.data import prepare

        if data not in self._prepared:
            step = self.plan.by_id[data]
            assert isinstance(step, PrepareData)
            first = next(self.plan.of(FetchModel))
            others = {need: self._grown(need, step.needs) for need in step.needs if need.startswith("data.")}
            written = next((self.written(need) for need in step.needs if self._is_source(need)), None)
            foreseen = not self._follows_writing(step)
            prepared = prepare(step, self.root, self.tokenizer(first.id), others, written, foreseen=foreseen)
            if written and not prepared.rows(None):
                name = step.id.removeprefix("data.")
                help = "read the file, and loosen `clean` or draw more"
                raise CannotRun(f"models wrote {prepared.rows_read} rows for {name}, and all were left out", help)
            self._prepared[data] = prepared
        return self._prepared[data]

    def _is_source(self, id: str) -> bool:
        """Whether a step writes whole data sets."""
        step = self.plan.by_id[id]
        return isinstance(step, Generate) and step.augments is None

    def _grown(self, data: str, needs: Sequence[str]) -> Prepared:
        """A data set as trainings read it: with the paraphrases among the needs of the step that reads it."""
        prepared = self.prepared(data)
        for step in self.plan.of(Generate):
            if step.augments == data and step.id in needs:
                from ftspec.data.paraphrasing import with_paraphrases

                planned, first = self.plan.by_id[data], next(self.plan.of(FetchModel))
                assert isinstance(planned, PrepareData)
                return with_paraphrases(prepared, planned, self.written(step.id), self.tokenizer(first.id))
        return prepared

    def _follows_writing(self, step: PrepareData) -> bool:
        """Whether rows of a data set, or of one that it mixes, are written while the plan runs."""
        before = [self.plan.by_id[need] for need in step.needs]
        return any(not isinstance(each, PrepareData) or self._follows_writing(each) for each in before)

    def written(self, id: str) -> Path:
        """The file of rows that a `generate` step leaves behind."""
        return self.stages.folder / self.digests[id][:12] / "rows.jsonl"

    def rows(self, use: PlannedUse) -> Sequence[Row]:
        """The rows of one part of a data set."""
        return self.prepared(use.data).rows(use.split)

    def learned(self, step: Train) -> Sequence[Row]:
        """The rows that a stage learns from, paraphrases included."""
        return self._grown(step.data.data, step.needs).rows(step.data.split)

    @property
    def device(self) -> torch.device:
        """The device that the plan was made for. Raises `CannotRun` when this machine has none of its kind."""
        import torch

        target = self.plan.target
        if target.kind == "cpu":
            return torch.device("cpu")
        if not torch.cuda.is_available():
            help = "compile for what is here with --device cpu, or run the plan where the device is"
            raise CannotRun(f"the plan is made for {target.name}, and this machine has no GPU", help=help)
        return torch.device("cuda", torch.cuda.current_device())


def source_of(step: FetchModel) -> ModelSource:
    """Where the files of a model come from."""
    from ftspec.kinds.model_sources import ModelSource
    from ftspec.kinds.registry import make

    source = make("model_sources", dict(step.source))
    assert isinstance(source, ModelSource)
    return source


def digests_of(plan: Plan) -> dict[str, str]:
    """The digest of every step with those of the steps it needs, which stand before it in the plan."""
    digests: dict[str, str] = {}
    for step in plan.steps:
        needs = {id: digests[id] for id in getattr(step, "needs", ())}
        digests[step.id] = step_digest(step, needs)
    return digests
