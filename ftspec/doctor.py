"""Looks at this machine: devices, packages, folders."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from ftspec.spec.types import Frozen

NEEDED = (
    "torch",
    "transformers",
    "peft",
    "trl",
    "datasets",
    "tokenizers",
    "lark",
    "pydantic",
    "click",
    "jinja2",
    "rich",
)
"""Without one of these a spec cannot run."""

OPTIONAL = {
    "bitsandbytes": "quantized models and 8-bit optimizers",
    "vllm": "fast generation on CUDA",
    "presidio-analyzer": "names: `redact_names`",
    "model-signing": "signed artefacts",
    "lm-eval": 'the metric `benchmark("name")`',
}
"""What else is used, and for what."""


class Finding(Frozen):
    """One thing about this machine."""

    subject: str
    state: Literal["ok", "absent", "broken"]
    detail: str


def examine() -> list[Finding]:
    """Everything worth knowing before a run, from the outside in."""
    return [
        _python(),
        *_devices(),
        *map(_needed, NEEDED),
        *(_optional(*each) for each in OPTIONAL.items()),
        *_folders(),
    ]


def _python() -> Finding:
    state: Literal["ok", "broken"] = "ok" if sys.version_info >= (3, 11) else "broken"
    return Finding(
        subject="python", state=state, detail=f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )


def _devices() -> list[Finding]:
    from ftspec.plan.devices import here

    return [Finding(subject="device", state="ok", detail=here().title)]


def _needed(name: str) -> Finding:
    try:
        return Finding(subject=name, state="ok", detail=version(name))
    except PackageNotFoundError:
        return Finding(subject=name, state="broken", detail=f"missing: `pip install {name}`")


def _optional(name: str, purpose: str) -> Finding:
    try:
        return Finding(subject=name, state="ok", detail=version(name))
    except PackageNotFoundError:
        return Finding(subject=name, state="absent", detail=f"not installed; {purpose}")


def _folders() -> list[Finding]:
    from ftspec.syntax.cache import folder as cache_folder

    found = []
    for subject, folder in (("cache", cache_folder() or Path.cwd()), ("work folder", Path.cwd())):
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
        writable = os.access(nearest, os.W_OK)
        detail = f"{folder}" if writable else f"{folder} cannot be written"
        found.append(Finding(subject=subject, state="ok" if writable else "broken", detail=detail))
    return found


def render(findings: list[Finding]) -> str:
    """A line each: a mark, the subject, the detail."""
    marks = {"ok": "✓", "absent": "·", "broken": "✗"}
    width = max(len(each.subject) for each in findings)
    return "".join(f"{marks[each.state]} {each.subject:<{width}}  {each.detail}\n" for each in findings)
