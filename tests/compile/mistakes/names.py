"""Names: unknown, of the wrong kind, defined twice, defined by themselves."""

from __future__ import annotations

from tests.compile.mistakes.base import END, GATE, LENGTH, METHOD, PERPLEXITY, SOURCE, TEMPLATE, TRAIN_DATA, Cases

CASES: Cases = {
    "name_unknown_data": [(TRAIN_DATA, "  data   = ticket.train  # FT203 tickets")],
    "name_unknown_model": [
        (
            LENGTH,
            LENGTH
            + """
  model = llama  # FT203 base""",
        )
    ],
    "name_unknown_template": [("  template = route", "  template = rout  # FT203 route")],
    "name_wrong_kind": [(TRAIN_DATA, "  data   = route  # FT214 tickets")],
    "name_model_as_data": [(TRAIN_DATA, "  data   = base  # FT214 tickets")],
    "name_quoted": [(TRAIN_DATA, '  data   = "tickets"  # FT210 tickets')],
    "name_quoted_split": [(TRAIN_DATA, '  data   = "tickets.train"  # FT210 tickets.train')],
    "name_path_as_data": [(TRAIN_DATA, '  data   = jsonl("tickets.jsonl")  # FT210 data')],
    "name_split_val": [
        (
            LENGTH,
            LENGTH
            + """
  validation = tickets.val  # FT221 tickets.validation""",
        )
    ],
    "name_split_unknown": [(GATE, "  require accuracy(tickets.holdout) >= 90%  # FT221 test")],
    "name_split_misspelt": [(GATE, "  require accuracy(tickets.tset) >= 90%  # FT221 test")],
    "name_split_of_model": [
        (
            LENGTH,
            LENGTH
            + """
  model = base.train  # FT210 base""",
        )
    ],
    "name_in_gate": [(GATE, "  require accuracy(tiket.test) >= 90%  # FT203 tickets")],
    "name_of_train": [(GATE, "  require accuracy(tickets.test, of = routr) >= 90%  # FT203 router")],
    "name_from": [
        (
            LENGTH,
            LENGTH
            + """
  from = rooter  # FT203 router""",
        )
    ],
    "name_let_unknown": [(LENGTH, "  length = epochz  # FT210 3 epochs")],
    "twice_attribute": [
        (
            LENGTH,
            LENGTH
            + """
  length = 4 epochs  # FT208 one""",
        )
    ],
    "twice_label": [("data english {", "data tickets {  # FT209 rename"), (PERPLEXITY, "")],
    "twice_label_kinds": [("data english {", "data base {  # FT209 rename"), (PERPLEXITY, "")],
    "twice_gates": [
        (
            END,
            """gates {  # FT209 one
  require loss(english) <= 4
}""",
        )
    ],
    "twice_argument": [(METHOD, "  method = lora(rank = 16, rank = 8)  # FT208 one")],
    "twice_split": [
        (
            TEMPLATE,
            """  template = route

  split {
    test = 10%
  }

  split {  # FT208 one
    test = 20%
  }
}""",
        )
    ],
    "twice_let": [
        (
            'goal "Route',
            """let size = 8
let size = 16  # FT209 one

goal "Route""",
        )
    ],
    "cycle_let": [
        (
            'goal "Route',
            """let a = b  # FT218 let
let b = a

goal "Route""",
        ),
        (
            LENGTH,
            LENGTH
            + """
  batch_size = a""",
        ),
    ],
    "cycle_let_sum": [
        (
            'goal "Route',
            """let a = a + 1  # FT218 let

goal "Route""",
        ),
        (
            LENGTH,
            LENGTH
            + """
  batch_size = a""",
        ),
    ],
    "cycle_from": [
        (
            LENGTH,
            LENGTH
            + """
  from = router  # FT218 model""",
        )
    ],
    "cycle_from_two": [
        (
            LENGTH,
            LENGTH
            + """
  from = second  # FT218 model""",
        ),
        (
            END,
            """train second {
  from = router
  data = tickets.train
}""",
        ),
    ],
    "cycle_extends": [("train router {", "train router extends router {  # FT218 leave out")],
    "cycle_mixture": [
        (SOURCE, ""),
        (
            TEMPLATE,
            """  template = route

  mixture {
    tickets = 100%  # FT218 take that part out
  }
}""",
        ),
    ],
    "let_gate": [
        (
            'goal "Route',
            """let limit = 90

goal "Route""",
        ),
        (GATE, "  require accuracy(tickets.test) >= limit  # FT212 90%"),
    ],
    "let_misspelt": [
        (
            'goal "Route',
            """let size = 16

goal "Route""",
        ),
        (
            LENGTH,
            LENGTH
            + """
  batch_size = sise  # FT203 size""",
        ),
    ],
    "let_string": [
        (
            'goal "Route',
            """let size = "16"  # FT210 16

goal "Route""",
        ),
        (
            LENGTH,
            LENGTH
            + """
  batch_size = size""",
        ),
    ],
    "let_label": [
        (
            'goal "Route',
            """let tickets = 3

goal "Route""",
        ),
        ("data tickets {", "data tickets {  # FT209 rename"),
    ],
    "let_reserved": [
        (
            'goal "Route',
            """let baseline = 3  # FT224 another name

goal "Route""",
        )
    ],
    "data_baseline": [("data english {", "data baseline {  # FT224 another name"), (PERPLEXITY, "")],
    "extends_unknown": [
        (
            END,
            """train second extends ruoter {  # FT203 router
}""",
        )
    ],
    "extends_kind": [
        (
            END,
            """train second extends tickets {  # FT214 train
  data = tickets.train
}""",
        )
    ],
    "extends_two": [
        ("train router {", "train router extends second {"),
        (
            END,
            """train second extends router {  # FT218 leave out
  seed = 3
}""",
        ),
    ],
}
