"""Who takes part in a spec has the head that its part asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compile.helpers import said, write

SPEC = """
    ftspec 1

    model base {{
      source = path("base")
    }}

    data tickets {{
      source = jsonl("tickets.jsonl")
    }}

    data choices {{
      source = jsonl("choices.jsonl")
      format = preference
    }}

    data written {{
      source = {source}
    }}

    train judge {{
      model     = base
      data      = choices.train
      objective = reward()
    }}

    train sorter {{
      model     = base
      data      = tickets.train
      objective = classify(labels = [one, two])
    }}

    train writer {{
      model     = base
      data      = tickets.train
      objective = {objective}
    }}

    gates {{
      report {metric}
    }}
"""
FINE = {"source": 'jsonl("more.jsonl")', "objective": "sft()", "metric": "accuracy(tickets.test)"}


def codes(folder: Path, **changes: str) -> list[str]:
    return [code for code, _ in said(write(folder, spec=SPEC.format(**FINE | changes)))]


@pytest.mark.parametrize(
    "changes",
    [
        {"objective": "distill(teacher = judge)"},
        {"objective": "distill(teacher = sorter)"},
        {"source": "judged(base, sorter, tickets)"},
        {"metric": "perplexity(tickets.test, of = sorter)"},
        {"metric": "accuracy(choices.test, of = judge)"},
        {"metric": "preference_accuracy(choices.test, of = sorter)"},
        {"metric": "preference_accuracy(choices.test, of = judge, over = writer)"},
        {"metric": "preference_accuracy(choices.test, of = judge, per_token = true)"},
        {"metric": "preference_accuracy(choices.test, of = writer, over = judge)"},
        {"metric": "win_rate(tickets.test, over = sorter, judge = judge)"},
        {"metric": "win_rate(tickets.test, over = base, judge = sorter)"},
        {"metric": "human_preference(tickets.test, over = judge)"},
    ],
)
def test_a_head_that_scores_rows_writes_nothing(tmp_path: Path, changes: dict[str, str]) -> None:
    assert codes(tmp_path, **changes) == ["FT324"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"objective": "distill(teacher = base)"},
        {"source": "judged(base, judge, tickets)"},
        {"source": "judged(base, writer, tickets)"},
        {"metric": "accuracy(tickets.test, of = sorter)"},
        {"metric": "preference_accuracy(choices.test, of = judge)"},
        {"metric": "preference_accuracy(choices.test, of = writer)"},
        {"metric": "preference_accuracy(choices.test, of = writer, over = base, per_token = true)"},
        {"metric": "win_rate(tickets.test, over = base, judge = judge)"},
        {"metric": "mean_reward(tickets.test, judge = judge)"},
    ],
)
def test_heads_that_do(tmp_path: Path, changes: dict[str, str]) -> None:
    assert codes(tmp_path, **changes) == []
