"""A spec without a gate on general ability says why: the plan, the difference and the report show its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec import pipeline
from ftspec.plan.diff import difference
from tests.compile.helpers import load, write

SPEC = """
ftspec 1

goal "Answer" {{
  kind = task
}}

model base {{
  source = path("base")
}}

data replies {{
  source = jsonl("replies.jsonl")
}}

data english {{
  source = text("english.txt")
}}

train tuned {{
  data = replies.train
}}

gates {{
  {waiver}

  require exact_match(replies.test) >= 50%
  {gate}
}}
"""
GENERAL = "require perplexity(english) <= 1.05 * baseline"


@pytest.mark.parametrize(
    ("waiver", "gate", "expected"),
    [
        ("", "", {"FT403"}),
        ('no_general_gate = "  "', "", {"FT403"}),
        ('no_general_gate = "a toy"', "", set()),
        ("", GENERAL, set()),
        ('no_general_gate = "a toy"', GENERAL, {"FT418"}),
    ],
)
def test_a_gate_or_a_reason(tmp_path: Path, waiver: str, gate: str, expected: set[str]) -> None:
    found = load(write(tmp_path, spec=SPEC.format(waiver=waiver, gate=gate))).diagnostics
    assert {each.code.id for each in found} & {"FT403", "FT418"} == expected


def test_the_reason_is_seen_by_who_reviews_and_by_who_reads_the_result(tmp_path: Path) -> None:
    from tests.compile.test_architectures import SPEC as SMALL
    from tests.compile.test_architectures import compiled

    compiled(tmp_path, "meta-llama/Llama-3.2-1B-Instruct")
    path = tmp_path / "s.ft"
    text = SMALL.format(model="meta-llama/Llama-3.2-1B-Instruct", more="")
    path.write_text(text)
    before = pipeline.compile(path).plan
    path.write_text(text.replace("gates {", 'gates {\n  no_general_gate = "a toy"'))
    after = pipeline.compile(path).plan
    assert after.digest == before.digest, "a reason changes no result"
    assert [dict(each) for each in after.waivers] == [{"rule": "a gate on general ability", "because": "a toy"}]
    [change] = difference(before, after).changes
    assert (change.alarm, change.after) == ("rule waived", "a toy")
