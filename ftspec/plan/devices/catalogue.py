"""Devices by name, from `catalogue.toml`: single devices, and machines of a cloud that hold several."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ftspec.plan import codes
from ftspec.plan.devices.cpu import detect_cpu
from ftspec.plan.devices.pace import with_pace
from ftspec.plan.facts import Target
from ftspec.text.diagnostic import Code, Diagnostic
from ftspec.text.suggest import similar

GIB = 1 << 30


def device_names() -> tuple[str, ...]:
    """Every name that `gpu = …` and `--device` understand."""
    return ("cpu", *records())


def find_device(name: str, count: int = 1, nodes: int = 1, hourly_cost: float | None = None) -> Target | Diagnostic:
    """The target of that name; `cpu` is this machine's own processor.

    `count` devices in each of `nodes` machines; `hourly_cost`, in USD for one machine, replaces the catalogue's price.
    A diagnostic for an unknown name, for fewer than one device, and for a count that a cloud's machine doesn't have.
    """
    if (none := no_devices(count, nodes)) is not None:
        return none
    if name == "cpu":
        return _priced(with_pace(detect_cpu()).model_copy(update={"count": count, "nodes": nodes}), hourly_cost)
    record = records().get(name)
    if record is None:
        return _unknown(name)
    if "device" not in record:
        return _priced(_target(name, record, count, nodes), hourly_cost)
    own = record["count"]
    if count not in (1, own):
        help = f"leave `count` out, or use `nodes` for several such machines of {own}"
        return _refuse(codes.FIXED_COUNT, f"`{name}` has {own} devices, not {count}", help)
    machine = {**records()[record["device"]], **record, "hourly_cost": record["hourly_cost"] / own}
    return _priced(_target(name, machine, own, nodes), hourly_cost)


def no_devices(count: int, nodes: int) -> Diagnostic | None:
    """What stands against fewer than one device or machine."""
    if count >= 1 and nodes >= 1:
        return None
    what = f"{count} devices" if count < 1 else f"{nodes} machines"
    return _refuse(codes.NO_DEVICES, f"a plan for {what} cannot run", "`count` and `nodes` are 1 or more")


def _target(name: str, record: Mapping[str, Any], count: int, nodes: int) -> Target:
    memory = round(record["memory_gib"] * GIB)
    price = record.get("hourly_cost")
    return Target(
        name=name,
        kind=record["kind"],
        title=_title(record, count, nodes),
        memory_bytes=memory,
        count=count,
        nodes=nodes,
        bf16=record.get("bf16", True),
        flops=record["tflops"] * 1e12,
        flops_fp32=record["fp32_tflops"] * 1e12,
        bandwidth=record["bandwidth_gb"] * 1e9,
        link=record["link_gb"] * 1e9 if "link_gb" in record else None,
        hourly_cost=None if price is None else round(price * count, 5),
        price_source=record.get("price_source"),
    )


def _title(record: Mapping[str, Any], count: int, nodes: int) -> str:
    machines = f"{nodes} × " if nodes > 1 else ""
    devices = f"{count} × " if count > 1 else ""
    if "device" in record:
        inside = (
            f"{count} × {records()[record['device']]['title']}" if count > 1 else records()[record["device"]]["title"]
        )
        return f"{machines}{record['title']}, {inside}"
    return f"{machines}{devices}{record['title']}, {record['memory_gib']:.0f} GiB" + (" each" if count > 1 else "")


def _priced(target: Target, hourly_cost: float | None) -> Target:
    if hourly_cost is None:
        return target
    return target.model_copy(update={"hourly_cost": hourly_cost, "price_source": "spec"})


def _unknown(name: str) -> Diagnostic:
    words = name.lower().replace("-", "_").replace(" ", "_")
    alike = [each for each in records() if words and (words in each or each in words)]
    near = similar(words, device_names())
    help = (
        f"the nearest known name is `{near}`" if near and not any(words in each for each in alike) else _listed(alike)
    )
    return _refuse(codes.UNKNOWN_DEVICE, f"no device is called `{name}`", help)


def _listed(names: list[str]) -> str:
    if names:
        return "known names like it: " + ", ".join(f"`{each}`" for each in names[:6])
    return "`ftspec explain hardware` lists the known names"


def _refuse(code: Code, message: str, help: str) -> Diagnostic:
    return Diagnostic(code, message, help=help)


@cache
def records() -> Mapping[str, Mapping[str, Any]]:
    """The catalogue as its file has it."""
    return tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
