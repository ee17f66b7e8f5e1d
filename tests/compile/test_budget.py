"""Does it fit, does it keep its budget, and what would mend it: the whole way from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.errors import Rejected
from ftspec.pipeline import Compiled, Options, compile
from ftspec.plan.explain.words import money

SPECS = Path(__file__).parents[2] / "specs"
SPEC = """ftspec 1

model llama {
  source = hub("meta-llama/Llama-3.1-8B", revision = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")
}

data notes {
  source = text("notes.txt")
}

train writer {
  data          = notes
  method        = lora(rank = 16)
  length        = 1000 steps
  max_length    = 2048 tokens
  learning_rate = 1e-4
}

hardware {
  gpu = a100_80gb
}

budget {
  RULE
}
"""


def compiled(folder: Path, rule: str, *settings: str, **options: object) -> Compiled:
    """The spec with a budget rule."""
    (folder / "notes.txt").write_text("\n\n".join(f"Note {n} says that all is well." for n in range(64)))
    path = folder / "writer.ft"
    path.write_text(SPEC.replace("RULE", rule))
    return compile(path, Options(settings=settings, **options))  # type: ignore[arg-type]


def refused(folder: Path, rule: str, *settings: str, **options: object) -> tuple[str, str, Rejected]:
    """Message and help of what breaks."""
    with pytest.raises(Rejected) as caught:
        compiled(folder, rule, *settings, **options)
    assert caught.value.exit_code == 3 and caught.value.plan is not None
    first = next(each for each in caught.value.diagnostics if each.is_error)
    return first.message, first.help or "", caught.value


def test_a_budget_that_holds(tmp_path: Path) -> None:
    plan = compiled(tmp_path, "require memory <= 75GiB and time <= 200h").plan
    assert plan.budget[0]["holds"] is True


def test_automatic_settings_keep_the_budget(tmp_path: Path) -> None:
    free, held = (compiled(tmp_path, f"require memory <= {size}").plan for size in ("75GiB", "21GiB"))
    assert held.resources.memory.total_bytes <= 21 * 2**30 < free.resources.memory.total_bytes


def test_memory_names_its_part_and_a_setting_that_mends_it(tmp_path: Path) -> None:
    message, help, _ = refused(tmp_path, "require memory <= 12GiB")
    assert "train.writer takes" in message and "most of it weights" in message
    words = [each.strip().replace("'", "") for each in help.split("`")[1].split("--set ") if each.strip()]
    assert compiled(tmp_path, "require memory <= 12GiB", *words).plan.budget[0]["holds"]


def test_time_names_its_step_and_a_length_that_mends_it(tmp_path: Path) -> None:
    message, help, _ = refused(tmp_path, "require time <= 1h")
    assert "most of it in train.writer" in message
    length = help.split("length='")[1].split("'")[0]
    assert compiled(tmp_path, "require time <= 1h", f"writer.length={length}").plan.budget[0]["holds"]


def test_cost(tmp_path: Path) -> None:
    message, help, _ = refused(tmp_path, "require cost <= 1 USD")
    assert "USD" in message and "writer.length='" in help


def test_a_small_price_is_no_price_of_nothing(tmp_path: Path) -> None:
    plan = compiled(tmp_path, "require time <= 100h", "writer.length=1 steps").plan
    assert plan.resources.cost and 0 < plan.resources.cost < 0.1
    assert money(0.00173) == "0.0017 USD" and money(0) == "0.00 USD" and money(1234.5) == "1,234.50 USD"


def test_no_price_is_known(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        compiled(tmp_path, "require cost <= 1 USD", device="rtx_3080_ti")
    assert any(each.code.name == "unknown-cost" for each in caught.value.diagnostics)


def test_70b_on_one_card_says_no_with_the_sum_and_two_hold_it() -> None:
    spec = SPECS / "llama3-70b.ft"
    with pytest.raises(Rejected) as caught:
        compile(spec)
    plan = caught.value.plan
    assert plan is not None and caught.value.exit_code == 3
    assert "35.3 GB" in plan.resources.memory.weights_sum and "4.2 GB" in plan.resources.memory.weights_sum
    assert any(way.settings == ("--count 2",) and "FSDP" in way.words for way in plan.resources.ways)
    two = compile(spec, Options(count=2)).plan
    [train] = (step for step in two.steps if step.kind == "train")
    assert two.resources.memory.fits and train.sharding == "fsdp" and train.devices == 2
    assert two.origins["hardware.sharding"].by == "auto"


def test_an_8b_fits_one_card_without_sharing(tmp_path: Path) -> None:
    plan = compiled(tmp_path, "require memory <= 75GiB", device="a100_80gb", count=2).plan
    [train] = (step for step in plan.steps if step.kind == "train")
    assert train.sharding == "ddp" and plan.origins["hardware.sharding"].value == "ddp"
    named = compiled(tmp_path, "require memory <= 75GiB", "hardware.sharding=zero3", device="a100_80gb", count=2).plan
    [train] = (step for step in named.steps if step.kind == "train")
    assert train.sharding == "zero3" and named.origins["hardware.sharding"].by == "--set"
