"""The model that gates are held against, and the models that it is compared with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.errors import CannotRun
from ftspec.evaluate.results import Artefact
from ftspec.evaluate.subjects import Subject
from ftspec.model.load import load_model
from ftspec.model.tokenizer import load_tokenizer
from ftspec.plan.canonical import value_digest
from ftspec.plan.steps import FetchModel, Train
from ftspec.run import artefact
from ftspec.run.session import Session
from ftspec.run.shipped import SHIPPED
from ftspec.run.subjects import RunSubjects, freed
from ftspec.run.threads import threads_of
from ftspec.run.weights import assemble, lineage, objective_of

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer


class Candidate:
    """`Subjects` in which `export` is the model of an earlier run, or any model folder."""

    def __init__(self, session: Session, run: Session | None, folder: Path) -> None:
        if not any((folder / name).is_file() for name in ("config.json", "adapter_config.json")):
            help = "name a run, or a folder with config.json or adapter_config.json"
            raise CannotRun(f"{folder} holds no model", help)
        self.run = run
        self._session, self._folder = session, folder

    @contextmanager
    def open(self, subject: str) -> Iterator[Subject]:
        """The model behind a step's id. torch is first imported here: gates over kept items need none."""
        with threads_of(self._session.plan.target), self._open(subject) as opened:
            yield opened

    @contextmanager
    def _open(self, subject: str) -> Iterator[Subject]:
        if subject != "export" or self.run is not None:
            with RunSubjects(self.home(subject)).open(subject) as opened:
                yield opened
            return
        model, tokenizer = self._loaded()
        try:
            yield Subject(model, tokenizer, self._session.device)
        finally:
            del model
            freed()

    def digest(self, subject: str) -> str:
        """What decides about the model."""
        if subject != "export" or self.run is not None:
            return RunSubjects(self.home(subject)).digest(subject)
        base = self._session.digests[self._base.id] if self._is_adapter else ""
        return value_digest({"folder": artefact.digest(self._folder), "base": base})

    def artefact(self, out: Path) -> Artefact:
        """What is scored, its path as seen from `out`."""
        path = Path(os.path.relpath(self._folder.resolve(), out.resolve())).as_posix()
        found = artefact.found(self._folder, path)
        assert found is not None, "the folder holds a model"
        return found

    def also(self, out: Path) -> tuple[Artefact, ...]:
        """The further forms beside it."""
        return artefact.found_inside(self._folder, self.artefact(out).path)

    def home(self, subject: str) -> Session:
        """The plan that knows the model: the run's for what it trained, else the spec's."""
        knows = self.run is not None and (subject == SHIPPED or subject in self.run.plan.by_id)
        return self.run if self.run is not None and knows else self._session

    def _loaded(self) -> tuple[Any, Tokenizer]:
        session, base = self._session, self._base
        own = self._folder / "tokenizer.json"
        tokenizer = load_tokenizer(self._folder, base.chat_template) if own.is_file() else session.tokenizer(base.id)
        stage = self._stage
        if not self._is_adapter:
            found = load_model(self._folder, precision=base.precision, device=session.device, labels=stage.outputs)
            return found, tokenizer
        from peft import PeftModel

        below = assemble(lineage(session, None, base.id), session, objective_of(stage.objective))
        return PeftModel.from_pretrained(below, str(self._folder)).eval(), tokenizer

    @property
    def _is_adapter(self) -> bool:
        return (self._folder / "adapter_config.json").is_file()

    @property
    def _base(self) -> FetchModel:
        return self._session.model_step(self._stage.model)

    @property
    def _stage(self) -> Train:
        """The stage whose result the spec ships."""
        return self._session.train_step(self._session.plan.ships.stage)
