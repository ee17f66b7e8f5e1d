"""Let a model out of its run: only with a passing verdict about these very files, or by force with a reason.

What was let out, where to and why is kept in `shipped.jsonl` beside the verdict and in the model's card.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from ftspec.errors import CannotRun
from ftspec.evaluate.results import Agreement, Verdict
from ftspec.evaluate.written import SHIPPED
from ftspec.plan.load import read_plan
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Export
from ftspec.run.folder import RunFolder, appearing
from ftspec.run.sealing import told
from ftspec.spec.types import Frozen
from ftspec.text.chain import chained, last, lines_of
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.kinds.destinations import Destination
    from ftspec.run.progress import Progress


class NotShippable(CannotRun):
    """Raised when a model may not leave its run: exit 4, as for a gate that failed."""

    exit_code = 4


class Shipment(Frozen):
    """One time that a model was let out."""

    time: str
    to: str
    """`export`, `merge`, or the address that it was pushed to."""

    sha256: str
    """Of the artefact."""

    verdict: str
    forced: str | None = None
    """The reason that was given to ship it against the verdict."""

    chain: str | None = Field(default=None, exclude=True)
    """Of its line and those before it (`ftspec.text.chain`)."""


def permit(run: Path, force: str | None) -> Shipment:
    """The shipment, yet without a place to go.

    Raises:
        NotShippable: there is no passing verdict about the files that are there, and neither somebody nor the spec
            forces it. The spec's `ship_on = always` is about its gates: evidence that does not stand ships nothing.
    """
    verdict, why = _state(run)
    if why == _held_back(verdict) and force is None and _ships_always(run):
        force = "the spec says `ship_on = always`"
    if why is not None and force is None:
        help = 'make it pass, or say why it must go: `--force because "the reason"`, which its card will show'
        raise NotShippable(f"{run.as_posix()} does not ship: {why}", help)
    from ftspec.run.gating import artefact_of

    artefact = artefact_of(run)
    if artefact is None:
        raise CannotRun(f"{run.as_posix()} has no model", "run its spec to the end first")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    said = force if why is not None else None
    return Shipment(time=now, to="", sha256=artefact.sha256, verdict=verdict, forced=said)


def shipments(run: Path) -> tuple[Shipment, ...]:
    """What has left this run, oldest first.

    Raises:
        CannotRun: the file tells of something else.
    """
    path = run / SHIPPED
    lines = path.read_bytes().splitlines() if path.is_file() else []
    try:
        return tuple(Shipment.model_validate_json(line) for line in lines if line.strip())
    except ValidationError as error:
        raise CannotRun(f"{path} is not as ftspec writes it", "bring the file back, or remove it") from error


def keep(run: Path, shipment: Shipment, to: str) -> None:
    """Write a shipment down, before anything leaves."""
    text = json.dumps(shipment.model_copy(update={"to": to}).model_dump(mode="json"), ensure_ascii=False)
    path = run / SHIPPED
    with told(run, SHIPPED):
        before = path.read_bytes() if path.is_file() else b""
        line, _ = chained(text, last(lines_of(before)))
        write_atomic(path, before + line.encode() + b"\n")


def copy_model(run: Path, target: Path, inside: str | None = None) -> None:
    """The artefact, or one form of it, with its card, in a folder that appears whole."""
    folder = RunFolder(run)
    with appearing(target.resolve()) as building:
        shutil.copytree(folder.form(inside), building, dirs_exist_ok=True)
        card = folder.model / "README.md"
        if card.is_file():
            shutil.copyfile(card, building / card.name)


def merge_model(run: Path, root: Path, target: Path, progress: Progress, force: str | None) -> Agreement | None:
    """The artefact as whole weights; an adapter is merged, and the result must answer as the adapter does.

    Raises:
        NotShippable: it does not, and nobody forces it.
        CannotRun: the method cannot be merged, or the base model is not at hand.
    """
    from ftspec.run.gating import opened
    from ftspec.run.steps.export import write_further

    with opened(run, root, progress) as session:
        step, *others = session.plan.of(Export)
        if whole := next((each for each in (step, *others) if each.form in ("merged", "full")), None):
            # It is there, and the gates have seen it.
            copy_model(run, target, whole.inside)
            return None
        with appearing(target.resolve()) as building:
            found = write_further(step, session, building)
            if found is not None and not found.holds and force is None:
                raise NotShippable(f"the merged weights do not answer as the adapter does: {found}", _MERGE_HELP)
    return found


def gguf_model(run: Path, root: Path, target: Path, progress: Progress, quantization: str, force: str | None) -> Path:
    """The artefact as a GGUF file: the one that was scored, or another, which must answer as the trained model does.

    Raises as `merge_model` does.
    """
    from ftspec.run.gating import opened
    from ftspec.run.gguf import check_readable, find_tools, gguf_file
    from ftspec.run.steps.export import write_further

    with opened(run, root, progress) as session:
        step, *others = session.plan.of(Export)
        if scored := next((each for each in others if (each.gguf or "").lower() == quantization.lower()), None):
            copy_model(run, target, scored.inside)
            return gguf_file(target)
        find_tools(quantization)
        train = session.train_step(step.stage)
        check_readable(session.model_step(train.model).model_type, train.outputs)
        with appearing(target.resolve()) as building:
            found = write_further(step, session, building, quantization)
            if found is not None and not found.holds and force is None:
                raise NotShippable(f"the GGUF file does not answer as the trained model does: {found}", _GGUF_HELP)
    return gguf_file(target)


_GGUF_HELP = "declare it, `output { gguf = … }`, so that the gates score it, or take one of more bits"
_MERGE_HELP = "ship the adapter on its base, or train on a base that is not quantized"


def planned_destination(plan: Plan) -> Destination | None:
    """Where the plan pushes to."""
    from ftspec.kinds.destinations import Destination
    from ftspec.kinds.registry import make

    export = next(iter(plan.of(Export)), None)
    if export is None or export.push is None:
        return None
    destination = make("destinations", dict(export.push))
    assert isinstance(destination, Destination)
    return destination


def _state(run: Path) -> tuple[str, str | None]:
    """The verdict, and why the model may not go; None when it may."""
    from ftspec.run.checking import problems

    try:
        verdict = Verdict.model_validate_json((run / "verdict.json").read_bytes())
    except (OSError, ValueError):
        return "none", "it has no verdict that can be read"
    if found := problems(run, None):
        return verdict.verdict, f"its verdict does not stand: {found[0]}"
    return verdict.verdict, None if verdict.verdict == "pass" else _held_back(verdict.verdict)


def _held_back(verdict: str) -> str:
    return f"its verdict is {verdict}"


def _ships_always(run: Path) -> bool:
    return read_plan(run / "plan.json").ships.ship_on == "always"


def check_free(target: Path) -> None:
    """Raises `CannotRun` where a folder that is to appear is there already."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CannotRun(f"{target} is there already", "name a folder that is not")
