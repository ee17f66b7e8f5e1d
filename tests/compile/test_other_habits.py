"""Habits from Terraform, Python, YAML and SQL: one mistake each, on its line, with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.compile.load import load_spec
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Source

RIGHT = (Path(__file__).parent / "typical" / "right.ft").read_text("utf-8")

HABITS = [
    ("  method", "  method = lora[rank = 16]", "lora(rank = 16)"),
    ("  method", "  method = lora(rank = var.rank)", "`let rank = …`"),
    ("  method", "  method = lora(rank = rnk)", "`let rnk = …`"),
    ("  method", '  method = lora(rank = env("RANK"))', "reads no environment"),
    ("  method", "  method = lora(rank = 32 // 2)", "write `/`"),
    ("  method", "  method = lora(rank = 16 if true else 8)", "overlay"),
    ("  method", "  lora(rank = 16)", "method = lora(rank = 16)"),
    ("  length", "  length = epochs(3)", "3 epochs"),
    ("  length", "  length = 3 * epochs", "3 epochs"),
    ("  learning_rate", "  learning_rate = 2e–4", "2e-4"),
    ("  data   ", "  data = tickets[train]", "tickets.train"),
    ("  data   ", "  data = tickets:train", "tickets.train"),
    ("train router", "train router() {", "train router {"),
    ("train router", "train(router) {", "train router {"),
    ("train router", "train.router {", "train router {"),
    ("train router", 'resource "train" "router" {', "train router {"),
    ("train router", "train router extends {", "label"),
    ("  assistant", '  assistant f"{{ queue }}"', "remove the `f`"),
    ("  assistant", '  assistant "{{ queue }}" + "!"', '"{{ queue }}!"'),
    ("  assistant", '  assistant "say "{{ queue }}""', '\\"'),
    ("  assistant", '  assistant "{{ queue }}\nand more"', '"""'),
    ("  require accuracy", "  require accuracy(tickets.test) = 90%", "write `>=`"),
    ("  require accuracy", "  require not accuracy(tickets.test) < 90%", "accuracy(tickets.test) >= 90%"),
    ("  require accuracy", "  require accuracy(tickets.test) >= 90% if true", "overlay"),
    ("  require accuracy", "  require accuracy(tickets.test) >= baseline(tickets.test)", "write `baseline` alone"),
    ("  require accuracy", "  require latency(tickets.test) <= 200 milliseconds", "200ms"),
    ("  kind", "  let kind = task", "kind = task"),
    ("  kind", "  kind = 'task'", "write `task`"),
    ("  method", "  method = lora(rank == 16)", "write `rank = 16`"),
    ("  method", "  method = lora(targets = q_proj, v_proj)", "[q_proj, v_proj]"),
    ("  method", '  method = lora(targets = "q_proj,v_proj")', "[q_proj, v_proj]"),
    ("  method", "  method = lora(targets = all)", "all_linear"),
    ("  method", "  method = lora(targets = [q_proj, v_proj, rank = 8)", "close it with `]`"),
    ("  length", "  length = three epochs", "3 epochs"),
    ("  length", "  length = epochs 3", "3 epochs"),
    ("  data   ", "  data = tickets", "train on `tickets.train`"),
    ("model base", "base model {", "model base {"),
    ("  require accuracy", "  if accuracy(tickets.test) >= 90%", "require accuracy(tickets.test) >= 90%"),
    ("  length", "  length = 3 epochs or 500 steps", "3 epochs"),
    ("  length", "  length = 1 000 steps", "write `1000`"),
    ("  length", "  length = 2000", "2000 steps"),
    ("  learning_rate", "  learning_rate = ${rate}", "write `rate`"),
    ("  learning_rate", "  learning_rate = {{ rate }}", "write `rate`"),
    ("  learning_rate", "  learning_rate = 2e-4 (default)", "# default"),
    ("  learning_rate", "  lr_scheduler_type = linear", "scheduler = linear()"),
    ("  learning_rate", "  accuracy = 90%", "require accuracy(tickets.test) >= 90%"),
    ("  learning_rate", "  push_to_hub = true", "push = hub("),
    ("  data   ", "  data = tickets -> train", "tickets.train"),
    ("  data   ", "  data = train(tickets)", "tickets.train"),
    ("model base", "model base {{", "remove one"),
    ("  assistant", "  assistant queue", 'assistant "{{ queue }}"'),
    ("  assistant", '  assistant("{{ queue }}")', 'assistant "{{ queue }}"'),
    ("  assistant", "  assistant: The queue.", 'assistant "The queue."'),
    ("  assistant", "  assistant 'It's {{ queue }}'", "It's {{ queue }}"),
    ("  require accuracy", "  require accuracy(data = tickets.test) >= 90%", "accuracy(tickets.test)"),
    ("  require accuracy", "  require accuracy(test) >= 90%", "tickets.test"),
    ("  require accuracy", "  require accuracy(tickets.test, of router) >= 90%", "of = router"),
    ("  require accuracy", "  accuracy(tickets.test): 90%", "require accuracy(tickets.test)"),
    ("  require accuracy", "  min_accuracy = 90%", "require accuracy(tickets.test) >= 90%"),
    ("  require accuracy", "  print accuracy(tickets.test)", "report"),
    ("  require accuracy", "  - require accuracy(tickets.test) >= 90%", "remove the `-`"),
    ("model base", 'variable "rank" {\n}\nmodel base {', "let name = value"),
]


@pytest.mark.parametrize(("line", "wrong", "remedy"), HABITS, ids=[each[1].strip() for each in HABITS])
def test_it_is_told_once_where_it_is_with_its_remedy(line: str, wrong: str, remedy: str, tmp_path: Path) -> None:
    at, text = _with(line, wrong)
    said = [each for each in _found(text, tmp_path) if each.is_error]
    assert [_line(each) for each in said] == [at], [each.message for each in said]
    assert remedy in (said[0].help or "")


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("require accuracy(tickets.test) <= 90%", "FT416"),
        ("require 90% >= accuracy(tickets.test)", "FT416"),
        ("require accuracy(tickets.test) == 90%", "FT417"),
        ("require accuracy(tickets.test) == 100%", None),
        ('require accuracy(tickets.test) <= 99% because "more would be a leak"', None),
        ("require accuracy(tickets.test) <= accuracy(tickets.validation) + 50%", None),
        ("require refusal_rate(tickets.test) >= 90%", None),
    ],
)
def test_a_rule_that_points_the_wrong_way_is_asked_about(rule: str, code: str | None, tmp_path: Path) -> None:
    _, text = _with("  require accuracy", f"  {rule}")
    said = [each.code.id for each in _found(text, tmp_path) if each.code.id in ("FT416", "FT417")]
    assert said == ([code] if code else [])


def test_two_strings_left_open_are_two_mistakes(tmp_path: Path) -> None:
    _, text = _with("  owner", '  owner = "a\n  why = "b')
    assert [each.code.id for each in _found(text, tmp_path)] == ["FT111", "FT111"]


def _with(line: str, wrong: str) -> tuple[int, str]:
    lines = RIGHT.splitlines()
    at = next(number for number, each in enumerate(lines) if each.startswith(line))
    lines[at] = wrong
    return at + 1, "\n".join(lines) + "\n"


def _found(text: str, folder: Path) -> list[Diagnostic]:
    return list(load_spec(Source("router.ft", text), folder / "router.ft").diagnostics)


def _line(diagnostic: Diagnostic) -> int:
    assert diagnostic.place is not None
    return diagnostic.place.source.position(diagnostic.place.span.start).line
