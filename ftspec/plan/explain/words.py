"""Numbers as people read them."""

from __future__ import annotations

from typing import Any

from ftspec.plan.plan import OriginRecord

GIB = 1 << 30
MIB = 1 << 20
_LARGE = ((1e12, "T"), (1e9, "B"), (1e6, "M"))
_ENDINGS = (
    "ForCausalLM",
    "ForConditionalGeneration",
    "ForSequenceClassification",
    "ForMaskedLM",
    "LMHeadModel",
    "Model",
)


def count(number: int | float) -> str:
    """`28,410`."""
    return f"{round(number):,}"


def plural(number: int | float, noun: str) -> str:
    """`1 row`, `28,410 rows`."""
    return f"{count(number)} {noun}{'' if round(number) == 1 else 's'}"


def short(number: int) -> str:
    """A large count in two figures or more: `147,456`, `2.4 M`, `8.0 B`."""
    for size, unit in _LARGE:
        if number >= size:
            return f"{number / size:.1f} {unit}" if number < 100 * size else f"{number / size:.0f} {unit}"
    return count(number)


def percent(share: float) -> str:
    """`5.9 %`; small shares keep two figures."""
    value = 100 * share
    if 0 < value < 0.01:
        return "under 0.01 %"
    return f"{value:.1f} %" if value >= 1 or value == 0 else f"{value:.2f} %"


def gibibytes(size: int) -> str:
    """`23.5` for bytes, without the unit."""
    value = size / GIB
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def size_of(size: int) -> str:
    """`23.5 GiB`, `412 MiB`, `3 KiB`."""
    if size >= GIB:
        return f"{gibibytes(size)} GiB"
    return f"{size / MIB:.0f} MiB" if size >= MIB else f"{max(1, round(size / 1024))} KiB" if size else "0"


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{round(seconds / 3600)} h"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def money(usd: float) -> str:
    """`4.10 USD`; of less than ten cents two digits: `0.0023 USD`."""
    return f"{usd:,.2f} USD" if usd >= 0.1 or usd == 0 else f"{float(f'{usd:.2g}'):.10f}".rstrip("0") + " USD"


def rate(number: float) -> str:
    """A learning rate as people write it: `2e-4`, `0.01`."""
    if number >= 0.001:
        return f"{number:g}"
    mantissa, _, exponent = f"{number:e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def family(architecture: str) -> str:
    """`Llama` for `LlamaForCausalLM`."""
    for ending in _ENDINGS:
        if architecture.endswith(ending) and architecture != ending:
            return architecture.removesuffix(ending)
    return architecture


def name(id: str) -> str:
    """`router` for the step `train.router`."""
    return id.partition(".")[2] or id


def call(record: Any) -> str:
    """A call as a spec writes it, without what is absent: `nf4(double = true)`."""
    arguments = [f"{key} = {value(each)}" for key, each in record["arguments"].items() if each is not None]
    return f"{record['name']}({', '.join(arguments)})"


def value(given: Any) -> str:
    """One value as a spec writes it."""
    match given:
        case bool():
            return str(given).lower()
        case float():
            return rate(given) if 0 < given < 0.001 else f"{given:g}"
        case list() | tuple():
            return f"[{', '.join(map(value, given))}]"
        case {"name": _, "arguments": _}:
            return call(given)
        case _:
            return str(given)


def source_of(record: OriginRecord) -> str:
    """`router.ft:34`, `overlay smoke at router.ft:60`, `auto: the longest row`, `default`."""
    if record.by == "spec" and record.at:
        return record.at
    place = f" at {record.at}" if record.at and record.by != "--set" else ""
    return f"{record.by}{place}" + (f": {record.reason}" if record.reason else "")
