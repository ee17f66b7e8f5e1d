"""What would make a plan fit: the nearest changes, each with its new total and what it costs in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ftspec.plan.devices import device_names, find_device
from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.duration import training_seconds
from ftspec.plan.resources.sharding import Sharding
from ftspec.plan.resources.training import Training
from ftspec.plan.steps import CallRecord, Train

_NF4: CallRecord = {"name": "nf4", "arguments": {"double": True}}
_EIGHT_BITS: CallRecord = {"name": "adamw_8bit", "arguments": {}}
_MOST = 5
_LINK = 2.0e10
"""Bytes a second between devices where the catalogue does not say: PCIe 4.0 as it is reached."""


@dataclass(frozen=True)
class Way:
    """One change, or a few together."""

    settings: tuple[str, ...]
    """What to add to the command line: `--set router.gradient_checkpointing=true`, `--count 2`."""

    words: str
    total_bytes: int
    available_bytes: int
    slower: float
    """Time against the plan as it stands: 1.3 takes a third longer, 0.5 half as long."""

    devices: int = 1
    same_result: bool = True
    """Whether the same model comes out, rounding aside."""

    @property
    def fits(self) -> bool:
        """Whether the plan fits with it."""
        return self.total_bytes <= self.available_bytes


def ways_to_fit(
    step: Train, facts: ModelFacts, target: Target, quantization: CallRecord | None = None
) -> tuple[Way, ...]:
    """At most five ways that make a stage fit, the cheapest first: those that keep the result, then the fastest."""
    now = _Option(Training(step, facts, target, quantization), (), "")
    options = [*_single(now), *_pairs(now), *_more_devices(now), *_other_devices(now)]
    fitting = sorted((way for way in (option.way(now) for option in options) if way.fits), key=_order)
    return tuple(_simplest(fitting))[:_MOST]


@dataclass(frozen=True)
class _Option:
    """A changed training, and how the change is written."""

    training: Training
    settings: tuple[str, ...]
    words: str
    same_result: bool = True
    extra: float = 0.0
    """Seconds a step that the change adds besides computing: traffic between devices."""

    def way(self, now: _Option) -> Way:
        total = sum(self.training.worst.values())
        available = self.training.target.memory_bytes
        slower = self.seconds / max(1e-9, now.seconds)
        devices = self.training.target.count
        return Way(self.settings, self.words, total, available, round(slower, 2), devices, self.same_result)

    @property
    def seconds(self) -> float:
        training = self.training
        return training_seconds(training.step, training.facts, training.target, training.quantization) + self.extra

    def changed(self, setting: str, words: str, same_result: bool = True, **changes: object) -> _Option:
        """With other fields of the step."""
        step = self.training.step.model_copy(update=changes)
        return replace(
            self,
            training=replace(self.training, step=step),
            settings=(*self.settings, f"--set {_label(step)}.{setting}"),
            words=" and ".join(each for each in (self.words, words) if each),
            same_result=self.same_result and same_result,
        )


def _label(step: Train) -> str:
    return step.id.removeprefix("train.")


def _single(now: _Option) -> Iterator[_Option]:
    yield from _recomputed(now)
    yield from _smaller(now)
    yield from _lighter_optimizer(now)
    yield from _quantized(now)
    yield from _shorter(now)


def _pairs(now: _Option) -> Iterator[_Option]:
    """Recomputing together with what else helps."""
    for first in _recomputed(now):
        yield from _smaller(first)
        yield from _quantized(first)
        yield from _shorter(first)
        for second in _quantized(first):
            yield from _smaller(second)


def _recomputed(option: _Option) -> Iterator[_Option]:
    if not option.training.step.gradient_checkpointing:
        yield option.changed("gradient_checkpointing=true", "activations recomputed", gradient_checkpointing=True)


def _smaller(option: _Option) -> Iterator[_Option]:
    """Halves of the micro batch, with more accumulation."""
    step = option.training.step
    size, accumulation = step.micro_batch_size, step.accumulation
    while size > 1:
        size, accumulation = size // 2, accumulation * 2
        words = f"{size} rows at a time"
        yield option.changed(f"micro_batch_size={size}", words, micro_batch_size=size, accumulation=accumulation)


def _lighter_optimizer(option: _Option) -> Iterator[_Option]:
    training = option.training
    if training.target.kind == "cuda" and str(training.step.optimizer["name"]) == "adamw":
        yield option.changed("optimizer=adamw_8bit()", "moments in 8 bits", same_result=False, optimizer=_EIGHT_BITS)


def _quantized(option: _Option) -> Iterator[_Option]:
    """Frozen weights in 4 bits; own weights that train cannot be."""
    training = option.training
    if training.quantization is not None or training.layer.own or training.facts.stored_quantization:
        return
    label = training.step.model.removeprefix("model.")
    yield replace(
        option,
        training=replace(training, quantization=_NF4),
        settings=(*option.settings, f"--set {label}.quantization='nf4(double = true)'"),
        words=" and ".join(each for each in (option.words, "weights in 4 bits") if each),
        same_result=False,
    )


def _shorter(option: _Option) -> Iterator[_Option]:
    """Rows cut at half of what they were."""
    step = option.training.step
    if step.max_length >= 64:
        length = step.max_length // 2
        words = f"rows cut at {length:,} tokens"
        yield option.changed(f"max_length={length}", words, same_result=False, max_length=length)


def _more_devices(now: _Option) -> Iterator[_Option]:
    """Two to eight of the same device with FSDP, activations recomputed; with weights in the machine's own memory."""
    training = now.training
    if training.target.kind != "cuda":
        return
    base = next(_recomputed(now), now)
    for count in (2, 4, 8):
        if training.target.count >= count:
            continue
        for offload in (False, True):
            yield _sharded(base, count, offload)


