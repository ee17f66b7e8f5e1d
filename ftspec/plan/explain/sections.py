"""What a plan says of each of its parts, for people."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.plan.explain.data import data_lines
from ftspec.plan.explain.gates import gate_entries
from ftspec.plan.explain.models import model_lines
from ftspec.plan.explain.output import output_lines
from ftspec.plan.explain.resources import fit_section, memory_section, time_section
from ftspec.plan.explain.stages import stage_section
from ftspec.plan.explain.table import Entry, Section, Text, Tone
from ftspec.plan.explain.train import train_lines
from ftspec.plan.explain.words import name, plural, source_of, value
from ftspec.plan.plan import OriginRecord, Plan
from ftspec.plan.steps import Export, FetchModel, PrepareData, Train

_SHOWN = 8
"""Values of a search that are listed."""


def sections(plan: Plan, width: int = 80) -> tuple[Section, ...]:
    """Every section that has something to say, in reading order; gates beside their notes where `width` allows it."""
    return tuple(section for section in _all(plan, width) if section.entries)


def _all(plan: Plan, width: int) -> Iterator[Section]:
    yield _goal(plan)
    yield _overrides(plan)
    yield Section("model", tuple(Entry(name(each.id), model_lines(each)) for each in plan.of(FetchModel)))
    yield Section("data", tuple(Entry(name(each.id), data_lines(each, plan)) for each in plan.of(PrepareData)))
    yield stage_section(plan)
    yield Section("train", tuple(Entry(name(each.id), train_lines(each, plan)) for each in plan.of(Train)))
    yield _search(plan)
    yield memory_section(plan)
    yield fit_section(plan)
    yield time_section(plan)
    yield Section("gates", gate_entries(plan, width))
    yield _budget(plan)
    yield _waived(plan)
    yield Section("output", tuple(Entry("", (Text(line),)) for each in plan.of(Export) for line in output_lines(each)))


def _goal(plan: Plan) -> Section:
    if plan.spec.goal is None:
        return Section("goal")
    about = " · ".join(each for each in (plan.spec.kind, plan.spec.owner) if each)
    lines = (Text(plan.spec.goal), *((Text(about, Tone.QUIET),) if about else ()))
    return Section("goal", (Entry("", lines),))


def _overrides(plan: Plan) -> Section:
    """What an overlay or the command line sets in place of what the spec says; `--origins` shows all values."""
    chosen = [(path, each) for path, each in sorted(plan.origins.items()) if each.by.startswith(("overlay ", "--set"))]
    return Section("set", tuple(Entry(_short(path), _override(each)) for path, each in chosen))


def _short(path: str) -> str:
    """`train.router.length` as it is written in an overlay: `router.length`."""
    kind, _, rest = path.partition(".")
    return rest if "." in rest else f"{kind}.{rest}"


def _override(record: OriginRecord) -> tuple[Text, ...]:
    instead = "" if record.overrode is None else f" in place of {value(record.overrode)}"
    return (Text(f"{value(record.value)}{instead}"), Text(source_of(record), Tone.QUIET))


def _search(plan: Plan) -> Section:
    """What is tried first, and what chooses."""
    if plan.search is None:
        return Section("search")
    trials = plan.search.trials
    paths = [setting.partition("=")[0] for setting in trials[0]]
    head = Text(f"{plural(len(trials), 'trial')}, {plan.search.direction} {plan.search.metric}")
    return Section("search", (Entry("", (head, *(_tried(path, trials) for path in paths))),))


def _tried(path: str, trials: tuple[tuple[str, ...], ...]) -> Text:
    """The values of one attribute, in the order of the trials, each once."""
    values = dict.fromkeys(
        value for trial in trials for name, _, value in (each.partition("=") for each in trial) if name == path
    )
    shown = ", ".join(list(values)[:_SHOWN]) + (f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else "")
    return Text(f"{path} = {shown}", Tone.QUIET)


def _waived(plan: Plan) -> Section:
    """What of its organization's policy the spec does not keep, and the leaks that it lets stand."""
    entries = (Entry(f"waives {each['rule']}", (Text(each["because"], Tone.BAD),)) for each in plan.waivers)
    return Section("policy", tuple(entries))


def _budget(plan: Plan) -> Section:
    entries = []
    for rule in plan.budget:
        holds = bool(rule.get("holds"))
        said = Text("holds" if holds else "broken", Tone.GOOD if holds else Tone.BAD)
        entries.append(Entry(f"{rule.get('verb', '')} {rule.get('rule', '')}", (said,), Tone.PLAIN))
    return Section("budget", tuple(entries))
