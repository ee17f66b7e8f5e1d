"""Specs on the spot: a file of a few lines beside rows and the shipped tokenizer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ftspec.compile.lower.data import split_of
from ftspec.data import survey
from ftspec.model.tokenizer import Tokenizer, load_tokenizer
from ftspec.pipeline import load
from ftspec.plan.facts import DataFacts, TokenFacts
from ftspec.plan.steps import PrepareData
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

BASE = Path(__file__).parents[2] / "specs" / "base"
TICKETS = [
    {"subject": f"Subject {i}", "body": f"Body number {i} speaks of {word}.", "queue": queue}
    for i, (word, queue) in enumerate(
        (word, queue)
        for queue, words in {
            "billing": "invoices refunds prices taxes receipts discounts cards dunning vouchers quotes",
            "technical": "crashes passwords printers updates exports browsers syncing backups servers logins",
            "general": "praise courses holidays posters contests visits ideas partners jobs newsletters",
        }.items()
        for word in words.split()
    )
]
ROUTE = """
template route {
  system    "Answer with one queue."
  user      "{{ subject }}\\n{{ body }}"
  assistant "{{ queue }}"
}
"""


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """A JSON Lines file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def write_base(folder: Path) -> Path:
    """The shipped tokenizer and config, without weights."""
    target = folder / "base"
    target.mkdir(exist_ok=True)
    for name in (
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
        "generation_config.json",
        "config.json",
    ):
        shutil.copy(BASE / name, target / name)
    return target


def base_tokenizer(**options: Any) -> Tokenizer:
    """The shipped tokenizer."""
    return load_tokenizer(BASE, **options)


def spec_of(folder: Path, text: str, model: bool = True) -> Spec:
    """A checked spec whose file holds `text`, beside a `model base`."""
    head = 'ftspec 1\n\ngoal "Sort" {\n  kind = task\n}\n'
    if model:
        write_base(folder)
        head += '\nmodel base {\n  source = path("base")\n}\n'
    path = folder / "spec.ft"
    path.write_text(head + text, "utf-8")
    loaded = load(path)
    assert loaded.spec is not None and not loaded.has_errors, [each.message for each in loaded.diagnostics]
    return loaded.spec


Found = tuple[dict[str, DataFacts], dict[tuple[str, str, str], TokenFacts], list[Diagnostic]]


def surveyed(folder: Path, text: str, *, model: bool = True, cache: bool = False) -> Found:
    """What a survey finds."""
    return survey(spec_of(folder, text, model), cache=cache)


def codes(problems: Iterable[Diagnostic]) -> list[str]:
    """The codes of diagnostics, in order."""
    return [each.code.id for each in problems]


def messages(problems: Iterable[Diagnostic]) -> str:
    """All messages, for looking into."""
    return "\n".join(each.message for each in problems)


def load_text(folder: Path, text: str) -> list[str]:
    """The errors of a spec with this text."""
    path = folder / "spec.ft"
    path.write_text('ftspec 1\n\ngoal "Sort" {\n  kind = task\n}\n' + text, "utf-8")
    return [each.message for each in load(path).diagnostics if each.is_error]


def step_of(spec: Spec, name: str, facts: DataFacts) -> PrepareData:
    """The plan's step for a data set."""
    block, split = spec.data[name], split_of(spec, name)
    return PrepareData(
        id=f"data.{name}",
        source=block.source.model_dump() if block.source is not None else None,
        mixture=block.mixture.model_dump(mode="json") if block.mixture is not None else None,
        format=facts.format,
        recognised=facts.recognised,
        template=facts.template,
        template_source=facts.template_source,
        trained_roles=facts.trained_roles,
        clean=block.clean.model_dump(mode="json"),
        split=split.model_dump(mode="json") if split is not None else None,
        augment=block.augment.model_dump(mode="json") if block.augment is not None else None,
        order=block.order if isinstance(block.order, str) else block.order.model_dump(mode="json"),
        files=facts.files,
        rows_read=facts.rows_read,
        rows=facts.rows,
        cleaned=facts.steps,
        splits=facts.splits,
        digest=facts.digest,
    )
