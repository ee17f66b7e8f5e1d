"""More of everything, several mistakes at once, and syntax errors beside others."""

from __future__ import annotations

from tests.compile.mistakes.base import END, GATE, LENGTH, Cases

CASES: Cases = {
    "when_template": [
        (GATE, '  require accuracy(tickets.test) >= 90% because ""'),
        (
            "  kind = task",
            """  kind = task
  color = blue  # FT201 kind""",
        ),
    ],
    "stage_both": [
        (
            LENGTH,
            LENGTH
            + """
  model = base
  from = other  # FT307 one""",
        ),
        (
            END,
            """train other {
  data = tickets.train
}""",
        ),
    ],
    "stage_of": [(GATE, "  require accuracy(tickets.test, of = tickets) >= 90%  # FT214 router")],
    "model_kind": [("model base {", "modle base {  # FT202 model")],
}
