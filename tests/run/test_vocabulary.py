"""What a `model` block changes about a tokenizer reaches the training, the artefact and its scores."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ftspec.errors import Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, Train
from ftspec.run.emit import emit
from ftspec.run.executor import execute
from ftspec.run.gating import opened
from ftspec.run.progress import Silent
from ftspec.run.results import RunResult
from tests.run.plans import write_model

SPEC = """ftspec 1

model base {
  source = path("base")

  vocabulary {
    add = "terms.txt"
  }
}

data colours {
  source = jsonl("data/colours.jsonl")
}

train t {
  data   = colours.train
  method = METHOD
  length = 2 epochs
}

gates {
  report loss(colours.test)
  report exact_match(colours.test)
}

output {
  OUTPUT
}
"""
TERMS = ("quarkonium", "blue green", "apple")


def planned(world: Path, method: str = "lora(rank = 4)", output: str = "adapter = true") -> Plan:
    """The plan of a spec that adds tokens."""
    (world / "terms.txt").write_text("# terms\n" + "\n".join(TERMS) + "\n", "utf-8")
    rows = [json.loads(line) for line in (world / "data" / "colours.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        row["messages"][0]["content"] = "quarkonium " + row["messages"][0]["content"]
    (world / "data" / "colours.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (world / "v.ft").write_text(SPEC.replace("METHOD", method).replace("OUTPUT", output), "utf-8")
    return compile_spec(world / "v.ft", Options(device="cpu")).plan


def ran(plan: Plan, world: Path) -> RunResult:
    """A run of it."""
    return execute(plan, world, world / "runs" / plan.digest[:12], Silent())


def losses(result: RunResult) -> float:
    """The loss on the test rows."""
    assert result.verdict is not None
    [found] = [gate.value for gate in result.verdict.gates if gate.metric == "loss"]
    assert found is not None
    return found


@pytest.fixture(params=[True, pytest.param(False, marks=pytest.mark.slow)], ids=["tied", "untied"])
def either(request: pytest.FixtureRequest, world: Path) -> Path:
    """A model whose head is its embedding, or has weights of its own."""
    if not request.param:
        shutil.rmtree(world / "base")
        write_model(world / "base", tie_word_embeddings=False)
    return world


def test_new_tokens_train_and_an_adapter_ships_with_their_rows_alone(either: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer

    plan = planned(either)
    [model], [train] = plan.of(FetchModel), plan.of(Train)
    new = [term for term in TERMS if term in model.added_tokens]
    heads = 1 if train.model and json.loads((either / "base" / "config.json").read_text())["tie_word_embeddings"] else 2
    assert "quarkonium" in new and f"{len(new)} new tokens" in train.adaptation.note
    assert train.adaptation.trainable == train.adaptation.added
    result = ran(plan, either)
    tokenizer = AutoTokenizer.from_pretrained(result.folder / "model")
    ids = [tokenizer.convert_tokens_to_ids(term) for term in new]
    assert tokenizer.tokenize("quarkonium apple")[0] == "quarkonium"
    saved = load_file(result.folder / "model" / "adapter_model.safetensors")
    rows = {name: each for name, each in saved.items() if "token" in name and "lora" not in name}
    assert [tuple(each.shape) for each in rows.values()] == [(len(new), 32)] * heads
    with opened(result.folder, either, Silent()) as session:
        from ftspec.run.subjects import RunSubjects

        with RunSubjects(session).open("model.base") as base:
            start = base.model.get_input_embeddings().weight[ids].clone()
            pieces = session.tokenizer("model.base").backend
            assert pieces.token_to_id("quarkonium") == ids[new.index("quarkonium")]
    trained = next(each for name, each in rows.items() if "embed" in name)
    moved = (trained[new.index("quarkonium")] - start[new.index("quarkonium")]).abs().max()
    assert moved > 1e-4, "the row of a token that rows hold is trained"
    assert torch.isfinite(trained).all()


def test_merged_weights_answer_as_their_adapter(either: Path) -> None:
    alone = losses(ran(planned(either), either))
    merged = planned_again(either, "merge = true")
    result = ran(merged, either)
    assert losses(result) == pytest.approx(alone, abs=1e-4)
    config = json.loads((result.folder / "model" / "config.json").read_text("utf-8"))
    step = merged.by_id["model.base"]
    assert (
        isinstance(step, FetchModel)
        and config["vocab_size"] > json.loads((either / "base" / "config.json").read_text())["vocab_size"]
    )


def planned_again(world: Path, output: str) -> Plan:
    """The plan of the same rows with another output."""
    text = (world / "v.ft").read_text("utf-8").replace("adapter = true", output)
    (world / "w.ft").write_text(text, "utf-8")
    return compile_spec(world / "w.ft", Options(device="cpu")).plan


@pytest.mark.slow
def test_a_full_training_holds_them_too(world: Path) -> None:
    plan = planned(world, "full()", "card = true")
    result = ran(plan, world)
    again = execute(plan, world, world / "elsewhere" / "run", Silent())
    assert losses(result) == losses(again)
    [train], [model] = plan.of(Train), plan.of(FetchModel)
    assert train.adaptation.trainable == model.parameters


@pytest.mark.parametrize(
    ("method", "output"), [("ia3()", "adapter = true"), ("freeze(train = last(1))", "card = true")]
)
def test_a_method_that_leaves_them_as_they_start_is_refused(method: str, output: str, world: Path) -> None:
    with pytest.raises(Rejected) as raised:
        planned(world, method, output)
    errors = [each for each in raised.value.diagnostics if each.is_error]
    assert [each.code.id for each in errors] == ["FT311"]
    assert "added tokens" in errors[0].message


@pytest.mark.slow
def test_the_embedding_may_be_among_what_trains(world: Path) -> None:
    assert losses(ran(planned(world, "freeze(train = [embed_tokens])", "card = true"), world)) > 0


def test_terms_that_are_there_already_are_no_new_tokens(world: Path) -> None:
    plan = planned(world)
    (world / "terms.txt").write_text("a\nb\n", "utf-8")
    plan = compile_spec(world / "v.ft", Options(device="cpu")).plan
    [model], [train] = plan.of(FetchModel), plan.of(Train)
    assert model.added_tokens == () and "new token" not in train.adaptation.note


def test_a_plain_script_learns_new_tokens_too(either: Path) -> None:
    """The same losses but for rounding, so the same rows of the embedding at the start and in training."""
    from tests.run.plans import losses as losses_of
    from tests.run.test_emit import script_losses

    plan = planned(either, output="merge = true")
    ours = losses_of(ran(plan, either).folder)
    emit(plan, either, either / "out")
    script = (either / "out" / "train.py").read_text("utf-8")
    assert 'new = added(tokenizer, ["quarkonium"' in script and "hold(whole, new)" in script
    assert script_losses(either / "out", "t") == pytest.approx(ours, abs=1e-3)


def test_the_chat_template_of_the_spec_is_that_of_the_plan_the_training_and_the_artefact(world: Path) -> None:
    template = (
        "{% for m in messages %}<|im_start|>{{ m.role }} SAYS\n{{ m.content }}{{ eos_token }}\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant SAYS\n{% endif %}"
    )
    (world / "chat.jinja").write_text(template, "utf-8")
    planned(world)
    vocabulary = '  vocabulary {\n    add = "terms.txt"\n  }\n'
    text = (world / "v.ft").read_text("utf-8").replace(vocabulary, '  chat_template = "chat.jinja"\n')
    (world / "c.ft").write_text(text, "utf-8")
    plan = compile_spec(world / "c.ft", Options(device="cpu")).plan
    [model] = plan.of(FetchModel)
    assert model.chat_template == template
    result = ran(plan, world)
    assert (result.folder / "model" / "chat_template.jinja").read_text("utf-8") == template
    with opened(result.folder, world, Silent()) as session:
        found = session.tokenizer("model.base").chat_template
        assert found is not None and found.source == template
