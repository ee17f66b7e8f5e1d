"""What the preview says of memory, time and cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftspec.plan.explain.table import Entry, Section, Text, Tone
from ftspec.plan.explain.words import GIB, MIB, duration, gibibytes, money, size_of
from ftspec.plan.plan import Memory, Plan, Resources, Way
from ftspec.plan.steps import Train


def memory_section(plan: Plan) -> Section:
    """The peak against what the device has, the step that needs it, and its parts."""
    memory = plan.resources.memory
    probed = ", probed" if memory.source == "probed" else ""
    head = Text(f"{memory_title(memory)} in {memory.step}{probed}", Tone.NAME)
    if not memory.fits:
        head = Text(f"{head.text}: does not fit", Tone.BAD)
    sums = (Text(line, Tone.QUIET) for line in memory_sum(memory))
    return Section("memory", (Entry("", (head, Text(" · ".join(memory_parts(memory))), *sums)),))


def fit_section(plan: Plan) -> Section:
    """What would make it fit: in a line the change and its total, then what to add to the command."""
    entries = [(Text(way_title(way), Tone.NAME), Text(f"  {' '.join(way.settings)}")) for way in plan.resources.ways]
    return Section("fits", tuple(Entry("", lines) for lines in entries))


def way_title(way: Way) -> str:
    """`2 × rtx_4090 with FSDP · 22.1 of 23.6 GiB each · 0.6 × the time`."""
    each = " each" if way.devices > 1 else ""
    result = "" if way.same_result else " · another result"
    title = f"{way.words} · {gibibytes(way.total_bytes)} of {gibibytes(way.available_bytes)} GiB{each}"
    return f"{title} · {way.slower:.2g} × the time{result}"


def way_text(way: Way) -> str:
    """For the help of a diagnostic: what to add, and what it does."""
    return f"add `{' '.join(way.settings)}`: {way_title(way)}"


def memory_title(memory: Memory) -> str:
    """`0.4 of 23.5 GiB`, `412 MiB of 23.5 GiB`."""
    if memory.total_bytes < GIB:
        return f"{size_of(memory.total_bytes)} of {gibibytes(memory.available_bytes)} GiB"
    return f"{gibibytes(memory.total_bytes)} of {gibibytes(memory.available_bytes)} GiB"


def memory_parts(memory: Memory) -> Iterator[str]:
    """`weights 4.5`, … in the unit of the total; what rounds to nothing is left out."""
    small = memory.total_bytes < GIB
    for part, size in memory.parts.items():
        text = f"{size / MIB:.0f}" if small else gibibytes(size)
        if float(text.replace(",", "")) > 0:
            yield f"{part} {text}"


def memory_sum(memory: Memory) -> Iterator[str]:
    """What the weights add up from, where they matter."""
    if memory.weights_sum and (not memory.fits or memory.parts.get("weights", 0) > GIB):
        yield f"{memory.weights_sum}, before activations"


def time_section(plan: Plan) -> Section:
    """How long, from what; and what it costs where a price is known."""
    resources = plan.resources
    lines = [Text(f"{time_title(resources)} · {resources.time_source}")]
    if resources.cost is not None:
        lines.append(Text(f"about {money(resources.cost)} · {_price(plan)}"))
    return Section("time", (Entry("", tuple(lines)),))


def time_title(resources: Resources) -> str:
    """`about 40 s`; `25 s to 80 s` where the ends lie far apart."""
    about = f"about {duration(resources.time_seconds)}"
    if resources.time_range is None:
        return about
    low, high = resources.time_range
    return about if high <= 1.5 * low else f"{duration(low)} to {duration(high)}"


def _price(plan: Plan) -> str:
    target = plan.target
    source = f", {target.price_source}" if target.price_source and target.price_source != "spec" else ""
    machines = f" for each of {target.nodes} machines" if target.nodes > 1 else ""
    return f"at {money(target.hourly_cost or 0.0)} an hour{machines}{source}"


def assumed_section(plan: Plan, assumed: Sequence[str]) -> Section:
    """What is taken for granted of data sets that are not there yet."""
    reads = [step for step in plan.of(Train) if step.data.data.removeprefix("data.") in assumed]
    tokens = (f"{train.id.removeprefix('train.')} reads rows of up to {train.max_length:,} tokens" for train in reads)
    lines = (f"1,000 rows of {each}, which is not there yet" for each in assumed)
    said = (*lines, *tokens, "every row taken to be as long as may be")
    return Section("assumed", (Entry("", tuple(map(Text, said))),))
