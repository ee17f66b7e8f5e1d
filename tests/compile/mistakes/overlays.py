"""Overlays."""

from __future__ import annotations

from tests.compile.mistakes.base import END, Cases

CASES: Cases = {
    "overlay_label": [
        (
            END,
            """overlay smoke {
  ruoter.length = 5 steps  # FT223 router
}""",
        )
    ],
    "overlay_attribute": [
        (
            END,
            """overlay smoke {
  router.lenght = 5 steps  # FT201 length
}""",
        )
    ],
    "overlay_type": [
        (
            END,
            """overlay smoke {
  router.length = 5  # FT212 5 epochs
}""",
        )
    ],
    "overlay_short": [
        (
            END,
            """overlay smoke {
  length = 5 steps  # FT223 router.length
}""",
        )
    ],
    "overlay_block": [
        (
            END,
            """overlay smoke {
  router {  # FT217 router.length
    length = 5 steps
  }
}""",
        )
    ],
    "overlay_rule": [
        (
            END,
            """overlay smoke {
  require loss(english) <= 3  # FT217 block
}""",
        )
    ],
    "overlay_only": [
        (
            END,
            """overlay smoke {
  router.seed = 5 steps  # FT211 5
}""",
        )
    ],
}
