"""Every resolved setting with where it comes from: the spec, a default, or a choice with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.plan.plan import OriginRecord, Plan
from ftspec.report.spelling import spell


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting."""

    name: str
    value: str
    by: str
    at: str
    reason: str
    overrode: str


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """The settings of one block: those that someone or something chose, and the defaults."""

    name: str
    chosen: tuple[Setting, ...]
    defaults: tuple[Setting, ...]


def groups(plan: Plan) -> tuple[SettingGroup, ...]:
    """The settings by block, blocks and settings in the order of their names."""
    found: dict[str, list[Setting]] = {}
    for path, origin in sorted(plan.origins.items()):
        block, name = _place(path)
        found.setdefault(block, []).append(_setting(name, origin))
    return tuple(_group(block, settings) for block, settings in found.items())


def _group(block: str, settings: list[Setting]) -> SettingGroup:
    chosen = tuple(each for each in settings if each.by != "default")
    return SettingGroup(block, chosen, tuple(each for each in settings if each.by == "default"))


def _place(path: str) -> tuple[str, str]:
    """`train.router.learning_rate` is `learning_rate` of `train router`."""
    parts = path.split(".")
    if len(parts) < 3:
        return parts[0], ".".join(parts[1:]) or parts[0]
    return " ".join(parts[:2]), ".".join(parts[2:])


def _setting(name: str, origin: OriginRecord) -> Setting:
    return Setting(
        name=name,
        value=spell(origin.value),
        by=origin.by,
        at=origin.at if origin.at and not origin.at.startswith(origin.by) else "",
        reason=origin.reason or "",
        overrode="" if origin.overrode is None else spell(origin.overrode),
    )
