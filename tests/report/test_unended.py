"""Answers that never end are named, in the report and in the card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ftspec.plan.steps import Evaluate
from ftspec.report.card import card
from ftspec.report.read import read_run
from ftspec.report.view.headline import headline
from ftspec.report.view.unended import unended
from tests.report.fixture_run import build


def test_answers_that_were_cut_off_are_counted_once(tmp_path: Path) -> None:
    run = read_run(build(tmp_path).path)
    [step] = run.plan.of(Evaluate)
    answered = [id for id, lines in run.items.items() if lines and "given" in lines[0]]
    ended = {id: tuple({**line, "finished": True} for line in lines) for id, lines in run.items.items()}
    assert list(unended(run.plan, ended)) == []
    cut = {id: tuple({**line, "finished": n > 2} for n, line in enumerate(lines)) for id, lines in run.items.items()}
    changed = replace(run, items={**run.items, **{id: cut[id] for id in answered}})
    [sentence] = unended(run.plan, changed.items)
    total, most = len(run.items[answered[0]]), step.generation.max_new_tokens
    assert sentence == f"3 of {total} answers to tickets.test did not end: they were cut off after {most} tokens."
    assert sentence in headline(changed).notes
    assert sentence in card(changed, None)
