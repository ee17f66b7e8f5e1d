"""Attributes that a block does not have: misspelt, other tools' names, other blocks' names."""

from __future__ import annotations

from tests.compile.mistakes.base import END, LENGTH, METHOD, MODEL_SOURCE, SOURCE, TEMPLATE, Cases

CASES: Cases = {
    "attribute_misspelt": [
        (
            LENGTH,
            LENGTH
            + """
  learnign_rate = 2e-4  # FT201 learning_rate""",
        )
    ],
    "attribute_lr": [
        (
            LENGTH,
            LENGTH
            + """
  lr = 2e-4  # FT201 learning_rate""",
        )
    ],
    "attribute_num_epochs": [(LENGTH, "  num_epochs = 3  # FT201 length = 3 epochs")],
    "attribute_max_steps": [(LENGTH, "  max_steps = 500  # FT201 length = 500 steps")],
    "attribute_lora_r": [(METHOD, "  lora_r = 8  # FT201 lora(rank = 8)")],
    "attribute_lora_alpha": [
        (
            LENGTH,
            LENGTH
            + """
  lora_alpha = 32  # FT201 lora(""",
        )
    ],
    "attribute_per_device": [
        (
            LENGTH,
            LENGTH
            + """
  per_device_train_batch_size = 4  # FT201 micro_batch_size""",
        )
    ],
    "attribute_accumulation": [
        (
            LENGTH,
            LENGTH
            + """
  gradient_accumulation_steps = 4  # FT201 batch_size""",
        )
    ],
    "attribute_sequence_len": [
        (
            LENGTH,
            LENGTH
            + """
  sequence_len = 2048  # FT201 max_length""",
        )
    ],
    "attribute_base_model_in_train": [
        (
            LENGTH,
            LENGTH
            + """
  base_model = base  # FT201 model""",
        )
    ],
    "attribute_base_model_in_model": [(MODEL_SOURCE, '  base_model = "base"  # FT201 source')],
    "attribute_warmup": [
        (
            LENGTH,
            LENGTH
            + """
  warmup_ratio = 0.03  # FT201 cosine(warmup = 3%)""",
        )
    ],
    "attribute_bf16": [
        (
            LENGTH,
            LENGTH
            + """
  bf16 = true  # FT201 precision = bf16""",
        )
    ],
    "attribute_4bit": [
        (
            LENGTH,
            LENGTH
            + """
  load_in_4bit = true  # FT201 qlora()""",
        )
    ],
    "attribute_other_block": [
        (
            LENGTH,
            LENGTH
            + """
  temperature = 0.7  # FT201 data""",
        )
    ],
    "attribute_clean_in_data": [
        (
            TEMPLATE,
            """  template = route
  deduplicate = exact  # FT201 clean { deduplicate = exact }
}""",
        )
    ],
    "attribute_of_other_block": [
        (
            LENGTH,
            LENGTH
            + """
  quantization = nf4()  # FT201 model""",
        )
    ],
    "attribute_capital": [
        (
            LENGTH,
            LENGTH
            + """
  Learning_Rate = 2e-4  # FT201 learning_rate""",
        )
    ],
    "attribute_val_split": [
        (
            TEMPLATE,
            """  template = route

  split {
    val = 10%  # FT201 validation
  }
}""",
        )
    ],
    "attribute_val_set_size": [
        (
            LENGTH,
            LENGTH
            + """
  val_set_size = 0.1  # FT201 split { validation = 10% }""",
        )
    ],
    "attribute_stage_dot": [
        (
            LENGTH,
            LENGTH
            + """
  method.rank = 8  # FT201 lora(rank = 8)""",
        )
    ],
    "attribute_for_block": [
        (
            TEMPLATE,
            """  template = route
  split = 10%  # FT217 split {
}""",
        )
    ],
    "output_dir": [
        (
            LENGTH,
            LENGTH
            + """
  output_dir = "out"  # FT201 leave it out""",
        )
    ],
    "logging": [
        (
            LENGTH,
            LENGTH
            + """
  logging_steps = 10  # FT201 leave it out""",
        )
    ],
    "wandb": [
        (
            LENGTH,
            LENGTH
            + """
  wandb_project = "x"  # FT201 leave it out""",
        )
    ],
    "trust": [
        (
            MODEL_SOURCE,
            MODEL_SOURCE
            + """
  trust_remote_code = true  # FT201 leave it out""",
        )
    ],
    "early": [
        (
            LENGTH,
            LENGTH
            + """
  patience = 3  # FT201 early_stopping(patience = 3)""",
        )
    ],
    "path_in_data": [(SOURCE, '  path = "tickets.jsonl"  # FT201 jsonl("tickets.jsonl")')],
    "dot_split": [
        (
            TEMPLATE,
            """  template = route
  split.test = 15%  # FT201 split { test = 15% }
}""",
        )
    ],
    "hardware_gpu": [
        (
            END,
            """hardware {
  gpu = h100_sxm
  gpus = 8  # FT201 count
}""",
        )
    ],
    "hardware_cost": [
        (
            END,
            """hardware {
  gpu = h100_sxm
  hourly_cost = 2.5  # FT212 2.5 USD
}""",
        )
    ],
    "output_push": [
        (
            END,
            """output {
  push = "org/name"  # FT210 hub("org/name")
}""",
        )
    ],
    "output_ship": [
        (
            END,
            """output {
  ship_on = success  # FT215 pass
}""",
        )
    ],
    "goal_kind_string": [("  kind = task", "  type = task  # FT201 kind")],
}
