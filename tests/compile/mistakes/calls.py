"""Calls: unknown keywords and arguments, and required things that are missing."""

from __future__ import annotations

from tests.compile.mistakes.base import GATE, GOAL, LENGTH, METHOD, MODEL_SOURCE, SOURCE, TRAIN_DATA, Cases

CASES: Cases = {
    "call_unknown_method": [(METHOD, "  method = lorra(rank = 16)  # FT204 lora")],
    "call_fft": [(METHOD, "  method = fft()  # FT204 full")],
    "call_wrong_family": [(METHOD, "  method = adamw()  # FT204 optimizer")],
    "call_unknown_metric": [(GATE, "  require acc(tickets.test) >= 90%  # FT204 accuracy")],
    "call_metric_far": [(GATE, "  require goodness(tickets.test) >= 90%  # FT204 accuracy")],
    "call_argument_r": [(METHOD, "  method = lora(r = 16)  # FT205 rank")],
    "call_argument_modules": [(METHOD, "  method = lora(target_modules = [q_proj])  # FT205 targets")],
    "call_argument_misspelt": [(METHOD, "  method = lora(rnak = 16)  # FT205 rank")],
    "call_argument_far": [(METHOD, "  method = lora(banana = 16)  # FT205 rank")],
    "call_positional": [(METHOD, "  method = lora(16)  # FT216 rank = 16")],
    "call_source_empty": [(SOURCE, '  source   = jsonl()  # FT207 jsonl("')],
    "call_metric_no_data": [(GATE, "  require accuracy() >= 90%  # FT207 accuracy(tickets.test)")],
    "call_metric_bare": [(GATE, "  require accuracy >= 90%  # FT203 accuracy(tickets.test)")],
    "call_metric_two": [(GATE, "  require accuracy(tickets.test, english) >= 90%  # FT216 remove it")],
    "call_average": [(GATE, "  require f1(tickets.test, average = mean) >= 90%  # FT215 macro")],
    "call_pattern": [(SOURCE, '  source   = path("meta-llama/Llama")  # FT204 jsonl')],
    "call_metric_string": [(GATE, '  require accuracy("tickets.test") >= 90%  # FT210 accuracy(tickets.test)')],
    "call_nested_unknown": [
        (
            LENGTH,
            LENGTH
            + """
  scheduler = cosine(warmup = 3 percent)  # FT211 %""",
        )
    ],
    "call_scheduler_steps": [
        (
            LENGTH,
            LENGTH
            + """
  scheduler = cosine(warmup = 100 steps)  # FT211 15%""",
        )
    ],
    "call_scheduler_word": [
        (
            LENGTH,
            LENGTH
            + """
  scheduler = cosine  # FT210 cosine()""",
        )
    ],
    "call_scheduler_string": [
        (
            LENGTH,
            LENGTH
            + """
  scheduler = "cosine"  # FT210 cosine()""",
        )
    ],
    "call_optimizer_torch": [
        (
            LENGTH,
            LENGTH
            + """
  optimizer = adamw_torch()  # FT204 adamw""",
        )
    ],
    "missing_source_model": [(MODEL_SOURCE, "  precision = bf16"), ("model base {", "model base {  # FT206 source")],
    "missing_data": [
        (
            TRAIN_DATA
            + """
""",
            "",
        ),
        ("train router {", "train router {  # FT206 data"),
    ],
    "missing_kind": [
        (
            GOAL
            + """
  kind = task
}""",
            """goal "Route every support ticket to billing, technical or general" {  # FT206 kind
  owner = "me"
}""",
        )
    ],
    "missing_turns": [
        (
            """template route {
  user      "{{ subject }}"
  assistant "{{ queue }}"
}""",
            """template route {  # FT206 assistant
}""",
        )
    ],
    "missing_source_data": [
        (
            SOURCE
            + """
""",
            "",
        ),
        ("data tickets {", "data tickets {  # FT313 source ="),
    ],
}
