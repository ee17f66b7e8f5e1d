"""A spec in the making, and its text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftspec.compile.read.forms.labels import library_names
from ftspec.convert.fate import Said, mapped, suspicious
from ftspec.kinds import find

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass
class DataDraft:
    """One data set."""

    name: str
    source: str
    format: str | None = None
    template: str | None = None


@dataclass
class Draft:
    """What has been understood so far."""

    config: Mapping[str, Any]
    """Every key of the config, for those whose meaning depends on another."""

    title: str
    model: dict[str, str] = field(default_factory=dict)
    data: list[DataDraft] = field(default_factory=list)
    train: dict[str, str] = field(default_factory=dict)
    keywords: dict[str, str] = field(default_factory=dict)
    """By attribute of `train` the keyword of its call: `{"method": "lora"}`."""

    arguments: dict[str, dict[str, str]] = field(default_factory=dict)
    validation: float | None = None

    def add_data(self, path: str, source: str) -> DataDraft:
        """A data set, labelled after its file or repository, so that no two things have one name."""
        label = label_of(path)
        taken = {"base", "all", self.title, *library_names(), *(each.name for each in self.data)}
        free = next(name for name in (label, *(f"{label}_{n}" for n in range(2, 10_000))) if name not in taken)
        self.data.append(DataDraft(free, source))
        return self.data[-1]

    def attribute(self, name: str, text: str) -> Said:
        """An attribute of the stage."""
        self.train[name] = text
        return mapped(f"{name} = {text}")

    def keyword(self, attribute: str, family: str, name: str) -> Said:
        """The keyword of a call: `method = lora(…)`."""
        if find(family, name) is None:
            return suspicious(f"this version of ftspec has no {family.removesuffix('s')} `{name}`")
        self.keywords[attribute] = name
        return mapped(f"{attribute} = {name}(…)")

    def argument(self, attribute: str, name: str, text: str) -> Said:
        """An argument of a call, whatever its keyword turns out to be."""
        self.arguments.setdefault(attribute, {})[name] = text
        return mapped(f"{attribute}: {name} = {text}")


_FAMILIES = {
    "method": ("methods", "lora"),
    "objective": ("objectives", "sft"),
    "scheduler": ("schedulers", "cosine"),
    "optimizer": ("optimizers", "adamw"),
    "early_stopping": ("stoppings", "early_stopping"),
}
"""By attribute: the family of its keywords, and the one that it has where only arguments are given."""


def text_of(draft: Draft) -> str:
    """The spec."""
    blocks = ["ftspec 1\n\n# Say what the model is for, and add gates: `ftspec explain goal`, `ftspec explain gates`."]
    blocks.append(_block("model base", {"source": 'path("base")', **draft.model}))
    blocks += [_block(f"data {each.name}", _data(each), _split(draft)) for each in draft.data]
    if len(draft.data) > 1:
        share = 100 / len(draft.data)
        parts = "".join(f"    {each.name}.train = {share:.4g}%\n" for each in draft.data)
        blocks.append(f"data all {{\n  mixture {{\n{parts}  }}\n}}")
    blocks.append(_block(f"train {draft.title}", {"data": _used(draft), **draft.train, **_calls(draft)}))
    return "\n\n".join(blocks) + "\n"


def _block(head: str, attributes: Mapping[str, str], inner: str = "") -> str:
    body = "".join(f"  {name} = {text}\n" for name, text in attributes.items())
    return f"{head} {{\n{body}{inner}}}"


def _data(draft: DataDraft) -> dict[str, str]:
    named = {"source": draft.source, "format": draft.format, "template": draft.template}
    return {name: text for name, text in named.items() if text is not None}


def _split(draft: Draft) -> str:
    if draft.validation is None:
        return ""
    return f"\n  split {{\n    validation = {100 * draft.validation:.6g}%\n    test = 10%\n  }}\n"


def _used(draft: Draft) -> str:
    return "all" if len(draft.data) > 1 else f"{draft.data[0].name}.train" if draft.data else "rows.train"


def _calls(draft: Draft) -> dict[str, str]:
    """The calls, each with the arguments that its keyword takes."""
    found = {}
    for attribute in dict.fromkeys((*draft.keywords, *draft.arguments)):
        family, usual = _FAMILIES[attribute]
        name = draft.keywords.get(attribute, usual)
        known = taken(family, name)
        given = {key: text for key, text in draft.arguments.get(attribute, {}).items() if key in known}
        found[attribute] = f"{name}({', '.join(f'{key} = {text}' for key, text in given.items())})"
    return found


def taken(family: str, name: str) -> frozenset[str]:
    """The arguments that a keyword takes."""
    kind = find(family, name)
    return frozenset(kind.model_fields) if kind is not None else frozenset()


def left_over(draft: Draft) -> list[tuple[str, str, str]]:
    """Attribute, keyword and argument of everything that no call takes."""
    left = []
    for attribute, given in draft.arguments.items():
        family, usual = _FAMILIES[attribute]
        name = draft.keywords.get(attribute, usual)
        left += [(attribute, name, key) for key in given if key not in taken(family, name)]
    return left


def quoted(value: object) -> str:
    """A string of the language."""
    return json.dumps(str(value), ensure_ascii=False)


def word(value: object) -> str:
    """A bare name where that is possible, else a string."""
    text = str(value)
    return text if _NAME.fullmatch(text) else quoted(text)


def number(value: object) -> str:
    """A number as the language writes it: `2e-4`, `16`. Raises ValueError where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no number")
    real = float(value)
    if real != real or real in (float("inf"), float("-inf")):
        raise ValueError(f"{value!r} is no number")
    if real == int(real) and abs(real) < 1e15:
        return str(int(real))
    mantissa, _, exponent = f"{real:.6e}".partition("e")
    short = f"{float(mantissa):g}e{int(exponent)}"
    return short if abs(real) < 0.001 else f"{real:g}"


def share(value: object) -> str:
    """A number between 0 and 1 as a share: `5%`."""
    return f"{100 * float(number(value)):.6g}%"


def label_of(path: str | Path) -> str:
    """A label from a file's name."""
    stem = re.sub(r"\W+", "_", Path(path).name.split(".")[0]).strip("_").lower()
    return stem if stem and not stem[0].isdigit() else f"set_{stem}".rstrip("_")
