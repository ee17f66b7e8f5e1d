"""A model puts training rows in other words while the plan runs; a stage learns from them, and no gate reads them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ftspec.errors import CannotRun, Rejected
from ftspec.pipeline import Options, load, report
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.explain.stages import drawn
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Generate, PlannedUse, PrepareData, Train
from ftspec.resources import resource
from ftspec.run.emit import emit
from ftspec.run.executor import execute
from ftspec.run.gating import opened
from ftspec.run.progress import Silent
from ftspec.text.diagnostic import Diagnostic

SPEC = """ftspec 1

model base {
  source = path("base")
}

data colours {
  source = jsonl("data/colours.jsonl")

  augment {
    paraphrase = PARAPHRASE
  }
}

train first {
  data   = colours.validation
  length = 1 steps
}

train second {
  model  = base
  data   = colours.train
  length = 2 epochs
}

gates {
  report exact_match(colours.test)
}
"""
PROMPTED = "prompted(base, copies = 2, max_new_tokens = 60)"


def written(world: Path, paraphrase: str = PROMPTED) -> Path:
    """The spec with this way to paraphrase."""
    (world / "words.ft").write_text(SPEC.replace("PARAPHRASE", paraphrase), "utf-8")
    return world / "words.ft"


def planned(world: Path, paraphrase: str = PROMPTED) -> Plan:
    """Its plan."""
    return compile_spec(written(world, paraphrase), Options(device="cpu")).plan


def ran(plan: Plan, world: Path, until: str | None = None) -> Path:
    """The folder of a run."""
    folder = world / "runs" / plan.digest[:12]
    execute(plan, world, folder, Silent(), until=until)
    return folder


def records(folder: Path) -> list[dict[str, Any]]:
    """What the model wrote."""
    lines = (folder / "data" / "colours.paraphrases.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def refused(world: Path, paraphrase: str) -> list[Diagnostic]:
    """What is wrong with a spec, at check or when it is compiled."""
    loaded = load(written(world, paraphrase))
    found = [each for each in loaded.diagnostics if each.is_error]
    if found:
        return found
    with pytest.raises(Rejected) as raised:
        planned(world, paraphrase)
    return [each for each in raised.value.diagnostics if each.is_error]


def test_the_plan_names_who_writes_how_much_and_what_is_held_out(world: Path) -> None:
    plan = planned(world)
    [step] = plan.of(Generate)
    data, second = plan.by_id["data.colours"], plan.by_id["train.second"]
    assert isinstance(data, PrepareData) and isinstance(second, Train)
    train = data.splits["train"]
    assert (step.id, step.augments, step.makers, step.rows) == (
        "generate.colours.paraphrases", "data.colours", ("model.base",), 2 * train,
    )  # fmt: skip
    # The first stage trains on the validation part here, so that only the test part is held out.
    assert [str(use.split) for use in step.held_out] == ["test"]
    assert second.tokens is not None and second.tokens.rows == 3 * train
    assert second.needs[1:3] == ("data.colours", step.id)
    first = plan.by_id["train.first"]
    assert isinstance(first, Train) and step.id not in first.needs
    assert any("colours.paraphrases  prompted" in line for line in drawn(plan))


def test_a_stage_learns_from_what_was_kept_and_no_gate_reads_it(world: Path) -> None:
    plan = planned(world)
    folder = ran(plan, world)
    found = records(folder)
    kept = [each for each in found if each["left_out"] is None]
    assert kept and "cut" in {each["left_out"] for each in found}
    for each in found:
        instruction = plan.by_id["generate.colours.paraphrases"].source["arguments"]["instruction"]  # type: ignore[union-attr]
        assert each["model"] == "base" and each["seed"] == 0
        assert each["prompts"] == [f"{instruction}\n\n{text}" for text in each["texts"]]
    with opened(folder, world, Silent()) as session:
        own = {part: session.rows(PlannedUse(data="data.colours", split=part)) for part in ("train", "test")}
        learned = session.learned(session.train_step("train.second"))
    assert len(found) == 2 * len(own["train"]) and len(learned) == len(own["train"]) + len(kept)
    asked = {row.item.partition("-")[0]: row for row in own["train"]}
    for row in learned:
        original = asked[row.item.partition("-")[0]]
        assert row.answer == original.answer
        assert (row.turns == original.turns) is (row.item == original.item)

    [done] = [each for each in events(folder) if each.get("kind") == "generate" and each["event"] == "step_finished"]
    assert done["written"] == len(found) and sum(done["left_out"].values()) == len(found) - len(kept)
    said = f"base wrote {len(found)} paraphrases, {len(kept)} of them train; left out: "
    assert said in report(folder).read_text("utf-8")


def events(folder: Path) -> list[dict[str, Any]]:
    """The record of a run."""
    return [json.loads(line) for line in (folder / "record.jsonl").read_text("utf-8").splitlines()]


def test_the_same_seed_writes_the_same_and_another_one_does_not(world: Path) -> None:
    step = "generate.colours.paraphrases"
    first, again = planned(world), world / "elsewhere" / "run"
    other = planned(world, PROMPTED.replace("copies = 2", "copies = 2, seed = 1"))
    execute(first, world, again, Silent(), until=step)
    one, two = records(ran(first, world, until=step)), records(ran(other, world, until=step))
    assert one == records(again)
    assert [each["paraphrases"] for each in one] != [each["paraphrases"] for each in two]


def test_where_no_paraphrase_can_train_the_run_says_why(world: Path) -> None:
    plan = planned(world, "prompted(base, max_new_tokens = 1, temperature = 0)")
    with pytest.raises(CannotRun, match=r"of (\d+) paraphrases for colours none can train: \1 cut"):
        ran(plan, world)


def test_a_paraphrase_near_a_test_row_is_dropped(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ftspec.run.steps.generate import _Writer

    plan = planned(world)
    rows = [json.loads(line) for line in (world / "data" / "colours.jsonl").read_text("utf-8").splitlines()]
    said = [row["messages"][0]["content"] for row in rows]
    monkeypatch.setattr(
        _Writer, "drawn", lambda self, maker, talks, stream: [(said[n], True) for n in range(len(talks))]
    )
    folder = ran(plan, world)
    with opened(folder, world, Silent()) as session:
        test = {row.turns[0].text for row in session.rows(PlannedUse(data="data.colours", split="test"))}
        learned = {row.turns[0].text for row in session.learned(session.train_step("train.second"))}
    dropped = [each for each in records(folder) if each["left_out"] == "near a held-out row"]
    assert dropped and all(each["near"].startswith("data/colours.jsonl row ") for each in dropped)
    assert {each["paraphrases"][0] for each in dropped} >= test & set(said[:32])
    assert not learned & test


def test_a_mixture_holds_the_paraphrases_of_its_parts(world: Path) -> None:
    text = written(world).read_text("utf-8")
    text += "\ndata mixed {\n  mixture {\n    colours.train = 100%\n  }\n}\n"
    text = text.replace("  data   = colours.train\n", "  data   = mixed\n")
    (world / "mixed.ft").write_text(text, "utf-8")
    plan = compile_spec(world / "mixed.ft", Options(device="cpu")).plan
    mixed, data = plan.by_id["data.mixed"], plan.by_id["data.colours"]
    assert isinstance(mixed, PrepareData) and isinstance(data, PrepareData)
    assert mixed.needs == ("data.colours", "generate.colours.paraphrases")
    assert mixed.rows == 3 * data.splits["train"]
    folder = ran(plan, world)
    kept = [each for each in records(folder) if each["left_out"] is None]
    with opened(folder, world, Silent()) as session:
        assert len(session.learned(session.train_step("train.second"))) == data.splits["train"] + len(kept)


def test_who_is_no_model_or_writes_no_text_is_refused(world: Path) -> None:
    [unknown] = refused(world, "prompted(nobody)")
    assert unknown.code.id == "FT203"
    [itself] = refused(world, "prompted(second)")
    assert itself.code.id == "FT218" and "learns from what it writes itself" in itself.message
    (world / "base" / "chat_template.jinja").unlink(missing_ok=True)
    config = json.loads((world / "base" / "tokenizer_config.json").read_text("utf-8"))
    config.pop("chat_template", None)
    (world / "base" / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    [silent] = refused(world, "prompted(base)")
    assert silent.code.id == "FT328" and silent.message == (
        "`base` has no chat template, so it cannot be asked for a paraphrase"
    )
    classes = SPEC.replace("PARAPHRASE", "prompted(first)").replace(
        "length = 1 steps\n", 'length = 1 steps\n  objective = classify(labels = ["red", "green", "blue"])\n'
    )
    (world / "classes.ft").write_text(classes, "utf-8")
    assert [each.code.id for each in load(world / "classes.ft").diagnostics if each.is_error] == ["FT328"]


def test_a_plain_script_reads_paraphrases_once_they_are_written(world: Path) -> None:
    plan, runs = planned(world), world / "runs"
    with pytest.raises(CannotRun, match=r"still to write, `colours\.paraphrases`") as raised:
        emit(plan, world, world / "out", runs)
    assert "--until colours.paraphrases" in str(raised.value.help)
    run = ran(plan, world, until="generate.colours.paraphrases")
    emit(plan, world, world / "out", runs)
    emitted = len((world / "out" / "second.jsonl").read_text("utf-8").splitlines())
    kept = sum(record["left_out"] is None for record in records(run))
    step = plan.by_id["data.colours"]
    assert isinstance(step, PrepareData) and emitted == step.splits["train"] + kept


@pytest.mark.slow
def test_a_model_that_learned_to_paraphrase_adds_rows_that_train(tmp_path: Path) -> None:
    """On the shipped base: a first stage learns to rephrase questions, and writes rows for the second."""
    folder = Path(shutil.copytree(resource("specs"), tmp_path / "specs", ignore=shutil.ignore_patterns("runs")))
    (folder / "para.ft").write_text(REPHRASED, "utf-8")
    plan = compile_spec(folder / "para.ft", Options(device="cpu")).plan
    run = ran(plan, folder)
    lines = (run / "data" / "tickets.paraphrases.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    kept = [each for each in found if each["left_out"] is None]
    assert len(kept) > len(found) / 2
    with opened(run, folder, Silent()) as session:
        own = session.rows(PlannedUse(data="data.tickets", split="train"))
        assert len(session.learned(session.train_step("train.router"))) == len(own) + len(kept)


REPHRASED = """ftspec 1

model base {
  source = path("base")
}

template rephrase {
  user      "Say the following in other words. Keep every fact, and answer with the new text alone.\\n\\n{{ question }}"
  assistant "{{ other }}"
}

template route {
  user      "{{ subject }}"
  assistant "{{ queue }}"
}

data pairs {
  source   = jsonl("data/paraphrases.jsonl")
  template = rephrase
}

data tickets {
  source   = jsonl("data/tickets.jsonl")
  template = route

  clean {
    drop_missing = true
    deduplicate  = near(0.9)
    max_tokens   = 24
  }

  split {
    train      = 30%
    validation = 60%
    test       = 10%
  }

  augment {
    paraphrase = prompted(rewriter, temperature = 0.5, max_new_tokens = 32)
  }
}

train rewriter {
  model         = base
  data          = pairs
  method        = lora(rank = 16)
  length        = 6 epochs
  learning_rate = 3e-3
  batch_size    = 16
}

train router {
  model         = base
  data          = tickets.train
  method        = lora(rank = 16)
  length        = 1 epochs
  learning_rate = 2e-3
  batch_size    = 16
}

gates {
  report accuracy(tickets.test)
}
"""