def _sharded(option: _Option, count: int, offload: bool) -> _Option:
    training = option.training
    target = training.target.model_copy(update={"count": count})
    accumulation = max(1, training.step.accumulation // count)
    step = training.step.model_copy(update={"accumulation": accumulation, "devices": count})
    sharding = Sharding("fsdp", count, offload)
    words = f"{count} × {target.name} with FSDP" + (", weights in the machine's own memory" if offload else "")
    moved = 3 * training.weights * accumulation * step.optimizer_steps  # gathered forward and back, gradients scattered
    return replace(
        option,
        training=replace(training, step=step, target=target, sharding=sharding),
        settings=(*option.settings, f"--count {count}"),
        words=" and ".join(each for each in (option.words, words) if each),
        extra=moved / (target.link or _LINK),
    )


def _other_devices(now: _Option) -> Iterator[_Option]:
    """The smallest device of the catalogue that holds the stage as it is, and the smallest with recomputing."""
    for option in (now, *_recomputed(now)):
        training = option.training
        total = sum(training.worst.values())
        larger = [each for each in _larger(training.target) if each.memory_bytes >= total]
        for found in sorted(larger, key=lambda each: (each.memory_bytes, each.name))[:1]:
            words = " and ".join(each for each in (option.words, f"on one {found.title}") if each)
            settings = (*option.settings, f"--device {found.name}")
            yield replace(option, training=replace(training, target=found), settings=settings, words=words)


def _larger(target: Target) -> Iterator[Target]:
    """Single devices of the catalogue by the same maker with more memory, and bf16 where it is needed."""
    for name in device_names() if target.kind == "cuda" else ():
        found = find_device(name)
        if not isinstance(found, Target) or found.count > 1 or found.kind != "cuda" or _maker(found) != _maker(target):
            continue
        if found.memory_bytes > target.memory_bytes and (found.bf16 or not target.bf16):
            yield found


def _maker(target: Target) -> str:
    return "amd" if target.name.startswith("mi") else "nvidia"


def _order(way: Way) -> tuple[bool, bool, int, int, float]:
    """The same device first, the same result first, few settings, few and small devices, little time."""
    elsewhere = any(setting.startswith(("--device", "--count")) for setting in way.settings)
    return (elsewhere, not way.same_result, len(way.settings), way.available_bytes * way.devices, way.slower)


def _simplest(ways: list[Way]) -> Iterator[Way]:
    """One way of each sort, and none that asks for more than another one that fits."""
    chosen: list[frozenset[str]] = []
    for way in ways:
        sorts = frozenset(map(_sort, way.settings))
        if not any(other <= sorts for other in chosen):
            chosen.append(sorts)
            yield way


def _sort(setting: str) -> str:
    return setting.partition("=")[0] if setting.startswith("--set") else setting.partition(" ")[0]
