"""Write the artefact that ships, in a folder that appears whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import assert_never

from ftspec.evaluate.agreement import agreement
from ftspec.evaluate.results import Agreement
from ftspec.plan.steps import CallRecord, Export, FetchModel
from ftspec.run.artefact import copy_tokenizer, kept, write_origin
from ftspec.run.folder import appearing
from ftspec.run.session import Session
from ftspec.run.stages import Stage
from ftspec.run.steps import Outcome
from ftspec.run.weights import Lineage, assemble, lineage, vocabulary


def export(step: Export, session: Session) -> Outcome:
    """Export the stage, unless the folder holds it already."""
    target, stage = session.folder.model, session.digests[step.id]
    there = kept(target, stage)
    if there is not None:
        return Outcome(_summary(step, target), reused=True)
    base = session.model_step(session.train_step(step.stage).model)
    with appearing(target) as building:
        _write_weights(step, session, building)
        copy_tokenizer(session.base(base.id), base, building)
        agreement = _agreement(step, session, building)
        write_origin(building, session.plan.spec.name, session.plan.digest, stage, step, base, agreement)
    return Outcome(_summary(step, target))


def _agreement(step: Export, session: Session, building: Path) -> Agreement | None:
    """Merged weights against the adapter, both loaded from the files that stand on the disk."""
    if step.compared_on is None:
        return None
    from ftspec.run.subjects import RunSubjects

    subjects = RunSubjects(session)
    rows = session.rows(step.compared_on)[:_COMPARED]
    return agreement(lambda: subjects.open(step.stage), lambda: subjects.whole(step, building), rows, step.tolerance)


def _write_weights(step: Export, session: Session, building: Path) -> None:
    made = lineage(session, step.stage, session.train_step(step.stage).model)
    match step.form:
        case "adapter":
            _copy_adapter(made.adapters[-1], building)
        case "merged" | "full":
            _write_whole(made, session, building)
            if step.quantization is not None:
                _quantize(step.quantization, made, session, building)
        case _:
            assert_never(step.form)


def _copy_adapter(stage: Stage, building: Path) -> None:
    for path in stage.folder.iterdir():
        if path.name.startswith("adapter_"):
            shutil.copyfile(path, building / path.name)


_COMPARED = 256
"""Rows that merged weights and the adapter both read."""


def _write_whole(made: Lineage, session: Session, building: Path) -> None:
    """Whole weights in the precision of the model; a quantized base is merged into unquantized."""
    import torch

    plain: FetchModel = made.base.model_copy(update={"quantization": None})
    model = assemble(
        Lineage(plain, made.folder, made.adapters),
        torch.device("cpu"),
        plain.precision,
        vocabulary(session, plain.id),
    )
    model.save_pretrained(str(building))


def _quantize(call: CallRecord, made: Lineage, session: Session, building: Path) -> None:
    """Store the whole weights in fewer bits, from the files that were just written."""
    from ftspec.kinds.quantizations import Quantization
    from ftspec.kinds.registry import make
    from ftspec.model.load import load_model

    quantization = make("quantizations", dict(call))
    assert isinstance(quantization, Quantization)
    model = load_model(building, precision=made.base.precision, device=session.device, quantization=quantization)
    for path in building.glob("*.safetensors*"):
        path.unlink()
    model.save_pretrained(str(building))


def _summary(step: Export, folder: Path) -> str:
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return f"{step.form}, {size / 2**20:,.1f} MiB"
