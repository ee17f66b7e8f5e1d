"""Rules, meaning, and paths."""

from __future__ import annotations

from tests.compile.mistakes.base import (
    END,
    GATE,
    LENGTH,
    METHOD,
    MODEL_SOURCE,
    PERPLEXITY,
    SOURCE,
    TEMPLATE,
    TRAIN_DATA,
    Cases,
)

CASES: Cases = {
    "rule_no_comparison": [(GATE, "  require accuracy(tickets.test)  # FT312 >= 90%")],
    "rule_number_only": [(GATE, "  require 90% >= 80%  # FT312 accuracy(tickets.test)")],
    "rule_report_compares": [
        (
            GATE,
            GATE
            + """
  report accuracy(tickets.test) >= 90%  # FT312 report accuracy(tickets.test)""",
        )
    ],
    "rule_baseline_two": [(GATE, "  require accuracy(tickets.test) + f1(tickets.test) >= baseline  # FT306 one")],
    "rule_baseline_misspelt": [(PERPLEXITY, "  require perplexity(english) <= 1.05 * basline  # FT203 baseline")],
    "rule_string": [(GATE, '  require accuracy(tickets.test) >= "90%"  # FT210 90%')],
    "rule_when": [(GATE, "  require accuracy(tickets.test) >= 90% when goal.kind == task  # FT217 policy")],
    "meaning_gate_reads_train": [(GATE, "  require accuracy(tickets.train) >= 90%  # FT301 tickets.test")],
    "meaning_gate_reads_all": [(GATE, "  require accuracy(tickets) >= 90%  # FT301 tickets.test")],
    "meaning_gate_whole": [
        (TRAIN_DATA, "  data   = tickets"),
        (GATE, "  require accuracy(tickets) >= 90%  # FT301 tickets.test"),
    ],
    "meaning_quantized_full": [
        (
            MODEL_SOURCE,
            MODEL_SOURCE
            + """
  quantization = nf4()""",
        ),
        (METHOD, "  method = full()  # FT303 qlora()"),
    ],
    "meaning_adapter_of_full": [
        (METHOD, "  method = full()"),
        (
            END,
            """output {
  adapter = true  # FT314 adapter
}""",
        ),
    ],
    "meaning_two_models": [
        (
            "template route",
            """model other {
  source = path("other")
}

template route""",
        ),
        ("train router {", "train router {  # FT307 model = base"),
    ],
    "meaning_no_model": [
        (
            """model base {
  source = path("base")
}

""",
            "",
        ),
        ("train router {", "train router {  # FT307 model"),
    ],
    "meaning_shares": [
        (
            TEMPLATE,
            """  template = route

  split {
    test       = 60%  # FT310 less
    validation = 40%
  }
}""",
        )
    ],
    "meaning_source_and_mixture": [
        (
            TEMPLATE,
            """  template = route

  mixture {  # FT313 block of its own
    english = 100%
  }
}""",
        ),
        (PERPLEXITY, ""),
    ],
    "meaning_turns": [
        (
            """  user      "{{ subject }}"
""",
            """  text      "{{ subject }}"
""",
        ),
        ("template route {", "template route {  # FT309 text"),
    ],
    "meaning_format": [
        (
            TEMPLATE,
            """  template = route
  format   = preference
}""",
        ),
        (TRAIN_DATA, "  data   = tickets.train  # FT308 another objective"),
    ],
    "meaning_quantized_prompts": [
        (METHOD, "  method = prompt_tuning(tokens = 8)"),
        (
            END,
            """output {
  quantization = int8()  # FT304 adapter = true
}""",
        ),
    ],
    "path_absolute": [(SOURCE, '  source   = jsonl("/data/tickets.jsonl")  # FT220 relative')],
    "path_dots": [(SOURCE, '  source   = jsonl("../../../../../../../../../../etc/passwd")  # FT220 repository')],
    "path_home": [(SOURCE, '  source   = jsonl("~/tickets.jsonl")  # FT220 relative')],
    "path_windows": [(SOURCE, '  source   = jsonl("data\\\\tickets.jsonl")  # FT220 data/tickets.jsonl')],
    "path_url": [(SOURCE, '  source   = jsonl("https://example.com/tickets.jsonl")  # FT220 download')],
    "path_import_url": [
        (
            'goal "Route',
            """import "https://example.com/x.ft" as x  # FT220 download

goal "Route""",
        )
    ],
    "path_import_missing": [
        (
            'goal "Route',
            """import "nowhere.ft" as x  # FT219 correct the path

goal "Route""",
        )
    ],
    "path_model_absolute": [(MODEL_SOURCE, '  source = path("/models/base")  # FT220 relative')],
    "test_in_data": [
        (
            TEMPLATE,
            """  template = route
  test = 15%  # FT201 split { test = 15% }
}""",
        )
    ],
    "metric_in_report": [
        (
            GATE,
            GATE
            + """
  report latency  # FT203 latency(tickets.test)""",
        )
    ],
    "metric_word": [(GATE, "  require accuracy(test) >= 90%  # FT203 tickets")],
    "label_in_gate": [(GATE, "  require tickets.test >= 90%  # FT203 accuracy(tickets.test)")],
    "equal": [(GATE, "  require accuracy(tickets.test) = 90%  # FT130 >=")],
    "percent_sum": [(GATE, "  require f1(tickets.test) >= baseline + 10  # FT212 10%")],
    "ppl_percent": [(PERPLEXITY, "  require perplexity(english) <= baseline + 10%  # FT211 1.1 * baseline")],
    "validation_gate": [(GATE, "  require accuracy(tickets.validation) >= 90%  # FT301 tickets.test")],
    "test_as_validation": [
        (
            LENGTH,
            LENGTH
            + """
  validation = tickets.test""",
        ),
        (GATE, "  require accuracy(tickets.test) >= 90%  # FT301 tickets."),
    ],
    "whole_and_part": [(GATE, "  warn accuracy(tickets) >= 90%  # FT302 tickets.test")],
    "confidence": [
        (
            GATE,
            """  confidence = 95  # FT213 95%
  require accuracy(tickets.test) >= 90%""",
        )
    ],
    "search": [
        (
            END,
            """search {  # FT206 maximize
  trials               = 3
  router.learning_rate = choice(1e-4, 2e-4)
}""",
        )
    ],
    "jinja": [
        (
            END,
            """template odd {
  user      "{{ a"  # FT332 close the field: `{{ a }}`
  assistant "{{ b }}"
}""",
        )
    ],
    "keep": [
        (
            TEMPLATE,
            """  template = route

  clean {
    keep = "queue =="  # FT341 compare fields
  }
}""",
        )
    ],
    "policy_require": [
        (
            END,
            """budget {
  require memory <= 24GiB and time <= 2  # FT212 2h
}""",
        )
    ],
    "budget_report": [
        (
            END,
            """budget {
  report memory  # FT217 warn
}""",
        )
    ],
    "budget_unknown": [
        (
            END,
            """budget {
  require ram <= 24GiB  # FT203 memory
}""",
        )
    ],
    "budget_compare": [
        (
            END,
            """budget {
  require memory  # FT312 24GiB
}""",
        )
    ],
    "packed_pairs": [
        (
            END,
            """data choices {
  source = jsonl("choices.jsonl")
  format = preference
}

train policy {
  model     = base
  objective = dpo()
  data      = choices.train
  packing   = true  # FT315 leave `packing` out
}""",
        )
    ],
    "packed_virtual_tokens": [
        (
            METHOD,
            """  method = prompt_tuning(tokens = 8)
  packing = true  # FT315 leave `packing` out""",
        )
    ],
    "kto_one_row": [
        (
            END,
            """data answers {
  source = jsonl("answers.jsonl")
  format = unpaired
}

train policy {
  model            = base
  objective        = kto()
  data             = answers.train
  micro_batch_size = 1  # FT316 micro_batch_size = 2
}""",
        )
    ],
    "from_a_judge": [
        (
            END,
            """data choices {
  source = jsonl("choices.jsonl")
  format = preference
}

train judge {
  model     = base
  objective = reward()
  data      = choices.train
}

train policy {
  from = judge  # FT317 the stage before
  data = tickets.train
}""",
        )
    ],
}
