"""The story of ftspec: text → tree → spec → facts → plan → run → verdict → report.

Each function is one arrow. Nothing here decides anything itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.compile.load import Loaded, load_spec
from ftspec.errors import Rejected, Stopped, TrainingFailed
from ftspec.text.diagnostic import Diagnostic, in_order
from ftspec.text.files import read_source
from ftspec.text.frozen import frozen

if TYPE_CHECKING:
    from ftspec.evaluate.results import Agreement
    from ftspec.plan.facts import Facts, Target
    from ftspec.plan.plan import Plan, SearchRecord
    from ftspec.run.gating import Gated
    from ftspec.run.progress import Progress
    from ftspec.run.results import RunResult
    from ftspec.run.trials import Tried
    from ftspec.spec.spec import Spec


EXIT_CODES: Mapping[str, int] = {"pass": 0, "fail": 4, "inconclusive": 5}
"""By verdict."""


@frozen
class Options:
    """What the command line adds to a spec."""

    overlay: str | None = None
    settings: tuple[str, ...] = ()
    device: str | None = None
    count: int | None = None
    locked: bool = True
    """Whether to refuse inputs that differ from the spec's lock."""

    trial: tuple[str, ...] = ()
    """The settings of one trial of a search."""


@frozen
class Compiled:
    """A plan, and the advice that came with it."""

    plan: Plan
    spec: Spec
    diagnostics: tuple[Diagnostic, ...]


def load(path: Path, options: Options = Options()) -> Loaded:
    """Text → tree → spec: everything that can be known without data, model or device."""
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return Loaded(None, (source,))
    return load_spec(source, path, options.overlay, options.settings, options.trial)


def survey(spec: Spec, target: Target) -> tuple[Facts, list[Diagnostic]]:
    """Spec → facts: what the model, the data and the device are. Cached by content."""
    from ftspec.data import survey as survey_data
    from ftspec.model.survey import survey_models
    from ftspec.plan.facts import Facts
    from ftspec.plan.resources.readings import read_readings, readings_of

    models, found = survey_models(spec)
    data, tokens, more = survey_data(spec)
    probes = read_readings(readings_of(spec.root, spec.name))
    return Facts(target, models, data, tokens, probes), [*found, *more]


def compile(path: Path, options: Options = Options(), as_spec: Callable[[Spec], Spec] = lambda spec: spec) -> Compiled:
    """Text → plan; `as_spec` changes what is planned. Raises `Rejected` with every mistake found on the way."""
    from ftspec.compile.local_files import missing_gate_files
    from ftspec.compile.lower import lower

    loaded = load(path, options)
    if loaded.spec is None or loaded.has_errors:
        raise Rejected(loaded.diagnostics)
    target = target_of(loaded.spec, options)
    facts, found = survey(loaded.spec, target)
    found = [*found, *missing_gate_files(loaded.spec)]
    _stop_at_absent_data(loaded.spec, facts, [*loaded.diagnostics, *found])
    _stop_at_errors([*loaded.diagnostics, *found], of_inputs=True)
    if options.locked:
        _stop_at_errors(drifted(path, loaded.spec, facts, options))
    lowered = lower(as_spec(loaded.spec), facts)
    diagnostics = in_order([*loaded.diagnostics, *found, *lowered.diagnostics])
    if lowered.plan is None:
        raise Rejected(diagnostics)
    _stop_at_errors(diagnostics, lowered.plan)
    return Compiled(lowered.plan, loaded.spec, tuple(diagnostics))


def probe(path: Path, options: Options = Options()) -> Compiled:
    """Text → plan, with its stages tried on the device at hand; their readings are kept beside the spec.

    Raises `CannotRun` where the plan is made for another device than this machine has.
    """
    from ftspec.errors import CannotRun
    from ftspec.plan.devices import here
    from ftspec.plan.resources.readings import keep_readings, readings_of
    from ftspec.run.probe import probe as readings

    compiled = compile(path, options)
    planned, found = compiled.plan.target.title, here().title
    if planned != found:
        help = "leave `--device` out, or probe on the machine that has the device and commit its readings"
        raise CannotRun(
            f"a probe needs the device itself: this machine is {found}, the plan is for {planned}", help=help
        )
    keep_readings(readings_of(compiled.spec.root, compiled.spec.name), readings(compiled.plan, compiled.spec.root))
    return compile(path, options)


