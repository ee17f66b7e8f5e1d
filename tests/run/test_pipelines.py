"""Plans of several stages: data that models write, what is kept when a stage changes, runs that end early."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftspec.errors import CannotRun, Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.explain.mermaid import mermaid
from ftspec.plan.explain.stages import drawn
from ftspec.plan.plan import Plan
from ftspec.run.executor import execute
from ftspec.run.progress import Silent

SPEC = """ftspec 1

model base {
  source = path("base")
}

data colours {
  source = jsonl("data/colours.jsonl")
}

template kept {
  user      "{{ prompt }}"
  assistant "{{ chosen }}"
}

data written {
  source = SOURCE
}

train first {
  data   = colours.train
  length = 1 steps
}

train second {
  from       = first
  data       = written.train
  length     = 1 steps
  objective  = OBJECTIVE
  max_length = 64 tokens
}

train third {
  from          = second
  data          = colours.train
  length        = 1 steps
  learning_rate = RATE
}

gates {
  report exact_match(colours.test)
}
"""

SAMPLED = "sampled(first, colours.train, samples = 2, max_new_tokens = 4)"


KEPT = "\n  template = kept"
"""Preferences as demonstrations."""


def planned(world: Path, source: str = SAMPLED, rate: str = "1e-3", objective: str = "sft()") -> Plan:
    """The plan of three stages, the second on rows that the first wrote."""
    text = SPEC.replace("SOURCE", source).replace("RATE", rate).replace("OBJECTIVE", objective)
    (world / "stages.ft").write_text(text, "utf-8")
    return compile_spec(world / "stages.ft", Options(device="cpu")).plan


def ran(plan: Plan, world: Path, until: str | None = None) -> list[tuple[str, bool]]:
    """The steps that were done, and whether their results were kept from earlier."""
    folder = world / "runs" / plan.digest[:12]
    execute(plan, world, folder, Silent(), until=until)
    events = [json.loads(line) for line in (folder / "record.jsonl").read_text("utf-8").splitlines()]
    return [(each["id"], each["reused"]) for each in events if each["event"] == "step_finished"]


def rows(plan: Plan, world: Path) -> list[dict[str, Any]]:
    """What models wrote."""
    text = (world / "runs" / plan.digest[:12] / "data" / "written.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_changing_the_third_stage_reruns_the_third_stage(world: Path) -> None:
    before = dict(ran(planned(world), world))
    after = dict(ran(planned(world, rate="2e-3"), world))
    made = ("train.first", "generate.written", "train.second", "train.third")
    assert [before[id] for id in made] == [False] * 4
    assert [after[id] for id in made] == [True, True, True, False]


def test_a_run_ends_at_the_stage_that_it_is_to_end_at(world: Path) -> None:
    plan = planned(world)
    done = [id for id, _ in ran(plan, world, until="generate.written")]
    assert done == ["model.base", "data.colours", "train.first", "generate.written"]
    written = rows(plan, world)
    assert len(written) == 2 * plan.by_id["data.colours"].splits["train"]
    assert {(each["model"], each["seed"], each["sample"]) for each in written} == {("first", 0, 0), ("first", 0, 1)}


def test_the_same_rows_are_written_again(world: Path) -> None:
    plan = planned(world)
    ran(plan, world, until="generate.written")
    first = rows(plan, world)
    execute(plan, world, world / "elsewhere" / "run", Silent(), until="generate.written")
    assert (world / "elsewhere" / "run" / "data" / "written.jsonl").read_text("utf-8").splitlines() == [
        json.dumps(row, ensure_ascii=False) for row in first
    ]


def test_a_judge_that_looks_at_the_place_alone_makes_ties(world: Path) -> None:
    """A random model knows no better answer; what it says follows from the order of the two."""
    plan = planned(world, 'judged(first, base, colours.train, max_new_tokens = 4, rubric = "Be kind.")' + KEPT)
    ran(plan, world, until="generate.written")
    for row in rows(plan, world):
        straight, swapped = row["orders"]
        assert row["tie"] is (straight * swapped <= 0 or row["chosen"] == row["rejected"])
        assert row["tie"] or row["margin"] > 0
        assert row["judge"] == "base"


def test_answers_are_criticized_and_rewritten(world: Path) -> None:
    source = 'constitutional(first, colours.train, principles = ["Be kind.", "Be brief."], max_new_tokens = 4)'
    plan = planned(world, source + KEPT)
    ran(plan, world, until="generate.written")
    written = rows(plan, world)
    assert {row["principle"] for row in written} == {"Be kind.", "Be brief."}
    assert all(row["changed"] is (row["chosen"] != row["rejected"]) for row in written)


def test_new_prompts_stand_beside_those_of_the_list(world: Path) -> None:
    plan = planned(world, "adversarial(first, colours.train, max_new_tokens = 4)", objective=PPO)
    ran(plan, world, until="generate.written")
    listed = [row for row in rows(plan, world) if row["origin"] == "list"]
    assert len(listed) == plan.by_id["data.colours"].splits["train"]
    assert all(row["model"] is None for row in listed)
    assert any(row["model"] == "first" for row in rows(plan, world))


PPO = 'ppo(reward = matches(pattern = "e"), max_new_tokens = 4)'


def test_rows_that_are_all_left_out_stop_the_run(world: Path) -> None:
    plan = planned(world, f"{SAMPLED}\n  clean {{\n    keep = \"completion == 'never'\"\n  }}")
    with pytest.raises(CannotRun, match="all were left out"):
        ran(plan, world)


def test_the_order_is_drawn(world: Path) -> None:
    plan = planned(world)
    assert drawn(plan) == [
        "base",
        "└─ first  sft, 1 step",
        "   ├─ written  sampled, 60 rows",
        "   └─ second  sft, 1 step, uses written",
        "      └─ third  sft, 1 step",
    ]
    graph = mermaid(plan)
    assert graph.startswith("```mermaid\nflowchart TD\n")
    assert graph.count("-->") == 4
    assert graph.count("-.->") == 1


def test_data_cannot_answer_its_own_prompts(world: Path) -> None:
    with pytest.raises(Rejected) as refused:
        planned(world, "sampled(base, written)")
    assert [each.code.id for each in refused.value.diagnostics if each.is_error] == ["FT218"]


def test_a_stage_cannot_train_on_what_it_writes_itself(world: Path) -> None:
    with pytest.raises(Rejected) as refused:
        planned(world, "sampled(third, colours.train)")
    assert "FT218" in [each.code.id for each in refused.value.diagnostics if each.is_error]
