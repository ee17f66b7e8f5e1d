"""Values of the wrong type or out of range."""

from __future__ import annotations

from tests.compile.mistakes.base import GATE, LENGTH, METHOD, MODEL_SOURCE, SOURCE, TEMPLATE, TRAIN_DATA, Cases

CASES: Cases = {
    "type_true": [
        (
            LENGTH,
            LENGTH
            + """
  packing = True  # FT215 true""",
        )
    ],
    "type_yes": [
        (
            LENGTH,
            LENGTH
            + """
  packing = yes  # FT215 true""",
        )
    ],
    "type_true_string": [
        (
            LENGTH,
            LENGTH
            + """
  packing = "true"  # FT210 true""",
        )
    ],
    "type_true_number": [
        (
            LENGTH,
            LENGTH
            + """
  packing = 1  # FT210 true""",
        )
    ],
    "type_none": [
        (
            LENGTH,
            LENGTH
            + """
  early_stopping = None  # FT210 leave""",
        )
    ],
    "type_none_scheduler": [
        (
            LENGTH,
            LENGTH
            + """
  max_length = null  # FT210 leave""",
        )
    ],
    "type_number_string": [
        (
            LENGTH,
            LENGTH
            + """
  learning_rate = "2e-4"  # FT210 2e-4""",
        )
    ],
    "type_integer_string": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size = "16"  # FT210 16""",
        )
    ],
    "type_fraction": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size = 16.5  # FT210 whole""",
        )
    ],
    "type_list": [(TRAIN_DATA, "  data   = [tickets.train, english]  # FT210 mixture")],
    "type_call_without_parentheses": [(METHOD, "  method = lora  # FT210 lora()")],
    "type_method_string": [(METHOD, '  method = "lora"  # FT210 lora()')],
    "type_source_string": [(SOURCE, '  source   = "tickets.jsonl"  # FT210 jsonl("tickets.jsonl")')],
    "type_model_string": [
        (MODEL_SOURCE, '  source = "meta-llama/Llama-3.1-8B"  # FT210 hub("meta-llama/Llama-3.1-8B"')
    ],
    "type_model_folder": [(MODEL_SOURCE, '  source = "base"  # FT210 path("base")')],
    "type_choice_string": [("  kind = task", '  kind = "task"  # FT210 task')],
    "type_choice_unknown": [("  kind = task", "  kind = tasks  # FT215 task")],
    "type_choice_far": [("  kind = task", "  kind = chatbot  # FT215 task")],
    "type_precision": [
        (
            LENGTH,
            LENGTH
            + """
  precision = float16  # FT215 fp16""",
        )
    ],
    "type_bf16_long": [
        (
            LENGTH,
            LENGTH
            + """
  precision = bfloat16  # FT215 bf16""",
        )
    ],
    "type_string_due": [
        (
            "  kind = task",
            """  kind = task
  owner = support  # FT210 "support\"""",
        )
    ],
    "type_targets_string": [(METHOD, '  method = lora(targets = "all-linear")  # FT210 all_linear')],
    "range_negative_rate": [
        (
            LENGTH,
            LENGTH
            + """
  learning_rate = -2e-4  # FT213 0""",
        )
    ],
    "range_rank_zero": [(METHOD, "  method = lora(rank = 0)  # FT213 1")],
    "range_share": [
        (
            TEMPLATE,
            """  template = route

  split {
    test = 150%  # FT213 100%
  }
}""",
        )
    ],
    "range_batch_zero": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size = 0  # FT213 1""",
        )
    ],
    "range_dropout": [(METHOD, "  method = lora(dropout = 5)  # FT213 5%")],
    "range_length_zero": [(LENGTH, "  length = 0 epochs  # FT213 1 epochs")],
    "range_threshold": [
        (
            TEMPLATE,
            """  template = route

  clean {
    deduplicate = near(90)  # FT213 90%
  }
}""",
        )
    ],
    "range_gate_percent": [(GATE, "  require accuracy(tickets.test) >= 190%  # FT213 100%")],
    "expression_zero": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size = 16 / 0  # FT222 divisor""",
        )
    ],
    "expression_units": [
        (
            'goal "Route',
            """let n = 3 epochs + 500 steps  # FT222 unit

goal "Route""",
        ),
        (LENGTH, "  length = n"),
    ],
    "expression_huge": [
        (
            LENGTH,
            LENGTH
            + """
  learning_rate = 1e999  # FT116 quantity""",
        )
    ],
    "expression_comparison": [
        (
            LENGTH,
            LENGTH
            + """
  batch_size = 4 > 2  # FT222 number""",
        )
    ],
}
