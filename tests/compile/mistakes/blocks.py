"""Blocks that do not exist, are headed wrongly, or stand in the wrong place, and what stands outside of them."""

from __future__ import annotations

from tests.compile.mistakes.base import END, GATE, GOAL, LENGTH, METHOD, TEMPLATE, Cases

CASES: Cases = {
    "block_unknown": [
        (
            END,
            """training second {  # FT202 train
  data = tickets.train
}""",
        )
    ],
    "block_dataset": [("data english {", "dataset english {  # FT202 data")],
    "block_eval": [("gates {", "evaluation {  # FT202 gates")],
    "block_nested_unknown": [
        (
            TEMPLATE,
            """  template = route

  spilt {  # FT202 split
    test = 10%
  }
}""",
        )
    ],
    "block_nested_in_train": [
        (
            LENGTH,
            LENGTH
            + """

  lora {  # FT202 method = lora(rank = 16)
    rank = 16
  }""",
        )
    ],
    "block_for_attribute": [
        (
            METHOD,
            """  method {  # FT217 method = lora(
    rank = 16
  }""",
        )
    ],
    "block_unlabelled": [("train router {", "train {  # FT217 train my_train {")],
    "block_string_label": [("train router {", 'train "router" {  # FT137 train router {')],
    "block_needless_label": [("gates {", "gates strict {  # FT217 gates {")],
    "goal_without_sentence": [(GOAL, 'goal {  # FT206 goal "')],
    "goal_name": [(GOAL, 'goal route_tickets {  # FT150 goal "')],
    "misplaced_rule_in_train": [
        (
            LENGTH,
            LENGTH
            + """
  require accuracy(tickets.test) >= 90%  # FT217 gates""",
        )
    ],
    "misplaced_turn_in_data": [
        (
            TEMPLATE,
            """  template = route
  user "{{ subject }}"  # FT217 template
}""",
        )
    ],
    "misplaced_turn_human": [('  user      "{{ subject }}"', '  human     "{{ subject }}"  # FT217 user')],
    "misplaced_turn_misspelt": [('  assistant "{{ queue }}"', '  asistant  "{{ queue }}"  # FT217 assistant')],
    "misplaced_attribute_top": [
        (
            'goal "Route',
            """seed = 7  # FT217 train

goal "Route""",
        )
    ],
    "misplaced_rule_top": [(END, "require accuracy(tickets.test) >= 90%  # FT217 gates")],
    "misplaced_turn_top": [(END, 'user "{{ subject }}"  # FT217 template')],
    "misplaced_block_in_block": [
        (
            LENGTH,
            LENGTH
            + """

  data more {  # FT217 close `train router`
    source = text("x.txt")
  }""",
        )
    ],
    "misplaced_budget_in_gates": [
        (
            GATE,
            GATE
            + """
  require memory <= 24GiB  # FT203 budget""",
        )
    ],
    "misplaced_gate_in_budget": [
        (
            END,
            """budget {
  require accuracy(tickets.test) >= 90%  # FT222 gates
}""",
        )
    ],
    "misplaced_let_in_block": [
        (
            LENGTH,
            LENGTH
            + """
  let size = 8  # FT217 top""",
        )
    ],
    "misplaced_import_in_block": [
        (
            LENGTH,
            LENGTH
            + """
  import "x.ft" as x  # FT217 top""",
        )
    ],
    "misplaced_waive": [
        (
            LENGTH,
            LENGTH
            + """
  waive pinned because "no"  # FT217 top of the file""",
        )
    ],
    "misplaced_attribute_in_gates": [
        (
            GATE,
            GATE
            + """
  accuracy = 90%  # FT201 require accuracy""",
        )
    ],
    "misplaced_extends_on_gates": [("gates {", "gates extends router {  # FT214 gates")],
}
