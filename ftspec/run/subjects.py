"""The models that a run leaves behind, opened for evaluation (`ftspec.evaluate.Subjects`)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.subjects import Subject
from ftspec.model.load import load_model
from ftspec.model.tokenizer import Tokenizer, load_tokenizer
from ftspec.plan.canonical import value_digest
from ftspec.plan.steps import Decide, Evaluate, Export, FetchModel, Generate, PrepareData, Train
from ftspec.run import artefact
from ftspec.run.gguf import gguf_file
from ftspec.run.session import Session
from ftspec.run.shipped import SHIPPED, shipped_session
from ftspec.run.weights import Lineage, assemble, attach, lineage

if TYPE_CHECKING:
    from collections.abc import Callable


class RunSubjects:
    """Base models, stages and the artefact of one run, each loaded from disk."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def open(self, subject: str) -> Iterator[Subject]:
        """The model behind a step's id; its memory is free again afterwards."""
        model, tokenizer = self._opener(subject)()
        device = self._session.device
        try:
            yield Subject(model.to(device) if device.type == "cpu" else model, tokenizer, device)
        finally:
            del model
            freed()

    def digest(self, subject: str) -> str:
        """What decides about the model, its weights included."""
        session = self._session
        if subject == SHIPPED:
            home, of = shipped_session(session)
            return RunSubjects(home).digest(of)
        match session.plan.by_id[subject]:
            case FetchModel() | Train():
                return session.digests[subject]
            case Export() as export:
                made = session.digests[export.stage]
                return value_digest({"artefact": artefact.digest(session.folder.form(export.inside)), "made": made})
            case PrepareData() | Generate() | Evaluate() | Decide():
                raise LookupError(f"{subject} leaves no model behind")

    def _opener(self, subject: str) -> Callable[[], tuple[Any, Tokenizer]]:
        session = self._session
        if subject == SHIPPED:
            home, of = shipped_session(session)
            return RunSubjects(home)._opener(of)
        match session.plan.by_id[subject]:
            case FetchModel() as model:
                return lambda: self._lineage(lineage(session, None, model.id))
            case Train() as train:
                return lambda: self._lineage(lineage(session, train.id, train.model))
            case Export() as export:
                return lambda: self._export(export)
            case PrepareData() | Generate() | Evaluate() | Decide():
                raise LookupError(f"{subject} leaves no model behind")

    @contextmanager
    def whole(self, step: Export, folder: Path) -> Iterator[Subject]:
        """Whole weights of a folder that is not the run's artefact yet."""
        model, tokenizer = self._whole(step, folder)
        try:
            yield Subject(model, tokenizer, self._session.device)
        finally:
            del model
            freed()

    def _whole(self, step: Export, folder: Path) -> tuple[Any, Tokenizer]:
        session = self._session
        train = session.train_step(step.stage)
        base = session.model_step(train.model)
        file = gguf_file(folder).name if step.form == "gguf" else None
        model = load_model(folder, precision=base.precision, device=session.device, labels=train.outputs, gguf=file)
        return model, load_tokenizer(folder, base.chat_template)

    def _lineage(self, made: Lineage) -> tuple[Any, Tokenizer]:
        """All merged but the last adapter, which is scored as it is kept."""
        session = self._session
        model = assemble(made.below, session, made.objective)
        if made.adapters:
            model = attach(model, made.adapters[-1])
        return model.eval(), session.tokenizer(made.base.id)

    def _export(self, step: Export) -> tuple[Any, Tokenizer]:
        """The artefact, reloaded from the files that ship."""
        session = self._session
        train = session.train_step(step.stage)
        base = session.model_step(train.model)
        folder = session.folder.form(step.inside)
        if step.form != "adapter":
            return self._whole(step, folder)
        tokenizer = load_tokenizer(folder, base.chat_template)
        made = lineage(session, step.stage, train.model)
        model = assemble(made.below, session, made.objective)
        return attach(model, made.adapters[-1], folder).eval(), tokenizer


def freed() -> None:
    """Give the memory of a model back before the next one is loaded."""
    gc.collect()
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
