"""What would make a plan fit: the nearest changes, each with its new total and what it costs in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ftspec.plan.devices import device_names, find_device
from ftspec.plan.devices.catalogue import records
from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.plan import Way
from ftspec.plan.resources.duration import training_seconds
from ftspec.plan.resources.others import Other
from ftspec.plan.resources.training import Training, sharding_of
from ftspec.plan.steps import CallRecord, Train

_NF4: CallRecord = {"name": "nf4", "arguments": {"double": True}}
_EIGHT_BITS: CallRecord = {"name": "adamw_8bit", "arguments": {}}
_MOST = 5
_COUNTS = (2, 4, 8)
_MARGIN = 0.97
"""Nothing is proposed that fits by a hair."""

Floor = Callable[[Training], int]
"""Bytes that the rest of a plan, its evaluation above all, takes on one device when a stage is changed so."""


def no_floor(_: Training) -> int:
    """For a stage looked at alone."""
    return 0


def ways_to_fit(
    step: Train,
    facts: ModelFacts,
    target: Target,
    quantization: CallRecord | None = None,
    *,
    limit: int | None = None,
    floor: Floor = no_floor,
    others: tuple[Other, ...] = (),
) -> tuple[Way, ...]:
    """At most five ways that make a stage fit, the cheapest first: those that keep the result, then the fastest.

    Args:
        step: The stage that needs too much.
        facts: The model at its root.
        target: The device.
        quantization: How the model's frozen weights are stored.
        limit: Bytes that a budget allows, in place of what the device has: then only the same device counts.
        floor: What the rest of the plan takes.
        others: Models that are in memory beside it.
    """
    training = Training(step, facts, target, quantization, sharding_of(step), others)
    now = _Option(training, (), "", limit=limit, floor=floor)
    options = [*_single(now), *_pairs(now), *_more_devices(now)]
    if limit is None:
        options += _other_devices(now)
    found = (option.way(now) for option in options)
    fitting = sorted((way for way in found if way.total_bytes <= _MARGIN * way.available_bytes), key=_order)
    return tuple(_simplest(fitting))[:_MOST]


@dataclass(frozen=True)
class _Option:
    """A changed training, and how the change is written."""

    training: Training
    settings: tuple[str, ...]
    words: str
    same_result: bool = True
    limit: int | None = None
    floor: Floor = no_floor

    def way(self, now: _Option) -> Way:
        return Way(
            settings=self.settings,
            words=self.words,
            total_bytes=self.total,
            available_bytes=self.available,
            slower=round(self.seconds / max(1e-9, now.seconds), 2),
            devices=self.training.target.count,
            same_result=self.same_result,
        )

    @property
    def available(self) -> int:
        own = self.training.target.memory_bytes
        return own if self.limit is None else min(self.limit, own)

    @property
    def total(self) -> int:
        return max(sum(self.training.worst.values()), self.floor(self.training))

    @property
    def seconds(self) -> float:
        training = self.training
        return training_seconds(training.step, training.facts, training.target, training.quantization, training.others)

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
    """The fewest of the same device with FSDP, activations recomputed; fewer with weights in the machine's memory."""
    training = now.training
    if training.target.kind != "cuda" or "device" in records().get(training.target.name, {"device": ""}):
        return  # processors and a cloud's machines have the number that they have
    base = next(_recomputed(now), now)
    plain = _fewest(_sharded(base, count, offload=False) for count in _COUNTS if count > training.target.count)
    waiting = _fewest(_sharded(base, count, offload=True) for count in _COUNTS if count > training.target.count)
    if waiting is not None and (plain is None or waiting.training.target.count < plain.training.target.count):
        yield waiting
    if plain is not None:
        yield plain


def _fewest(options: Iterator[_Option]) -> _Option | None:
    """The first that fits."""
    return next((each for each in options if each.total <= _MARGIN * each.available), None)


def _sharded(option: _Option, count: int, offload: bool) -> _Option:
    training = option.training
    target = _several(training.target, count)
    per_device = max(1, training.step.batch_size // (count * target.nodes))
    micro = min(training.step.micro_batch_size, per_device)
    changes = {
        "micro_batch_size": micro,
        "accumulation": max(1, per_device // micro),
        "devices": count * target.nodes,
        "sharding": "fsdp",
        "offload": offload,
    }
    step = training.step.model_copy(update=changes)
    words = f"{count} × {target.name} with FSDP" + (", weights in the machine's own memory" if offload else "")
    settings = (f"--count {count}",)  # `auto` then shares out, and offloads, as it must
    return replace(
        option,
        training=replace(training, step=step, target=target, sharding=sharding_of(step)),
        settings=(*option.settings, *settings),
        words=" and ".join(each for each in (option.words, words) if each),
    )


def _several(target: Target, count: int) -> Target:
    """The same target with another number of devices; the catalogue knows its name and price."""
    found = find_device(target.name, count, target.nodes)
    return found if isinstance(found, Target) else target.model_copy(update={"count": count})


def _other_devices(now: _Option) -> Iterator[_Option]:
    """The smallest device of the catalogue that holds the stage as it is, and the smallest with recomputing."""
    for option in (now, *_recomputed(now)):
        training = option.training
        larger = [each for each in _larger(training.target) if _MARGIN * each.memory_bytes >= option.total]
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


def _order(way: Way) -> tuple[int, bool, int, int, float]:
    """The same device first, then more of it, then others; the same result, few settings, few devices, little time."""
    where = [2 * setting.startswith("--device") + setting.startswith("--count") for setting in way.settings]
    elsewhere = max(where, default=0)
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
    """What a setting changes; another number of devices is another sort."""
    return setting.partition("=")[0] if setting.startswith("--set") else setting
