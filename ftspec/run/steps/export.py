"""Write the artefact that ships, in a folder that appears whole."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import assert_never

from ftspec.errors import CannotRun
from ftspec.evaluate.agreement import agreement
from ftspec.evaluate.results import Agreement
from ftspec.plan.steps import CallRecord, Export
from ftspec.run.artefact import copy_tokenizer, kept, write_origin
from ftspec.run.folder import appearing
from ftspec.run.gguf import write_gguf
from ftspec.run.session import Session
from ftspec.run.stages import Stage
from ftspec.run.steps import Outcome
from ftspec.run.weights import Lineage, assemble, lineage, method_of


def export(step: Export, session: Session) -> Outcome:
    """Export the stage, unless the folder holds it already."""
    target, stage = session.folder.form(step.inside), session.digests[step.id]
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


def _write_gguf(step: Export, made: Lineage, session: Session, building: Path) -> None:
    """A GGUF file and the config; whole weights are written for it in a folder that goes again."""
    assert step.gguf is not None, "the form names its quantization"
    with tempfile.TemporaryDirectory(prefix="ftspec-") as folder:
        whole = Path(folder)
        _write_whole(made, session, whole)
        copy_tokenizer(session.base(made.base.id), made.base, whole)
        write_gguf(whole, building, step.gguf)
        for name in ("config.json", "generation_config.json"):
            if (whole / name).is_file():
                shutil.copyfile(whole / name, building / name)


def write_further(step: Export, session: Session, building: Path, gguf: str | None = None) -> Agreement | None:
    """What ships in a form that the plan has none of, with its tokenizer; and whether it answers as the stage does.

    Args:
        step: The form that was scored.
        session: The finished run.
        building: The folder to write into.
        gguf: For a GGUF file, its quantization; else an adapter is merged into whole weights.
    """
    base = session.model_step(session.train_step(step.stage).model)
    train = session.train_step(step.stage)
    method = method_of(train.method)
    if method.has_adapter and not method.mergeable:
        raise CannotRun(f"{train.method['name']} cannot be merged into its base", "export the adapter instead")
    changes = {
        "form": "merged" if gguf is None else "gguf",
        "gguf": gguf,
        "compared_on": train.validation or train.data,
        "tolerance": _TOLERANCE if base.quantization is None and gguf is None else 5 * _TOLERANCE,
    }
    form = step.model_copy(update=changes)
    _write_weights(form, session, building)
    copy_tokenizer(session.base(base.id), base, building)
    found = _agreement(form, session, building)
    write_origin(building, session.plan.spec.name, session.plan.digest, session.digests[step.id], form, base, found)
    return found


_TOLERANCE = 0.02
"""As the compiler sets it for `merge = true`."""


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
        case "gguf":
            _write_gguf(step, made, session, building)
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

    model = assemble(made.unquantized, session, device=torch.device("cpu"))
    model.save_pretrained(str(building))


def _quantize(call: CallRecord, made: Lineage, session: Session, building: Path) -> None:
    """Store the whole weights in fewer bits, from the files that were just written."""
    from ftspec.kinds.quantizations import Quantization
    from ftspec.kinds.registry import make
    from ftspec.model.load import load_model

    quantization = make("quantizations", dict(call))
    assert isinstance(quantization, Quantization)
    labels = made.objective.outputs if made.objective else None
    precision, device = made.base.precision, session.device
    model = load_model(building, precision=precision, device=device, quantization=quantization, labels=labels)
    for path in building.glob("*.safetensors*"):
        path.unlink()
    model.save_pretrained(str(building))


def _summary(step: Export, folder: Path) -> str:
    """The form, and how large its own files are."""
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return f"{step.form}, {size / 2**20:,.1f} MiB"
