"""Syntax errors beside other mistakes."""

from __future__ import annotations

from tests.compile.mistakes.base import GATE, LENGTH, METHOD, MODEL_SOURCE, TRAIN_DATA, Cases

CASES: Cases = {
    "many": [
        ("  kind = task", "  kind = tsk  # FT215 task"),
        (MODEL_SOURCE, '  source = path("base", revision = "x")  # FT205 path'),
        ("  template = route", "  template = rute  # FT203 route"),
        (METHOD, "  method = lora(r = 16)  # FT205 rank"),
        (
            LENGTH,
            LENGTH
            + """
  lr = 2e-4  # FT201 learning_rate
  batch_size = -1  # FT213 1""",
        ),
        (GATE, "  require accuracy(tickets.train) >= 90%  # FT301 tickets.test"),
    ],
    "syntax_and_type": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size 16  # FT131 =
  lr = 3  # FT201 learning_rate""",
        ),
        ("  kind = task", "  kind = tusk  # FT215 task"),
    ],
    "syntax_required": [
        (TRAIN_DATA, "  data = = tickets.train  # FT130 remove"),
        ("  kind = task", "  kind = tusk  # FT215 task"),
    ],
    "syntax_header": [("data tickets {", "data tickets = {  # FT136 data tickets {")],
    "syntax_broken_block": [
        ("data tickets {", "data tickets extends {  # FT132 label"),
        (
            LENGTH,
            LENGTH
            + """
  lr = 3  # FT201 learning_rate""",
        ),
    ],
    "unclosed": [
        (
            LENGTH
            + """
}""",
            LENGTH,
        ),
        ("train router {", "train router {  # FT123 }"),
    ],
}