def drifted(path: Path, spec: Spec, facts: Facts, options: Options = Options()) -> list[Diagnostic]:
    """How the inputs differ from those that were locked; nothing where the spec has no lock."""
    if not path.with_name(f"{path.name}.lock").is_file():
        return []
    from ftspec.compile.lock import drift

    return list(drift(path, spec, facts, whole=not (options.overlay or options.settings or options.trial)))


def _stop_at_errors(diagnostics: Sequence[Diagnostic], plan: Plan | None = None, *, of_inputs: bool = False) -> None:
    """What a survey finds, and every FT5xx, is about this machine and these inputs: exit 3. The rest is the spec's."""
    errors = [each for each in diagnostics if each.is_error]
    if errors:
        only_inputs = of_inputs or all(each.code.id.startswith("FT5") for each in errors)
        raise Rejected(in_order(diagnostics), 3 if only_inputs else 1, plan if only_inputs else None)


def _stop_at_absent_data(spec: Spec, facts: Facts, found: Sequence[Diagnostic]) -> None:
    """Data that isn't there yet stops a plan; what is left to say is what a thousand rows of it would take."""
    from ftspec.data.codes import MISSING_FILE
    from ftspec.kinds.sources._codes import NOT_IN_CACHE

    errors = [each for each in found if each.is_error]
    if not errors or any(each.code not in (MISSING_FILE, NOT_IN_CACHE) for each in errors):
        return
    from ftspec.compile.lower import lower
    from ftspec.data.absent import with_assumed

    whole, assumed = with_assumed(spec, facts)
    plan = lower(spec, whole).plan
    raise Rejected(in_order(found), 3, plan, assumed)


def target_of(spec: Spec, options: Options) -> Target:
    """The device a plan is made for: as the command line says, as the spec says, or what is here."""
    from ftspec.plan.devices import detect, find_device

    hardware = spec.hardware
    name = options.device if options.device is not None else hardware.gpu if hardware else None
    named = hardware.count if hardware and "count" in hardware.model_fields_set else None
    count = options.count if options.count is not None else named
    nodes = hardware.nodes if hardware else 1
    cost = hardware.hourly_cost if hardware else None
    one = 1 if count is None else count
    found = detect(count, nodes) if name is None else find_device(name, one, nodes, cost)
    if isinstance(found, Diagnostic):
        raise Rejected([found], exit_code=3)
    return found.model_copy(update={"hourly_cost": cost}) if cost is not None else found


def run(
    plan: Plan,
    root: Path,
    run_dir: Path,
    progress: Progress,
    *,
    fresh: bool = False,
    spec: Path | None = None,
    allow_code: bool = False,
    until: str | None = None,
) -> RunResult:
    """Plan → run → verdict → report."""
    from ftspec.run.executor import execute

    try:
        result = execute(plan, root, run_dir, progress, fresh=fresh, spec=spec, allow_code=allow_code, until=until)
    except (TrainingFailed, Stopped):
        report(run_dir)
        raise
    report(run_dir)
    if result.verdict is not None and (result.verdict.verdict == "pass" or plan.ships.ship_on == "always"):
        _push(plan, run_dir)
    return result


