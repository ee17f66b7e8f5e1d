"""Values of calls, nested blocks and mixtures."""

from __future__ import annotations

from tests.compile.mistakes.base import END, LENGTH, METHOD, MODEL_SOURCE, PERPLEXITY, SOURCE, TEMPLATE, Cases

CASES: Cases = {
    "hub_url": [(MODEL_SOURCE, '  source = hub("https://huggingface.co/gpt2")  # FT213 hub("')],
    "hub_revision_empty": [(MODEL_SOURCE, '  source = hub("gpt2", revision = "")  # FT213 revision')],
    "hub_rev": [(MODEL_SOURCE, '  source = hub("gpt2", rev = "main")  # FT205 revision')],
    "quantization_string": [
        (
            MODEL_SOURCE,
            MODEL_SOURCE
            + """
  quantization = "4bit"  # FT210 nf4()""",
        )
    ],
    "quantization_int4": [
        (
            MODEL_SOURCE,
            MODEL_SOURCE
            + """
  quantization = int4()  # FT204 nf4""",
        )
    ],
    "quantization_number": [
        (
            MODEL_SOURCE,
            MODEL_SOURCE
            + """
  quantization = 4  # FT210 nf4()""",
        )
    ],
    "dedupe_true": [
        (
            TEMPLATE,
            """  template = route

  clean {
    deduplicate = true  # FT215 exact
  }
}""",
        )
    ],
    "dedupe_near": [
        (
            TEMPLATE,
            """  template = route

  clean {
    deduplicate = near  # FT210 near()
  }
}""",
        )
    ],
    "redact_true": [
        (
            TEMPLATE,
            """  template = route

  clean {
    redact = true  # FT215 pii
  }
}""",
        )
    ],
    "language_bare": [
        (
            TEMPLATE,
            """  template = route

  clean {
    language = "en"  # FT210 ["en"]
  }
}""",
        )
    ],
    "keep_bare": [
        (
            TEMPLATE,
            """  template = route

  clean {
    keep = score > 0.5  # FT210 `"score > 0.5"`
  }
}""",
        )
    ],
    "template_train": [
        (
            """  assistant "{{ queue }}"
""",
            """  assistant "{{ queue }}"
  train = [asistant]  # FT215 assistant
""",
        )
    ],
    "template_train_string": [
        (
            """  assistant "{{ queue }}"
""",
            """  assistant "{{ queue }}"
  train = assistant  # FT210 [assistant]
""",
        )
    ],
    "template_none_trains": [
        ("template route {", "template route {  # FT309 train"),
        (
            """  assistant "{{ queue }}"
""",
            """  assistant "{{ queue }}"
  train = [system]
""",
        ),
    ],
    "mixture_share": [
        (SOURCE, ""),
        (
            TEMPLATE,
            """  template = route

  mixture {  # FT310 100 %
    english = 70%
    other = 40%
  }
}

data other {
  source = text("o.txt")
}""",
        ),
        (PERPLEXITY, ""),
    ],
    "mixture_unknown": [
        (SOURCE, ""),
        (
            TEMPLATE,
            """  template = route

  mixture {
    englsh = 100%  # FT203 english
  }
}""",
        ),
        (PERPLEXITY, ""),
    ],
    "mixture_bare": [
        (SOURCE, ""),
        (
            TEMPLATE,
            """  template = route

  mixture {
    english = 70  # FT213 70%
    english.train = 30%
  }
}""",
        ),
        (PERPLEXITY, ""),
    ],
    "number_name": [(METHOD, "  method = lora(rank = sixteen)  # FT210 whole number")],
    "negative_epochs": [(LENGTH, "  length = -3 epochs  # FT213 1 epochs")],
    "half_step": [(LENGTH, "  length = 2.5 steps  # FT210 2 steps")],
    "tokens_scale": [(LENGTH, "  length = 2Q tokens  # FT211 2M tokens")],
    "memory_scale": [
        (
            END,
            """budget {
  require memory <= 24 K GiB  # FT211 24GiB
}""",
        )
    ],
    "scheduler_bad": [
        (
            LENGTH,
            LENGTH
            + """
  scheduler = cosine(warmup = 60%, decay = 3)  # FT205 warmup""",
        )
    ],
    "scheduler_wsd": [
        (
            LENGTH,
            LENGTH
            + """
  scheduler = warmup_stable_decay(warmup = 60%, decay = 60%)  # FT213 warmup""",
        )
    ],
    "two_methods": [(METHOD, "  method = lora(rank = 16) + full()  # FT210 lora()")],
    "or_choice": [("  kind = task", "  kind = task or style  # FT210 task")],
    "string_list": [(METHOD, '  method = lora(targets = ["q_proj", 3])  # FT210 bare name')],
    "betas": [
        (
            LENGTH,
            LENGTH
            + """
  optimizer = adamw(betas = 0.9)  # FT210 a list of 2""",
        )
    ],
    "bottleneck": [(METHOD, '  method = lora(rank = 16, alpha = "32")  # FT210 32')],
    "two_positional_source": [(SOURCE, '  source   = jsonl("a.jsonl", "b.jsonl")  # FT216 remove it')],
    "source_list": [(SOURCE, '  source   = ["a.jsonl", "b.jsonl"]  # FT210 jsonl(')],
    "source_parens": [(SOURCE, '  source   = tickets.jsonl  # FT210 jsonl("tickets.jsonl")')],
    "two_values": [
        (
            LENGTH,
            LENGTH
            + """
  seed = 1, 2  # FT154 [1, 2]""",
        )
    ],
    "template_kind": [("template route {", "templat route {  # FT202 template")],
    "betas_three": [
        (
            LENGTH,
            LENGTH
            + """
  optimizer = adamw(betas = [0.9, 0.99, 0.999])  # FT213 a list of 2""",
        )
    ],
}
