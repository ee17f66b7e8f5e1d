"""Whatever stands in a spec, the front end says what is wrong with it and never breaks."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftspec.compile.load import load_spec
from ftspec.text.source import Source

SPECS = Path(__file__).parents[2] / "specs"
MORE = """
let size = 8 * 2

data mixed {
  mixture {
    tickets.train = 70%
    notes         = 30%
  }
}

data notes {
  source = text("data/english.txt")
}

train second {
  adapter_of = router
  data      = mixed
  scheduler = cosine(warmup = 3%)
  length    = 2M tokens
}

hardware {
  gpu         = cpu
  hourly_cost = 1 USD
}

budget {
  require memory <= 24GiB and time <= 2h
}

overlay smoke {
  router.length = size * 1 steps
}

waive pinned because "none"
"""
TEXT = (SPECS / "tickets.ft").read_text("utf-8") + MORE
TOKENS = re.compile(r'"[^"\n]*"|[A-Za-z_]+|[0-9.]+(?:e-?[0-9]+)?|[^\sA-Za-z_0-9]|\n|[ ]+')
WORDS = sorted({*TOKENS.findall(TEXT), "None", "-", "not", "true", "baseline", "lora", "[", "]", "1e9", "%", "GiB"})


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A right spec with a few of its words left out, doubled, swapped or replaced."""
    tokens = TOKENS.findall(TEXT)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(tokens) - 1))
        match draw(st.sampled_from(["delete", "double", "swap", "replace", "line"])):
            case "delete":
                tokens[at] = ""
            case "double":
                tokens[at] *= 2
            case "swap":
                other = draw(st.integers(0, len(tokens) - 1))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case "replace":
                tokens[at] = draw(st.sampled_from(WORDS))
            case _:
                lines = "".join(tokens).split("\n")
                del lines[draw(st.integers(0, len(lines) - 1))]
                tokens = TOKENS.findall("\n".join(lines)) or ["\n"]
    return "".join(tokens)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_spec(text: str) -> None:
    """It is understood or refused, with a place for every error."""
    loaded = load_spec(Source("tickets.ft", text), SPECS / "tickets.ft")
    assert (loaded.spec is None) == loaded.has_errors
    for each in loaded.diagnostics:
        assert each.place is not None, each
        assert 0 <= each.place.span.start <= each.place.span.end <= len(each.place.source.text)
        if each.code.id >= "FT2":
            assert each.help, each
    assert len(loaded.diagnostics) == len(set(loaded.diagnostics))
