"""Mistakes as people make them who come from other tools, or write a spec for the first time.

Each is a line of the right spec (the first that begins with these words), what stands there instead, and words that the
remedy must say. Where the mistake shows on another line than the changed one, its number counts from it.
"""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """One mistake."""

    line: str
    wrong: str
    remedy: str
    off: int = 0


TYPICAL = {
    # Names of other tools.
    "lr": Mistake("learning_rate =", "lr = 2e-4", "learning_rate"),
    "n_epochs": Mistake("length =", "n_epochs = 3", "length = 3 epochs"),
    "train epochs": Mistake("length =", "num_train_epochs = 3", "length = 3 epochs"),
    "max steps": Mistake("length =", "max_steps = 800", "length = 800 steps"),
    "lora_rank": Mistake("method =", "lora_rank = 64", "lora(rank = 64)"),
    "lora dropout": Mistake("method =", "lora_dropout = 0.1", "lora(dropout = 10%)"),
    "micro batch": Mistake("batch_size =", "per_device_train_batch_size = 2", "micro_batch_size"),
    "accumulation": Mistake("batch_size =", "gradient_accumulation_steps = 4", "batch_size"),
    "cutoff": Mistake("batch_size =", "cutoff_len = 2048", "max_length"),
    "sample packing": Mistake("batch_size =", "sample_packing = true", "packing"),
    "warmup steps": Mistake("batch_size =", "warmup_steps = 100", "scheduler = cosine(warmup"),
    "bf16": Mistake("batch_size =", "bf16 = true", "precision = bf16"),
    "optim": Mistake("batch_size =", 'optim = "adamw_torch"', "optimizer"),
    "validation size": Mistake("batch_size =", "val_set_size = 0.05", "split { validation"),
    "model name": Mistake("source = path", 'model_name_or_path = "org/name"', "source = hub("),
    "4 bit": Mistake("source = path", 'source = path("base")\n  load_in_4bit = true', "nf4()", 1),
    "r": Mistake("method =", "method = lora(r = 16)", "rank"),
    "lora alpha": Mistake("method =", "method = lora(rank = 16, lora_alpha = 32)", "alpha"),
    "target modules": Mistake("method =", 'method = lora(target_modules = ["q_proj"])', "targets"),
    "AdamW": Mistake("batch_size =", "optimizer = AdamW()", "adamw"),
    "warmup ratio": Mistake("batch_size =", "scheduler = cosine(warmup_ratio = 0.03)", "warmup"),
    # Values of other languages.
    "True": Mistake("batch_size =", "packing = True", "true"),
    "yes": Mistake("batch_size =", "packing = yes", "true"),
    "on": Mistake("batch_size =", "gradient_checkpointing = on", "true"),
    "None": Mistake("batch_size =", "validation = None", "leave"),
    "quoted number": Mistake("learning_rate =", 'learning_rate = "2e-4"', "2e-4"),
    "quoted switch": Mistake("batch_size =", 'packing = "true"', "true"),
    "quoted label": Mistake("data          =", 'data = "tickets.train"', "tickets.train"),
    "single quotes": Mistake("owner =", "owner = 'support-ml'", '"support-ml"'),
    "bare source": Mistake("source = jsonl", 'source = "data/tickets.jsonl"', "jsonl("),
    "bare path": Mistake("source = jsonl", "source = jsonl(data/tickets.jsonl)", '"data/tickets.jsonl"'),
    "bare keyword": Mistake("method =", "method = qlora", "qlora("),
    "quoted keyword": Mistake("method =", 'method = "lora"', "lora("),
    "capitals": Mistake("method =", "method = LoRA(rank = 8)", "lora"),
    "ten to the": Mistake("learning_rate =", "learning_rate = 2*10^-4", "2e-4"),
    "decimal comma": Mistake("learning_rate =", "learning_rate = 0,0002", "0.0002"),
    "thousands": Mistake("batch_size =", "max_length = 2_048", "2048"),
    "2k": Mistake("batch_size =", "max_length = 2k", "2K"),
    # Units.
    "no unit": Mistake("length =", "length = 3", "3 epochs"),
    "epoch": Mistake("length =", "length = 1 epoch", "epochs"),
    "share as count": Mistake("test       =", "test = 15", "15%"),
    "gigabytes": Mistake("batch_size =", "max_length = 2GB", "tokens"),
    "hours": Mistake("require memory", "require time <= 2 hours", "`2h`"),
    "dollars": Mistake("require memory", "require cost <= $10", "10 USD"),
    "bare memory": Mistake("require memory", "require memory <= 24", "GiB"),
    "minutes": Mistake("require memory", "require time <= 90 minutes", "min"),
    # Form.
    "colon": Mistake("learning_rate =", "learning_rate: 2e-4", "="),
    "semicolon": Mistake("learning_rate =", "learning_rate = 2e-4;", "remove"),
    "comma": Mistake("learning_rate =", "learning_rate = 2e-4,", "remove"),
    "no equals": Mistake("learning_rate =", "learning_rate 2e-4", "="),
    "two on a line": Mistake("learning_rate =", "learning_rate = 2e-4 weight_decay = 0.1", "next line"),
    "slashes": Mistake("learning_rate =", "// learning_rate = 2e-4", "#"),
    "map": Mistake("method =", "method = {rank: 16}", "("),
    "yaml block": Mistake("train router", "train router:", "{"),
    "quoted name": Mistake("train router", 'train "router" {', "router"),
    "parent": Mistake("train router", "train router(base) {", "extends"),
    "tuple": Mistake("batch_size =", "optimizer = adamw(betas = (0.9, 0.95))", "["),
    "open quote": Mistake("owner =", 'owner = "support-ml', "close it with"),
    "open bracket": Mistake("method =", "method = lora(rank = 16", ")"),
    # Rules.
    "no verb": Mistake("require accuracy", "accuracy(tickets.test) >= 90%", "require"),
    "assert": Mistake("require accuracy", "assert accuracy(tickets.test) >= 90%", "require"),
    "at least": Mistake("require accuracy", "require accuracy(tickets.test) => 90%", ">="),
    "bare metric": Mistake("require accuracy", "require accuracy >= 90%", "accuracy(tickets.test)"),
    "split alone": Mistake("require accuracy", "require accuracy(test) >= 90%", "tickets"),
    "loose percent": Mistake("require accuracy", "require accuracy(tickets.test) >= 90", "90%"),
    "equals": Mistake("require accuracy", "require accuracy(tickets.test) = 90%", "=="),
    "metric name": Mistake("require accuracy", "require acc(tickets.test) >= 90%", "accuracy"),
    "f1 name": Mistake("require accuracy", "require f1_score(tickets.test) >= 90%", "f1"),
    "average": Mistake("require accuracy", "require f1(tickets.test, avg = macro) >= 90%", "average"),
    "chained": Mistake("require accuracy", "require 80% <= accuracy(tickets.test) <= 95%", "and"),
    "loss of data": Mistake("require accuracy", "require eval_loss(tickets.test) <= 1.5", "loss"),
    # Meaning.
    "split name": Mistake("data          =", "data = tickets.training", "tickets.train"),
    "data name": Mistake("data          =", "data = ticket.train", "tickets"),
    "kind": Mistake("kind  =", "kind = classification", "task"),
    "template turn": Mistake("user ", 'human "{{ subject }}"', "user"),
    "turn as attribute": Mistake("user ", 'user = "{{ subject }}"', 'user "'),
    "negative": Mistake("learning_rate =", "learning_rate = -2e-4", "above"),
    "half a batch": Mistake("batch_size =", "batch_size = 12.5", "whole number"),
    "twice": Mistake("learning_rate =", "batch_size = 8", "one", 1),
    "dtype": Mistake("batch_size =", "precision = bfloat16", "bf16"),
    "dedupe": Mistake("drop_missing =", "dedupe = true", "deduplicate"),
    "deduplicate switch": Mistake("drop_missing =", "deduplicate = true", "exact"),
    "stopping switch": Mistake("batch_size =", "early_stopping = true", "early_stopping("),
    "train on the test": Mistake("data          =", "data = tickets.test", "tickets.train"),
}
"""By what is wrong."""
