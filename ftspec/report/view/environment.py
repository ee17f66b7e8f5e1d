"""Where the run happened, what it read, and the commands that do it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.plan.facts import FileFacts
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, PrepareData
from ftspec.report import numbers
from ftspec.report.history import History
from ftspec.report.spelling import spell
from ftspec.report.view.fact import Fact


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that the run read."""

    step: str
    path: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what it does."""

    line: str
    does: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything needed to do the run again, or to know why it came out differently."""

    facts: tuple[Fact, ...]
    packages: tuple[tuple[str, str], ...]
    files: tuple[InputFile, ...]
    commands: tuple[Command, ...]


def environment(plan: Plan, history: History) -> Environment:
    """From the plan and the latest start of the run."""
    start = history.starts[-1] if history.starts else None
    facts = [Fact("ftspec", start.ftspec if start else plan.ftspec), Fact("planned for", plan.target.title)]
    if start and start.device is not None:
        facts.append(Fact("ran on", _device(start.device)))
    facts.append(Fact("plan digest", plan.digest, code=True))
    return Environment(
        facts=tuple(facts),
        packages=tuple(sorted(start.packages.items())) if start else (),
        files=tuple(_files(plan)),
        commands=_commands(plan),
    )


def run_path(plan: Plan) -> str:
    """`runs/router/4f2c81d09a3e`."""
    return f"runs/{plan.spec.name}/{plan.digest[:12]}"


def _device(device: Any) -> str:
    match device:
        case str():
            return device
        case {"title": str() as title}:
            return title
        case Mapping():
            return ", ".join(f"{name} {value}" for name, value in device.items())
        case _:
            return str(device)


def _files(plan: Plan) -> list[InputFile]:
    steps: list[FetchModel | PrepareData] = [*plan.of(FetchModel), *plan.of(PrepareData)]
    return [_file(step.id, file) for step in steps for file in step.files]


def _file(step: str, file: FileFacts) -> InputFile:
    return InputFile(step, file.path, numbers.size(file.bytes), file.sha256)


def _commands(plan: Plan) -> tuple[Command, ...]:
    spec, run = shlex.quote(f"{plan.spec.name}.ft"), shlex.quote(run_path(plan))
    compiled = " ".join(["ftspec compile", spec, *_options(plan)])
    return (
        Command(f"ftspec run {run}/plan.json --fresh", "runs exactly this plan, from the folder of the spec"),
        Command(compiled, f"shows the plan again: with the same inputs its digest begins with {plan.digest[:12]}"),
        Command(f"ftspec gate {run} {spec}", "scores the gates again, without training"),
    )


def _settable(path: str) -> str:
    """`router.length` for the origin `train.router.length`: blocks with a label go by it alone."""
    kind, _, rest = path.partition(".")
    return rest if kind in ("data", "model", "template", "train") else path


def _options(plan: Plan) -> list[str]:
    """What the command line added to the spec, as far as the origins tell."""
    origins = sorted(plan.origins.items())
    overlays = dict.fromkeys(each.by.removeprefix("overlay ") for _, each in origins if each.by.startswith("overlay "))
    settings = [f"{_settable(path)}={spell(each.value)}" for path, each in origins if each.by == "--set"]
    options = [*(("--overlay", name) for name in overlays), *(("--set", each) for each in settings)]
    return [f"{option} {shlex.quote(value)}" for option, value in options]