def search(
    path: Path,
    options: Options,
    record: SearchRecord,
    runs: Path,
    progress: Progress,
    told: Callable[[int], None],
    *,
    fresh: bool = False,
    allow_code: bool = False,
) -> tuple[tuple[Tried, ...], Tried]:
    """Trials → the best: each of the plan's trials is run in `runs`, by the metric of the search alone.

    Args:
        path: The spec.
        options: What the command line adds to it.
        record: What its plan says of the search.
        runs: The folder of the spec's runs.
        progress: Told what happens in each trial.
        told: Called with a trial's number before it runs.
        fresh: Forget what earlier runs of the trials have done.
        allow_code: Whether Python files that the plan names may run.

    Raises:
        TrainingFailed: no trial gave a value.
    """
    from ftspec.compile.lower.search import as_trial
    from ftspec.run.folder import TRIALS
    from ftspec.run.trials import Tried, best_of

    tried: list[Tried] = []
    for number, settings in enumerate(record.trials, 1):
        told(number)
        plan = (one := compile(path, replace(options, trial=settings), as_trial)).plan
        folder = runs / TRIALS / plan.digest[:12]
        try:
            result = run(plan, one.spec.root, folder, progress, fresh=fresh, spec=path, allow_code=allow_code)
            tried.append(Tried(settings, folder, result.verdict.gates[0] if result.verdict else None))
        except TrainingFailed as failure:
            tried.append(Tried(settings, folder, failure=failure.message))
    return tuple(tried), best_of(tried, record.direction)


def _push(plan: Plan, run_dir: Path) -> None:
    """What passed, or ships in any case, goes where the plan says, if it says so; once for the same files."""
    from ftspec.run.ship import planned_destination, shipments

    where = planned_destination(plan)
    import json

    verdict = json.loads((run_dir / "verdict.json").read_text("utf-8")) if where else {}
    sent = {(each.to, each.sha256) for each in shipments(run_dir)}
    if where is not None and (where.title, verdict["artefact"]["sha256"]) not in sent:
        message = f"{plan.spec.name}: plan {plan.digest[:12]}, {verdict['verdict']}"
        ship(run_dir, where.title, None, lambda: where.push(run_dir / "model", message))


def gate(
    plan: Plan,
    root: Path,
    target: Path,
    data: Mapping[str, Path],
    progress: Progress,
    *,
    spec: Path | None = None,
    out: Path | None = None,
    allow_code: bool = False,
) -> Gated:
    """Plan → verdict, on a model that is there: `target` is a run or a model folder. Nothing is trained.

    The gates of a run's own plan are decided in its own folder, those of a spec or on new data in one of their own.
    """
    from ftspec.run.gating import Gating

    gating = Gating(plan, root, target, data, spec, allow_code)
    folder = out or gating.default_folder
    before = _verdict_of(folder)
    gated = gating.hold(folder, progress)
    if (folder / "report.html").is_file() and _verdict_of(folder) != before:
        report(folder)
    return gated


def _verdict_of(run_dir: Path) -> bytes:
    path = run_dir / "verdict.json"
    return path.read_bytes() if path.is_file() else b""


def ship(run_dir: Path, to: str, force: str | None, send: Callable[[], str]) -> str:
    """Verdict → the world: let a model out, if it may go; its card and the run's own record tell of it first.

    Raises:
        NotShippable: there is no passing verdict about these very files, and nobody forces it.
    """
    from ftspec.run.ship import keep, permit

    shipment = permit(run_dir, force)
    keep(run_dir, shipment, to)
    card(run_dir)
    return send()


def card(run_dir: Path, model: Path | None = None, merged: Agreement | None = None) -> None:
    """Write the model's card anew, or that of merged weights in a folder of their own."""
    from ftspec.plan.load import read_plan
    from ftspec.report.card import base_license, write_card
    from ftspec.run.folder import RunFolder

    folder = RunFolder(run_dir)
    write_card(run_dir, model or folder.model, base_license(read_plan(folder.plan), folder.root), merged)


def report(run_dir: Path) -> Path:
    """Run → report, and the card of the model that it kept. A run that stopped half-way gives what there is."""
    from ftspec.plan.load import read_plan
    from ftspec.plan.steps import Export
    from ftspec.report import write_report

    path = write_report(run_dir)
    wanted = any(step.card for step in read_plan(run_dir / "plan.json").of(Export))
    if wanted and (run_dir / "verdict.json").exists() and (run_dir / "model").is_dir():
        card(run_dir)
    return path
