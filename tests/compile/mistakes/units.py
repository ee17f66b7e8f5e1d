"""Units: missing, misspelt, of the wrong dimension."""

from __future__ import annotations

from tests.compile.mistakes.base import END, GATE, LENGTH, TEMPLATE, Cases

CASES: Cases = {
    "unit_missing_length": [(LENGTH, "  length = 3  # FT212 3 epochs")],
    "unit_epoch": [(LENGTH, "  length = 1 epoch  # FT211 epochs")],
    "unit_wrong_length": [(LENGTH, "  length = 2h  # FT211 epochs")],
    "unit_batch": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size = 16 rows  # FT211 16""",
        )
    ],
    "unit_share_percent_missing": [
        (
            TEMPLATE,
            """  template = route

  split {
    test = 15  # FT213 15%
  }
}""",
        )
    ],
    "unit_share_wrong": [
        (
            TEMPLATE,
            """  template = route

  split {
    test = 500 rows  # FT211 15%
  }
}""",
        )
    ],
    "unit_rate_percent": [
        (
            LENGTH,
            LENGTH
            + """
  learning_rate = 2%  # FT211 0.02""",
        )
    ],
    "unit_memory_missing": [
        (
            END,
            """budget {
  require memory <= 24  # FT212 24GiB
}""",
        )
    ],
    "unit_memory_gb": [
        (
            END,
            """budget {
  require memory <= 24 gb  # FT211 GB
}""",
        )
    ],
    "unit_time": [
        (
            END,
            """budget {
  require time <= 2 hours  # FT211 h
}""",
        )
    ],
    "unit_time_bytes": [
        (
            END,
            """budget {
  require time <= 2GiB  # FT211 2h
}""",
        )
    ],
    "unit_cost": [
        (
            END,
            """budget {
  require cost <= 10  # FT212 10 USD
}""",
        )
    ],
    "unit_cost_eur": [
        (
            END,
            """budget {
  require cost <= 10 EUR  # FT211 USD
}""",
        )
    ],
    "unit_checkpoint": [
        (
            LENGTH,
            LENGTH
            + """
  checkpoint_every = 100  # FT212 100 steps""",
        )
    ],
    "unit_tokens_k": [(LENGTH, "  length = 2M  # FT212 2M tokens")],
    "unit_gate_percent": [(GATE, "  require accuracy(tickets.test) >= 90  # FT212 90%")],
    "unit_latency": [
        (
            GATE,
            GATE
            + """
  require latency(tickets.test, percentile = 95) <= 200  # FT212 200ms""",
        )
    ],
    "unit_max_length_k": [
        (
            LENGTH,
            LENGTH
            + """
  max_length = 2K  # FT212 2K tokens""",
        )
    ],
}
