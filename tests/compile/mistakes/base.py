"""A right spec, and the lines of it that the mistakes stand in for."""

from __future__ import annotations

from pathlib import Path

BASE = (Path(__file__).parents[2] / "cases" / "compile" / "right.ft").read_text("utf-8")

Edit = tuple[str, str]
"""What is replaced (`END` for the end of the file), and by what."""

Cases = dict[str, list[Edit]]
"""By name: how the right spec is broken. `# FT201 remedy` behind a line says what must be found there."""

END = "<end>"
GOAL = 'goal "Route every support ticket to billing, technical or general" {'
LENGTH = "  length = 3 epochs"
METHOD = "  method = lora(rank = 16)"
TRAIN_DATA = "  data   = tickets.train"
SOURCE = '  source   = jsonl("tickets.jsonl")'
MODEL_SOURCE = '  source = path("base")'
GATE = "  require accuracy(tickets.test) >= 90%"
TEMPLATE = """  template = route
}"""
PERPLEXITY = "  require perplexity(english) <= 1.05 * baseline"


def broken(edits: list[Edit]) -> str:
    """The right spec with the edits made."""
    text = BASE
    for old, new in edits:
        if old == END:
            text = f"{text.rstrip()}\n\n{new}\n"
        else:
            assert old in text, f"{old!r} is not in the right spec any more"
            text = text.replace(old, new, 1)
    return text
