"""Stages that start from an earlier one, or train its adapter on; gates that score a model as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ftspec.compile.defaults import method_of
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.steps import Evaluate
from ftspec.resources import resource
from tests.compile.helpers import said, spec_of, write

TWO_STAGES = """
    ftspec 1

    model base {{
      source = path("base")
    }}

    data tickets {{
      source = jsonl("tickets.jsonl")
    }}

    train first {{
      data   = tickets.train
      method = {first}
    }}

    train second {{
      {link} = first
      data = tickets.train
      {method}
    }}
"""


def spec(folder: Path, link: str, first: str, method: str = "") -> Path:
    return write(folder, spec=TWO_STAGES.format(link=link, first=first, method=method and f"method = {method}"))


def test_an_adapter_that_goes_on_keeps_its_method(tmp_path: Path) -> None:
    """Where none is named, it is not `lora()` anew."""
    found = spec_of(spec(tmp_path, "adapter_of", "prompt_tuning(tokens = 7)"))
    assert method_of(found.trains["second"]) == method_of(found.trains["first"])


@pytest.mark.parametrize(
    ("link", "first", "method", "code"),
    [
        ("adapter_of", "full()", "", "FT314"),
        ("adapter_of", "lora(rank = 8)", "lora(rank = 16)", "FT318"),
        ("adapter_of", "lora(init = pissa)", "", "FT318"),
        ("adapter_of", "adalora()", "", "FT318"),
        ("adapter_of", "p_tuning()", "", "FT318"),
        ("from", "prompt_tuning()", "", "FT304"),
        ("from", "adapter()", "full()", "FT304"),
    ],
)
def test_what_cannot_go_on_is_refused(tmp_path: Path, link: str, first: str, method: str, code: str) -> None:
    assert [each for each, _ in said(spec(tmp_path, link, first, method))] == [code]


@pytest.mark.parametrize(
    ("link", "first", "method"),
    [
        ("adapter_of", "lora(rank = 8)", "lora(rank = 8)"),
        ("adapter_of", "prompt_tuning()", ""),
        ("from", "lora()", "prompt_tuning()"),
        ("from", "full()", "lora()"),
    ],
)
def test_what_can_go_on_does(tmp_path: Path, link: str, first: str, method: str) -> None:
    assert said(spec(tmp_path, link, first, method)) == []


def test_a_gate_may_score_a_model_as_it_is(tmp_path: Path) -> None:
    """Beside the trained one, on data of its own: such as prompts with examples in them."""
    folder = Path(shutil.copytree(resource("specs"), tmp_path / "specs", ignore=shutil.ignore_patterns("runs")))
    plan = compile_spec(folder / "fewshot.ft", Options(device="cpu")).plan
    [evaluate] = plan.of(Evaluate)
    taken = {(each.uses[0].data, each.subject) for each in evaluate.measurements if each.metric["name"] == "accuracy"}
    assert taken == {("data.asked", "export"), ("data.asked", "model.base"), ("data.prompted", "model.base")}
