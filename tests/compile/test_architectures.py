"""What a plan chooses for a model follows its architecture, also where only published sizes are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec import pipeline
from ftspec.errors import Rejected

SPEC = """ftspec 1

goal "Answer" {{
  kind = style
}}

model base {{
  source = hub("{model}")
}}

data replies {{
  source = jsonl("replies.jsonl")
}}

train tuned {{
  data    = replies.train{more}
}}

gates {{
  report loss(replies.test)
}}
"""


def compiled(folder: Path, model: str, more: str = "") -> pipeline.Compiled:
    rows = [f'{{"prompt": "How is order {n}?", "completion": "On its way, {n}."}}' for n in range(60)]
    (folder / "replies.jsonl").write_text("\n".join(rows))
    (folder / "s.ft").write_text(SPEC.format(model=model, more=more))
    return pipeline.compile(folder / "s.ft")


@pytest.mark.parametrize(
    ("model", "attention", "packing"),
    [
        ("meta-llama/Llama-3.2-1B-Instruct", "sdpa", True),
        ("google/gemma-2-2b-it", "eager", True),
        ("facebook/opt-1.3b", "sdpa", False),
    ],
)
def test_attention_and_packing_follow_the_architecture(
    model: str, attention: str, packing: bool, tmp_path: Path
) -> None:
    plan = compiled(tmp_path, model).plan
    (step,) = [each for each in plan.steps if each.kind == "train"]
    assert (step.attention, step.packing) == (attention, packing)
    assert plan.origins["train.tuned.packing"].by == "auto"


def test_packing_is_refused_where_rows_would_see_each_other(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        compiled(tmp_path, "facebook/opt-1.3b", "\n  packing = true")
    assert "FT315" in {each.code.id for each in caught.value.diagnostics}
