"""However a spec is laid out, formatting it changes neither what it says nor the plan's digest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.syntax.format import format_source
from ftspec.text.source import Source
from tests.review.repository import SPEC, make

CPU = Options(device="cpu")
VALUES = {
    "learning_rate": ["2e-4", "0.001", "1e-3", "0.0020"],
    "length": ["2 epochs", "3 steps", "0.5 epochs", "2K tokens"],
    "batch_size": ["2", "4", "2 * 4"],
    "method": ["lora(rank = 4)", "lora(rank = 4, targets = [q_proj,\n v_proj,])", "full()", "head()"],
    "seed": ["1", "7"],
}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("plan"))


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """The spec with other values, and with spaces, blank lines and comments where they mean nothing."""
    chosen = {name: draw(st.sampled_from(values)) for name, values in VALUES.items() if draw(st.booleans())}
    lines = []
    for line in SPEC.splitlines():
        name = line.split("=")[0].strip()
        lines.append(f"  {name} = {chosen.pop(name)}" if name in chosen else line)
        if line.startswith("train router"):
            lines += [f"  {each} = {value}" for each, value in list(chosen.items()) if f"  {each} " not in SPEC]
    return "\n".join(draw(_laid_out(line)) for line in lines) + draw(st.sampled_from(["", "\n", "\n\n# end\n"]))


@st.composite
def _laid_out(draw: st.DrawFn, line: str) -> str:
    if line.startswith("ftspec") or '"' in line:
        return line
    space = draw(st.sampled_from(["", " ", "   ", "\t"]))
    line = re.sub(r" *(?<![<>=!])=(?!=) *", f"{space}={space}", line)
    before = draw(st.sampled_from(["", "", "\n", "\n\n\n", "# a remark\n", "\n   #: another\n"]))
    after = draw(st.sampled_from(["", "", "  ", "  # why", "#x"])) if line.strip() else ""
    return before + draw(st.sampled_from(["", " ", "    "])) + line.strip() + after


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layouts())
def test_the_digest_stays(spec: Path, text: str) -> None:
    formatted = format_source(Source("router.ft", text))
    assert isinstance(formatted, str), formatted
    plans = []
    for each in (text, formatted):
        spec.write_text(each, "utf-8")
        plans.append(compile_spec(spec, CPU).plan)
    assert plans[0].digest == plans[1].digest
    assert plans[0].steps == plans[1].steps
