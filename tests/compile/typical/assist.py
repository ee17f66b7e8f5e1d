"""More typical mistakes, in a spec of three stages: names, units, forms and rules in many places."""

from tests.compile.typical.cases import Mistake

ASSIST = {
    # Names of other tools, various places.
    "lr = 1e-4": Mistake("learning_rate", "lr = 1e-4", "learning_rate"),
    "num_epochs = 2": Mistake("length = 2 epochs", "num_epochs = 2", "length = 2 epochs"),
    "max_steps = 2000": Mistake("length = 2000 steps", "max_steps = 2000", "length = 2000 steps"),
    "lora_r = 32": Mistake("method = qlora", "lora_r = 32", "rank = 32"),
    "lora_alpha = 32": Mistake("method = lora", "lora_alpha = 32", "alpha = 32"),
    "per_device_train_batch_size = 4": Mistake("batch_size", "per_device_train_batch_size = 4", "micro_batch_size"),
    "gradient_accumulation_steps = 8": Mistake("batch_size", "gradient_accumulation_steps = 8", "batch_size"),
    "sequence_len = 2048": Mistake("max_length", "sequence_len = 2048", "max_length"),
    "max_seq_length = 2048": Mistake("max_length", "max_seq_length = 2048", "max_length"),
    "max_seq_len = 4096": Mistake("max_length", "max_seq_len = 4096", "max_length"),
    "base_model = base": Mistake("model = base", "base_model = base", "model"),
    'base_model = "meta-llama/Llama-3.1-8B"': Mistake(
        "model = base", 'base_model = "meta-llama/Llama-3.1-8B"', "model"
    ),
    "warmup_ratio = 0.03": Mistake("scheduler", "warmup_ratio = 0.03", "warmup = 3%"),
    'lr_scheduler_type = "cosine"': Mistake("scheduler", 'lr_scheduler_type = "cosine"', "scheduler = cosine"),
    "lr_scheduler = cosine": Mistake("scheduler", "lr_scheduler = cosine", "scheduler"),
    "load_in_4bit = true": Mistake("quantization", "load_in_4bit = true", "nf4"),
    "load_in_8bit = true": Mistake("quantization", "load_in_8bit = true", "int8"),
    "quantization = 4bit": Mistake("quantization", "quantization = 4bit", "nf4"),
    "quantization = nf4": Mistake("quantization", "quantization = nf4", "nf4("),
    'quantization = "nf4"': Mistake("quantization", 'quantization = "nf4"', "nf4("),
    'bnb_4bit_quant_type = "nf4"': Mistake("quantization", 'bnb_4bit_quant_type = "nf4"', "nf4"),
    "bf16 = true": Mistake("precision", "bf16 = true", "precision = bf16"),
    'torch_dtype = "bfloat16"': Mistake("precision", 'torch_dtype = "bfloat16"', "precision"),
    'precision = "bf16"': Mistake("precision", 'precision = "bf16"', "bf16"),
    "dtype = bf16": Mistake("precision", "dtype = bf16", "precision"),
    "packing = True": Mistake("packing", "packing = True", "true"),
    "packing = TRUE": Mistake("packing", "packing = TRUE", "true"),
    "packing = no": Mistake("packing", "packing = no", "false"),
    "packing = 1": Mistake("packing", "packing = 1", "true"),
    "packing: true": Mistake("packing", "packing: true", "="),
    "sample_packing = true": Mistake("packing", "sample_packing = true", "packing"),
    'gradient_checkpointing = "unsloth"': Mistake("packing", 'gradient_checkpointing = "unsloth"', "true"),
    "use_gradient_checkpointing = true": Mistake(
        "packing", "use_gradient_checkpointing = true", "gradient_checkpointing"
    ),
    "flash_attention = true": Mistake("packing", "flash_attention = true", "leave"),
    "group_by_length = true": Mistake("packing", "group_by_length = true", "leave"),
    "logging_steps = 10": Mistake("packing", "logging_steps = 10", "leave"),
    "save_steps = 500": Mistake("packing", "save_steps = 500", "checkpoint_every"),
    "eval_steps = 100": Mistake("packing", "eval_steps = 100", "leave"),
    'report_to = "wandb"': Mistake("packing", 'report_to = "wandb"', "leave"),
    "num_generations = 8": Mistake("packing", "num_generations = 8", "generations"),
    "beta = 0.1": Mistake("packing", "beta = 0.1", "dpo(beta = 0.1)"),
    "resume_from_checkpoint = true": Mistake("packing", "resume_from_checkpoint = true", "leave"),
    "neftune_noise_alpha = 5": Mistake("packing", "neftune_noise_alpha = 5", "leave"),
    "train_on_inputs = false": Mistake("packing", "train_on_inputs = false", "template"),
    "dataset = demos": Mistake("packing", "dataset = demos", "data"),
    'datasets = ["a.jsonl"]': Mistake("packing", 'datasets = ["a.jsonl"]', "data"),
    'model_name = "x/y"': Mistake("packing", 'model_name = "x/y"', "model"),
    "weight_decay = 1%": Mistake("weight_decay", "weight_decay = 1%", "0.01"),
    "wd = 0.01": Mistake("weight_decay", "wd = 0.01", "weight_decay"),
    "seed = 3.5": Mistake("seed = 3", "seed = 3.5", "whole"),
    "random_seed = 3": Mistake("seed = 3", "random_seed = 3", "seed"),
    "max_norm = 1.0": Mistake("seed = 3", "max_norm = 1.0", "max_grad_norm"),
    'optimizer = "adamw_torch"': Mistake("optimizer", 'optimizer = "adamw_torch"', "adamw()"),
    "optimizer = adam()": Mistake("optimizer", "optimizer = adam()", "adamw"),
    "optimizer = adamw_8bit(betas = (0.9, 0.95))": Mistake(
        "optimizer", "optimizer = adamw_8bit(betas = (0.9, 0.95))", "["
    ),
    "optimizer = adamw_8bit(beta1 = 0.9)": Mistake("optimizer", "optimizer = adamw_8bit(beta1 = 0.9)", "betas"),
    "optimizer = adamw_8bit(lr = 1e-4)": Mistake("optimizer", "optimizer = adamw_8bit(lr = 1e-4)", "learning_rate"),
    "optimizer = adamw8bit()": Mistake("optimizer", "optimizer = adamw8bit()", "adamw_8bit"),
    # Units and numbers.
    'learning_rate = "1e-4"': Mistake("learning_rate", 'learning_rate = "1e-4"', "1e-4"),
    "learning_rate = 1e-4 epochs": Mistake("learning_rate", "learning_rate = 1e-4 epochs", "1e-4"),
    "learning_rate = 0,0001": Mistake("learning_rate", "learning_rate = 0,0001", "0.0001"),
    "max_length = 2,048": Mistake("max_length", "max_length = 2,048", "2048"),
    "max_length = 2.048": Mistake("max_length", "max_length = 2.048", "whole"),
    'max_length = "2048"': Mistake("max_length", 'max_length = "2048"', "2048"),
    "length = 2": Mistake("length = 2 epochs", "length = 2", "2 epochs"),
    "length = epochs(2)": Mistake("length = 2 epochs", "length = epochs(2)", "epochs"),
    "length = 2epoch": Mistake("length = 2 epochs", "length = 2epoch", "2 epochs"),
    'length = "2 epochs"': Mistake("length = 2 epochs", 'length = "2 epochs"', "2 epochs"),
    "length = 2 Epochs": Mistake("length = 2 epochs", "length = 2 Epochs", "2 epochs"),
    "length = 2 hours": Mistake("length = 2 epochs", "length = 2 hours", "epochs"),
    "length = 2k steps": Mistake("length = 2000 steps", "length = 2k steps", "2K steps"),
    "length = 2000 step": Mistake("length = 2000 steps", "length = 2000 step", "2000 steps"),
    "length = 2000 iterations": Mistake("length = 2000 steps", "length = 2000 iterations", "steps"),
    "test = 20": Mistake("test = 20%", "test = 20", "20%"),
    'test = "20%"': Mistake("test = 20%", 'test = "20%"', "20%"),
    "test = 120%": Mistake("test = 20%", "test = 120%", "100%"),
    "test_size = 20%": Mistake("test = 20%", "test_size = 20%", "test"),
    "val = 20%": Mistake("test = 20%", "val = 20%", "validation"),
    "dev = 5%": Mistake("validation = 5%", "dev = 5%", "validation"),
    "stratify_by = product": Mistake("stratify", "stratify_by = product", "stratify"),
    "shuffle = true": Mistake("seed = 7", "shuffle = true", "leave"),
    "require memory <= 24gb": Mistake("require memory", "require memory <= 24gb", "GB"),
    "require memory < = 24GiB": Mistake("require memory", "require memory < = 24GiB", "<="),
    "require vram <= 24GiB": Mistake("require memory", "require vram <= 24GiB", "memory"),
    "memory = 24GiB": Mistake("require memory", "memory = 24GiB", "require memory"),
    "max_memory = 24GiB": Mistake("require memory", "max_memory = 24GiB", "require memory"),
    "require time <= 6": Mistake("require time", "require time <= 6", "6h"),
    "require time <= 6 hr": Mistake("require time", "require time <= 6 hr", "6h"),
    'require time <= "6h"': Mistake("require time", 'require time <= "6h"', "6h"),
    "require duration <= 6h": Mistake("require time", "require duration <= 6h", "time"),
    "require time <= 24GiB": Mistake("require time", "require time <= 24GiB", "h"),
    "require cost <= 10$": Mistake("require cost", "require cost <= 10$", "10 USD"),
    "require cost <= 10 EUR": Mistake("require cost", "require cost <= 10 EUR", "USD"),
    "require cost <= 10": Mistake("require cost", "require cost <= 10", "10 USD"),
    "require price <= 10 USD": Mistake("require cost", "require price <= 10 USD", "cost"),
    "hourly_cost = 0.5": Mistake("hourly_cost", "hourly_cost = 0.5", "0.5 USD"),
    "hourly_cost = $0.5": Mistake("hourly_cost", "hourly_cost = $0.5", "0.5 USD"),
    "gpu = rtx4090": Mistake("gpu", "gpu = rtx4090", "rtx_4090"),
    "gpu = RTX_4090": Mistake("gpu", "gpu = RTX_4090", "rtx_4090"),
    "gpu = A100": Mistake("gpu", "gpu = A100", "a100"),
    "gpus = 2": Mistake("gpu", "gpus = 2", "count"),
    "device = cuda": Mistake("gpu", "device = cuda", "gpu"),
    "num_gpus = 2": Mistake("count", "num_gpus = 2", "count"),
    # Form.
    'owner: "support-ml"': Mistake("owner", 'owner: "support-ml"', "="),
    "owner = 'support-ml'": Mistake("owner", "owner = 'support-ml'", '"support-ml"'),
    "owner = support-ml": Mistake("owner", "owner = support-ml", '"support-ml"'),
    "owner = “support-ml”": Mistake("owner", "owner = “support-ml”", '"support-ml"'),
    '"owner": "support-ml",': Mistake("owner", '"owner": "support-ml",', "owner = "),
    'owner := "support-ml"': Mistake("owner", 'owner := "support-ml"', "="),
    'owner == "support-ml"': Mistake("owner", 'owner == "support-ml"', "="),
    'owner => "support-ml"': Mistake("owner", 'owner => "support-ml"', "="),
    'owner "support-ml"': Mistake("owner", 'owner "support-ml"', "="),
    "owner = null": Mistake("owner", "owner = null", "leave"),
    'owner = "support-ml" // the team': Mistake("owner", 'owner = "support-ml" // the team', "#"),
    'owner = "support-ml" /* the team */': Mistake("owner", 'owner = "support-ml" /* the team */', "#"),
    'owner = "support-ml";': Mistake("owner", 'owner = "support-ml";', "remove"),
    "owner =": Mistake("owner", "owner =", "value"),
    'owner = ["support-ml"]': Mistake("owner", 'owner = ["support-ml"]', '"support-ml"'),
    'Owner = "support-ml"': Mistake("owner", 'Owner = "support-ml"', "owner"),
    '- owner = "support-ml"': Mistake("owner", '- owner = "support-ml"', "remove"),
    'kind = "preference"': Mistake("kind =", 'kind = "preference"', "preference"),
    "kind = preferences": Mistake("kind =", "kind = preferences", "preference"),
    "kind = dpo": Mistake("kind =", "kind = dpo", "preference"),
    "type = preference": Mistake("kind =", "type = preference", "kind"),
    "facts_change = weekly": Mistake("facts_change", "facts_change = weekly", "monthly"),
    'facts_change = "monthly"': Mistake("facts_change", 'facts_change = "monthly"', "monthly"),
    "goal answers {": Mistake('goal "', "goal answers {", 'goal "'),
    'objective "Answer support questions" {': Mistake('goal "', 'objective "Answer support questions" {', "goal"),
    "model base": Mistake("model base {", "model base", "{"),
    "model: base {": Mistake("model base {", "model: base {", "model base {"),
    "model = base {": Mistake("model base {", "model = base {", "model base {"),
    "models base {": Mistake("model base {", "models base {", "model"),
    'model "base" {': Mistake("model base {", 'model "base" {', "base"),
    'source = hf("meta-llama/Llama-3.1-8B", revision = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")': Mistake(
        "source = hub",
        'source = hf("meta-llama/Llama-3.1-8B", revision = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")',
        "hub",
    ),
    'source = hub("meta-llama/Llama-3.1-8B", rev = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")': Mistake(
        "source = hub",
        'source = hub("meta-llama/Llama-3.1-8B", rev = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")',
        "revision",
    ),
    'source = hub("meta-llama/Llama-3.1-8B", revision: "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")': Mistake(
        "source = hub",
        'source = hub("meta-llama/Llama-3.1-8B", revision: "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")',
        "=",
    ),
    "source = hub(meta-llama/Llama-3.1-8B)": Mistake(
        "source = hub", "source = hub(meta-llama/Llama-3.1-8B)", '"meta-llama/Llama-3.1-8B"'
    ),
    'source = "meta-llama/Llama-3.1-8B"': Mistake(
        "source = hub", 'source = "meta-llama/Llama-3.1-8B"', 'hub("meta-llama/Llama-3.1-8B"'
    ),
    'source = hub["meta-llama/Llama-3.1-8B"]': Mistake(
        "source = hub", 'source = hub["meta-llama/Llama-3.1-8B"]', "hub("
    ),
    'path = "base"': Mistake("source = hub", 'path = "base"', 'source = path("base")'),
    'system = "You are helpful."': Mistake("system ", 'system = "You are helpful."', 'system "'),
    'system: "You are helpful."': Mistake("system ", 'system: "You are helpful."', 'system "'),
    'instruction "You are helpful."': Mistake("system ", 'instruction "You are helpful."', "system"),
    'system_prompt "You are helpful."': Mistake("system ", 'system_prompt "You are helpful."', "system"),
    'human "{{ question }}"': Mistake("user ", 'human "{{ question }}"', "user"),
    "user {{ question }}": Mistake("user ", "user {{ question }}", '"'),
    'user "{{ question }"': Mistake("user ", 'user "{{ question }"', "}}"),
    'user "{{ question | uper }}"': Mistake("user ", 'user "{{ question | uper }}"', "upper"),
    'gpt "{{ answer }}"': Mistake("assistant", 'gpt "{{ answer }}"', "assistant"),
    'completion "{{ answer }}"': Mistake("assistant", 'completion "{{ answer }}"', "assistant"),
    'asistant "{{ answer }}"': Mistake("assistant", 'asistant "{{ answer }}"', "assistant"),
    "output = answer": Mistake("assistant", "output = answer", 'assistant "'),
    'template = "reply"': Mistake("template = reply", 'template = "reply"', "reply"),
    "template = rply": Mistake("template = reply", "template = rply", "reply"),
    "prompt_template = reply": Mistake("template = reply", "prompt_template = reply", "template"),
    'source = csv("data/demos.csv", delimiter = ";", header = true)': Mistake(
        "source = csv", 'source = csv("data/demos.csv", delimiter = ";", header = true)', "delimiter"
    ),
    'source = csv("data/demos.csv", sep = ";")': Mistake(
        "source = csv", 'source = csv("data/demos.csv", sep = ";")', "delimiter"
    ),
    'source = tsv("data/demos.tsv")': Mistake("source = csv", 'source = tsv("data/demos.tsv")', "csv"),
    'files = "data/demos.csv"': Mistake("source = csv", 'files = "data/demos.csv"', "source = "),
    'source = csv("data/demos.csv")) ': Mistake("source = csv", 'source = csv("data/demos.csv")) ', "remove"),
    "dedup = near(0.8)": Mistake("deduplicate", "dedup = near(0.8)", "deduplicate"),
    "deduplicate = near": Mistake("deduplicate", "deduplicate = near", "near("),
    "deduplicate = fuzzy(0.8)": Mistake("deduplicate", "deduplicate = fuzzy(0.8)", "near"),
    "deduplicate = near(80)": Mistake("deduplicate", "deduplicate = near(80)", "80%"),
    "deduplicate = 0.8": Mistake("deduplicate", "deduplicate = 0.8", "near(0.8)"),
    "redact = true": Mistake("redact", "redact = true", "pii"),
    "redact_pii = true": Mistake("redact", "redact_pii = true", "redact"),
    "max_tokens = 1024.5": Mistake("max_tokens", "max_tokens = 1024.5", "whole"),
    "max_length = 1024": Mistake("max_tokens", "max_length = 1024", "max_tokens"),
    "drop_na = true": Mistake("drop_missing", "drop_na = true", "drop_missing"),
    "filter = \"answer != ''\"": Mistake("drop_missing", "filter = \"answer != ''\"", "keep"),
    "format = dpo": Mistake("format = preference", "format = dpo", "preference"),
    "format = pairs": Mistake("format = preference", "format = pairs", "preference"),
    "format = prompts": Mistake("format = prompt", "format = prompts", "prompt"),
    "type = prompt": Mistake("format = prompt", "type = prompt", "format"),
    "demos.train: 80%": Mistake("demos.train = 80%", "demos.train: 80%", "="),
    "demos.train 80%": Mistake("demos.train = 80%", "demos.train 80%", "="),
    "demo.train = 80%": Mistake("demos.train = 80%", "demo.train = 80%", "demos"),
    "demos.trian = 80%": Mistake("demos.train = 80%", "demos.trian = 80%", "demos.train"),
    "english = 20": Mistake("english = 20%", "english = 20", "20%"),
    # Trains.
    'data = demos["train"]': Mistake("data = demos.train", 'data = demos["train"]', "demos.train"),
    "data = demos/train": Mistake("data = demos.train", "data = demos/train", "demos.train"),
    "data = demos.Train": Mistake("data = demos.train", "data = demos.Train", "demos.train"),
    'data = "data/demos.csv"': Mistake("data = demos.train", 'data = "data/demos.csv"', "data"),
    "data = [demos.train, english]": Mistake("data = demos.train", "data = [demos.train, english]", "mixture"),
    "validation = demos.val": Mistake("validation = demos", "validation = demos.val", "demos.validation"),
    "eval_dataset = demos.validation": Mistake("validation = demos", "eval_dataset = demos.validation", "validation"),
    "method = QLoRA(rank = 32)": Mistake("method = qlora", "method = QLoRA(rank = 32)", "qlora"),
    "method = qlora(r = 32)": Mistake("method = qlora", "method = qlora(r = 32)", "rank"),
    "method = qlora(rank: 32)": Mistake("method = qlora", "method = qlora(rank: 32)", "="),
    "method = qlora(rank = 32, alpha = 64 dropout = 5%)": Mistake(
        "method = qlora", "method = qlora(rank = 32, alpha = 64 dropout = 5%)", ","
    ),
    "method = qlora(rank = 32, lora_dropout = 0.05)": Mistake(
        "method = qlora", "method = qlora(rank = 32, lora_dropout = 0.05)", "dropout"
    ),
    'method = qlora(rank = 32, targets = "all-linear")': Mistake(
        "method = qlora", 'method = qlora(rank = 32, targets = "all-linear")', "all_linear"
    ),
    "method = qlora(rank = 32, targets = all-linear)": Mistake(
        "method = qlora", "method = qlora(rank = 32, targets = all-linear)", "all_linear"
    ),
    "method = qlora(rank = 32, target_modules = all_linear)": Mistake(
        "method = qlora", "method = qlora(rank = 32, target_modules = all_linear)", "targets"
    ),
    "method = qlora(rank = 32, dropout = 5)": Mistake("method = qlora", "method = qlora(rank = 32, dropout = 5)", "5%"),
    "method = qlora(rank = 0)": Mistake("method = qlora", "method = qlora(rank = 0)", "1"),
    "method = qlora{rank = 32}": Mistake("method = qlora", "method = qlora{rank = 32}", "qlora("),
    "method = lora": Mistake("method = qlora", "method = lora", "lora("),
    'method = "qlora"': Mistake("method = qlora", 'method = "qlora"', "qlora("),
    "method = lora(rank = 32, use_dora = true)": Mistake(
        "method = qlora", "method = lora(rank = 32, use_dora = true)", "variant = dora"
    ),
    'method = lora(rank = 32, variant = "dora")': Mistake(
        "method = qlora", 'method = lora(rank = 32, variant = "dora")', "dora"
    ),
    "method = dora(rank = 32)": Mistake("method = qlora", "method = dora(rank = 32)", "variant = dora"),
    "method = full": Mistake("method = qlora", "method = full", "full()"),
    "method = freeze(layers = 4)": Mistake("method = qlora", "method = freeze(layers = 4)", "train = last(4)"),
    "scheduler = cosine": Mistake("scheduler", "scheduler = cosine", "cosine("),
    "scheduler = cosine(warmup_steps = 100)": Mistake("scheduler", "scheduler = cosine(warmup_steps = 100)", "warmup"),
    'scheduler = "cosine"': Mistake("scheduler", 'scheduler = "cosine"', "cosine("),
    "scheduler = cosine_with_warmup(warmup = 3%)": Mistake(
        "scheduler", "scheduler = cosine_with_warmup(warmup = 3%)", "cosine"
    ),
    "objective = reward": Mistake("objective = reward", "objective = reward", "reward()"),
    'objective = "reward"': Mistake("objective = reward", 'objective = "reward"', "reward()"),
    "objective = rm()": Mistake("objective = reward", "objective = rm()", "reward"),
    "objective = ppo(reward_model = judge, kl = 0.05, clip = 0.2)": Mistake(
        "objective = ppo", "objective = ppo(reward_model = judge, kl = 0.05, clip = 0.2)", "reward"
    ),
    'objective = ppo(reward = "judge", kl = 0.05)': Mistake(
        "objective = ppo", 'objective = ppo(reward = "judge", kl = 0.05)', "judge"
    ),
    "objective = ppo(reward = judges, kl = 0.05)": Mistake(
        "objective = ppo", "objective = ppo(reward = judges, kl = 0.05)", "judge"
    ),
    "objective = ppo(reward = judge, kl_coef = 0.05)": Mistake(
        "objective = ppo", "objective = ppo(reward = judge, kl_coef = 0.05)", "kl"
    ),
    "objective = ppo(reward = judge, cliprange = 0.2)": Mistake(
        "objective = ppo", "objective = ppo(reward = judge, cliprange = 0.2)", "clip"
    ),
    "objective = ppo(kl = 0.05)": Mistake("objective = ppo", "objective = ppo(kl = 0.05)", "reward = "),
    'trainer = "ppo"': Mistake("objective = ppo", 'trainer = "ppo"', "objective"),
    "init_from = imitation": Mistake("from = imitation", "init_from = imitation", "from"),
    'from = "imitation"': Mistake("from = imitation", 'from = "imitation"', "imitation"),
    "from = imitaton": Mistake("from = imitation", "from = imitaton", "imitation"),
    "from = base": Mistake("from = imitation", "from = base", "model"),
    "base = imitation": Mistake("from = imitation", "base = imitation", "from"),
    "train judge : imitation {": Mistake("train judge", "train judge : imitation {", "extends"),
    "train judge from imitation {": Mistake("train judge", "train judge from imitation {", "extends"),
    "trian judge {": Mistake("train judge", "trian judge {", "train"),
    "train the judge {": Mistake("train judge", "train the judge {", "_"),
    "early_stopping = 3": Mistake("early_stopping", "early_stopping = 3", "early_stopping(patience = 3)"),
    "early_stopping_patience = 3": Mistake(
        "early_stopping", "early_stopping_patience = 3", "early_stopping(patience = 3)"
    ),
    "early_stopping = early_stopping(3)": Mistake("early_stopping", "early_stopping = early_stopping(3)", "patience"),
    # Gates.
    "require preference_accuracy(choices.test, of = judge) >= 70": Mistake(
        "require preference", "require preference_accuracy(choices.test, of = judge) >= 70", "70%"
    ),
    "require preference_accuracy(choices.test, of = judg) >= 70%": Mistake(
        "require preference", "require preference_accuracy(choices.test, of = judg) >= 70%", "judge"
    ),
    "require preference_accuracy(choices.test, model = judge) >= 70%": Mistake(
        "require preference", "require preference_accuracy(choices.test, model = judge) >= 70%", "of"
    ),
    "require preference_accuracy(choices.test, of: judge) >= 70%": Mistake(
        "require preference", "require preference_accuracy(choices.test, of: judge) >= 70%", "="
    ),
    "require preference_accuracy(choices.tests, of = judge) >= 70%": Mistake(
        "require preference", "require preference_accuracy(choices.tests, of = judge) >= 70%", "choices.test"
    ),
    "require preference_accuracy[choices.test] >= 70%": Mistake(
        "require preference", "require preference_accuracy[choices.test] >= 70%", "("
    ),
    "require preference_accuracy(choices.test, of = judge) ≥ 70%": Mistake(
        "require preference", "require preference_accuracy(choices.test, of = judge) ≥ 70%", ">="
    ),
    "require preference_accuracy(choices.test, of = judge) > = 70%": Mistake(
        "require preference", "require preference_accuracy(choices.test, of = judge) > = 70%", ">="
    ),
    "require preference_accuracy(choices.test, of = judge) at least 70%": Mistake(
        "require preference", "require preference_accuracy(choices.test, of = judge) at least 70%", ">="
    ),
    "require preference_accuracy(choices.test, of = judge) >= 70% && perplexity(demos.test) <= 20": Mistake(
        "require preference",
        "require preference_accuracy(choices.test, of = judge) >= 70% && perplexity(demos.test) <= 20",
        "and",
    ),
    "preference_accuracy(choices.test, of = judge) >= 70%": Mistake(
        "require preference", "preference_accuracy(choices.test, of = judge) >= 70%", "require"
    ),
    "preference_accuracy = 70%": Mistake(
        "require preference", "preference_accuracy = 70%", "require preference_accuracy"
    ),
    "must preference_accuracy(choices.test, of = judge) >= 70%": Mistake(
        "require preference", "must preference_accuracy(choices.test, of = judge) >= 70%", "require"
    ),
    "required preference_accuracy(choices.test, of = judge) >= 70%": Mistake(
        "require preference", "required preference_accuracy(choices.test, of = judge) >= 70%", "require"
    ),
    "Require preference_accuracy(choices.test, of = judge) >= 70%": Mistake(
        "require preference", "Require preference_accuracy(choices.test, of = judge) >= 70%", "require"
    ),
    "require pref_accuracy(choices.test, of = judge) >= 70%": Mistake(
        "require preference", "require pref_accuracy(choices.test, of = judge) >= 70%", "preference_accuracy"
    ),
    "require accurracy(demos.test) >= 70%": Mistake(
        "require preference", "require accurracy(demos.test) >= 70%", "accuracy"
    ),
    'require f1(demos.test, average = "macro") >= 70%': Mistake(
        "require preference", 'require f1(demos.test, average = "macro") >= 70%', "macro"
    ),
    "require f1(demos.test, average = marco) >= 70%": Mistake(
        "require preference", "require f1(demos.test, average = marco) >= 70%", "macro"
    ),
    "require f1(demos.test, macro) >= 70%": Mistake(
        "require preference", "require f1(demos.test, macro) >= 70%", "average = macro"
    ),
    "require macro_f1(demos.test) >= 70%": Mistake(
        "require preference", "require macro_f1(demos.test) >= 70%", "average = macro"
    ),
    "require rouge(demos.test) >= 30%": Mistake("require preference", "require rouge(demos.test) >= 30%", "rouge_l"),
    "require rougeL(demos.test) >= 30%": Mistake("require preference", "require rougeL(demos.test) >= 30%", "rouge_l"),
    "require bleu(demos.test) >= baseline + 5": Mistake(
        "require preference", "require bleu(demos.test) >= baseline + 5", "5%"
    ),
    "require accuracy(demos.test) >= base + 5%": Mistake(
        "require preference", "require accuracy(demos.test) >= base + 5%", "baseline"
    ),
    "require accuracy(demos.test) >= baseline_score": Mistake(
        "require preference", "require accuracy(demos.test) >= baseline_score", "baseline"
    ),
    "require accuracy(demos) >= 70%": Mistake("require preference", "require accuracy(demos) >= 70%", ".test"),
    'require accuracy("demos.test") >= 70%': Mistake(
        "require preference", 'require accuracy("demos.test") >= 70%', "demos.test"
    ),
    "require accuracy(demos.train) >= 70%": Mistake(
        "require preference", "require accuracy(demos.train) >= 70%", "demos.test"
    ),
    "require 70% <= preference_accuracy(choices.test) <= 90%": Mistake(
        "require preference", "require 70% <= preference_accuracy(choices.test) <= 90%", "and"
    ),
    "require accuracy(demos.test)": Mistake("require preference", "require accuracy(demos.test)", ">="),
    "require accuracy(demos.test) >= 0.7 because good": Mistake(
        "require preference", "require accuracy(demos.test) >= 0.7 because good", '"good"'
    ),
    'require accuracy(demos.test) >= 0.7, because "good"': Mistake(
        "require preference", 'require accuracy(demos.test) >= 0.7, because "good"', "remove"
    ),
    "require win_rate(prompts.test, of = policy, against = imitation, judge = judge) >= 60%": Mistake(
        "require win_rate",
        "require win_rate(prompts.test, of = policy, against = imitation, judge = judge) >= 60%",
        "over",
    ),
    "require win_rate(prompts.test, of = policy, over = imitation, judge = gpt4) >= 60%": Mistake(
        "require win_rate",
        "require win_rate(prompts.test, of = policy, over = imitation, judge = gpt4) >= 60%",
        "judge",
    ),
    "require perplexity(demos.test) <= 110% * baseline because it reads well": Mistake(
        "require perplexity",
        "require perplexity(demos.test) <= 110% * baseline because it reads well",
        '"it reads well"',
    ),
    "require ppl(demos.test) <= 1.1 * baseline": Mistake(
        "require perplexity", "require ppl(demos.test) <= 1.1 * baseline", "perplexity"
    ),
    "require perplexity(demos.test) <= 1.1x baseline": Mistake(
        "require perplexity", "require perplexity(demos.test) <= 1.1x baseline", "1.1 * baseline"
    ),
    "require perplexity(demos.test) <= 1.1 baseline": Mistake(
        "require perplexity", "require perplexity(demos.test) <= 1.1 baseline", "*"
    ),
    "require perplexity(demos.test) <= baseline * 1,1": Mistake(
        "require perplexity", "require perplexity(demos.test) <= baseline * 1,1", "1.1"
    ),
    "require perplexity(demos.test) <= 10%": Mistake(
        "require perplexity", "require perplexity(demos.test) <= 10%", "number"
    ),
    "warning memorization(demos.train) <= 2%": Mistake(
        "warn memorization", "warning memorization(demos.train) <= 2%", "warn"
    ),
    "report latency(demos.test, p = 95)": Mistake("report latency", "report latency(demos.test, p = 95)", "percentile"),
    "report latency(demos.test, percentile = 95%)": Mistake(
        "report latency", "report latency(demos.test, percentile = 95%)", "95"
    ),
    "report latency(demos.test, percentile = p95)": Mistake(
        "report latency", "report latency(demos.test, percentile = p95)", "95"
    ),
    "report latency": Mistake("report latency", "report latency", "latency("),
    "require latency(demos.test) <= 200": Mistake("report latency", "require latency(demos.test) <= 200", "ms"),
    "confidence = 95": Mistake("confidence", "confidence = 95", "95%"),
    "confidence_level = 95%": Mistake("confidence", "confidence_level = 95%", "confidence"),
    "alpha = 0.05": Mistake("confidence", "alpha = 0.05", "confidence"),
    # Output, overlay.
    "merge = yes": Mistake("merge = true", "merge = yes", "true"),
    "merged = true": Mistake("merge = true", "merged = true", "merge"),
    "merge_adapter = true": Mistake("merge = true", "merge_adapter = true", "merge"),
    'push = "org/assist"': Mistake("push", 'push = "org/assist"', 'hub("org/assist"'),
    "push_to_hub = true": Mistake("push", "push_to_hub = true", "push"),
    'hub_model_id = "org/assist"': Mistake("push", 'hub_model_id = "org/assist"', 'push = hub("org/assist"'),
    'push = hub("org/assist", private = True)': Mistake("push", 'push = hub("org/assist", private = True)', "true"),
    "ship_on = passed": Mistake("ship_on", "ship_on = passed", "pass"),
    'ship_on = "pass"': Mistake("ship_on", 'ship_on = "pass"', "pass"),
    "imitaton.length = 5 steps": Mistake("imitation.length", "imitaton.length = 5 steps", "imitation"),
    "imitation.lenght = 5 steps": Mistake("imitation.length", "imitation.lenght = 5 steps", "length"),
    "length = 5 steps": Mistake("imitation.length", "length = 5 steps", "imitation.length"),
    "imitation.length: 5 steps": Mistake("imitation.length", "imitation.length: 5 steps", "="),
    'imitation["length"] = 5 steps': Mistake("imitation.length", 'imitation["length"] = 5 steps', "imitation.length"),
    "let rate: 1e-4": Mistake("let rate", "let rate: 1e-4", "="),
    "rate = 1e-4": Mistake("let rate", "rate = 1e-4", "let"),
    "const rate = 1e-4": Mistake("let rate", "const rate = 1e-4", "let"),
    "ftspec: 1": Mistake("ftspec 1", "ftspec: 1", "ftspec 1"),
    "version = 1": Mistake("ftspec 1", "version = 1", "ftspec 1"),
    "ftspec 2": Mistake("ftspec 1", "ftspec 2", "ftspec 1"),
}
"""By what is written."""
