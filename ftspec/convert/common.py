"""Handlers that several tools share, and the reasons for what a spec does not need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ftspec.convert.draft import Draft, number, quoted, share, word
from ftspec.convert.fate import Handler, Said, dropped, drops, mapped, suspicious

OWN_FOLDER = drops("every run has a folder of its own under runs/")
LOGGING = drops("every run keeps its record; `ftspec report` shows it")
SPEED = drops("changes speed alone; ftspec chooses it for the device")
CHOSEN = drops("ftspec chooses it for the device, and the plan says what and why")
ONE_TOKENIZER = drops("the tokenizer is the model's own")
RESUMES = drops("running the same spec again resumes it")
EVALUATION = drops("validation loss is watched by itself; gates measure the rest")
DISTRIBUTED = drops("`hardware { count = … }` says how many devices there are; sharding follows")


def attribute(name: str, write: Callable[[Any], str]) -> Handler:
    """An attribute of the stage with the value as `write` writes it."""
    return lambda draft, value: draft.attribute(name, write(value))


def argument(of: str, name: str, write: Callable[[Any], str]) -> Handler:
    """An argument of one of the stage's calls."""
    return lambda draft, value: draft.argument(of, name, write(value))


def switch(value: Any) -> str:
    """`true` or `false`. Raises ValueError."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return str(value).lower()


def whole(value: Any) -> str:
    """A whole number. Raises ValueError."""
    if float(number(value)) != int(float(number(value))):
        raise ValueError(f"{value!r} is no whole number")
    return number(value)


def hub_model(draft: Draft, value: Any) -> Said:
    """A local folder where the name is a path, else a repository of the hub."""
    text = str(value)
    if text.startswith((".", "/", "~")) or text.count("/") > 1:
        draft.model["source"] = f"path({quoted(text)})"
        where = suspicious if text.startswith(("/", "~")) else mapped
        return where(f"model base: source = path({quoted(text)})")
    draft.model["source"] = f"hub({quoted(text)})"
    return mapped(f"model base: source = hub({quoted(text)}); `ftspec lock` pins it")


def revision(draft: Draft, value: Any) -> Said:
    """The model's commit or branch, where its source is a hub."""
    source = draft.model.get("source", "")
    if not source.startswith("hub("):
        return suspicious("a revision without a model of the hub")
    draft.model["source"] = f"{source[:-1]}, revision = {quoted(value)})"
    return mapped(f"model base: revision = {quoted(value)}")


def epochs(draft: Draft, value: Any) -> Said:
    """A length in epochs, unless steps are given too: then those count."""
    if float(number(draft.config.get("max_steps") or 0)) > 0:
        return dropped("`max_steps` is given too, and counts")
    return draft.attribute("length", f"{number(value)} epochs")


def steps(draft: Draft, value: Any) -> Said:
    """A length in steps; zero and below mean that epochs count."""
    if float(number(value)) <= 0:
        return dropped("epochs are counted")
    return draft.attribute("length", f"{whole(value)} steps")


def batches(micro: str) -> tuple[Handler, Handler]:
    """Handlers for the rows on a device at a time, called `micro`, and for the micro batches of a step."""

    def size(draft: Draft, value: Any) -> Said:
        draft.attribute("micro_batch_size", whole(value))
        count = int(draft.config.get("gradient_accumulation_steps") or 1) * int(whole(value))
        return mapped(f"micro_batch_size = {value}, and batch_size = {draft_batch(draft, count)} on one device")

    def accumulation(draft: Draft, value: Any) -> Said:
        if draft.config.get(micro) is None:
            return suspicious("without a batch size on the device it says nothing")
        return mapped(f"batch_size = {whole(value)} × {draft.config[micro]}")

    return size, accumulation


def draft_batch(draft: Draft, count: int) -> int:
    """Notes the examples of one optimizer step."""
    draft.attribute("batch_size", str(count))
    return count


def precision(name: str) -> Handler:
    """`bf16: true`; `false` leaves the choice to the device."""

    def handler(draft: Draft, value: Any) -> Said:
        if value in (True, "full"):
            return draft.attribute("precision", name)
        return dropped("the device decides: `precision = auto`")

    return handler


def checkpointing(draft: Draft, value: Any) -> Said:
    """`true`, `false`, or a way of doing it that only one tool has."""
    if isinstance(value, bool):
        return draft.attribute("gradient_checkpointing", switch(value))
    draft.attribute("gradient_checkpointing", "true")
    return suspicious(f"gradient_checkpointing = true; `{value}` is a way of doing it that ftspec does not have")


def remote_code(draft: Draft, value: Any) -> Said:
    """A model that needs it cannot be trained here."""
    if value:
        return suspicious("ftspec runs no code that a model brings along; transformers must know the architecture")
    return dropped("ftspec runs no code that a model brings along")


_OPTIMIZERS = {
    "adamw_torch": "adamw",
    "adamw_torch_fused": "adamw",
    "adamw_hf": "adamw",
    "adamw": "adamw",
    "adamw_bnb_8bit": "adamw_8bit",
    "adamw_8bit": "adamw_8bit",
    "paged_adamw_8bit": "paged_adamw_8bit",
    "paged_adamw_32bit": "paged_adamw_32bit",
    "adafactor": "adafactor",
    "lion_32bit": "lion",
    "lion_pytorch": "lion",
    "sgd": "sgd",
}


def optimizer(draft: Draft, value: Any) -> Said:
    """An optimizer by the name that transformers has for it."""
    ours = _OPTIMIZERS.get(str(value))
    if ours is None:
        return suspicious(f"ftspec has no optimizer `{value}`: adamw() is used")
    return draft.keyword("optimizer", "optimizers", ours)


_SCHEDULERS = {"constant_with_warmup": "constant", "warmup_stable_decay": "warmup_stable_decay"}


def scheduler(draft: Draft, value: Any) -> Said:
    """A scheduler by the name that transformers has for it."""
    return draft.keyword("scheduler", "schedulers", _SCHEDULERS.get(str(value), str(value)))


def warmup_steps(draft: Draft, value: Any) -> Said:
    """A share of the training, which is known where its length is counted in steps."""
    total = float(number(draft.config.get("max_steps") or 0))
    if float(number(value)) == 0:
        return dropped("no warm-up")
    if total <= 0:
        return suspicious("write the warm-up as a share: `scheduler = cosine(warmup = 3%)`")
    return draft.argument("scheduler", "warmup", share(float(number(value)) / total))


def betas(draft: Draft, value: Any) -> Said:
    """Both betas of Adam, of which a config may give one."""
    first, second = draft.config.get("adam_beta1", 0.9), draft.config.get("adam_beta2", 0.999)
    return draft.argument("optimizer", "betas", f"[{number(first)}, {number(second)}]")


def targets(draft: Draft, value: Any) -> Said:
    """Names of modules; `all` and `all-linear` are all linear ones."""
    names = [each.strip() for each in value.split(",")] if isinstance(value, str) else list(value)
    if names in (["all"], ["all-linear"]):
        return draft.argument("method", "targets", "all_linear")
    if not all(isinstance(each, str) and each.replace("_", "a").isalnum() for each in names):
        return suspicious("these are patterns, and `targets` takes names of modules: [q_proj, v_proj]")
    return draft.argument("method", "targets", f"[{', '.join(map(word, names))}]")


def objective(name: str) -> Handler:
    """An objective, whatever the value."""
    return lambda draft, value: draft.keyword("objective", "objectives", name)


def seed(draft: Draft, value: Any) -> Said:
    """The seed of the stage."""
    return draft.attribute("seed", whole(value))


def save_steps(draft: Draft, value: Any) -> Said:
    """Steps between checkpoints; a share or zero leaves it to ftspec."""
    if isinstance(value, int) and value > 0:
        return draft.attribute("checkpoint_every", f"{value} steps")
    return dropped("about twenty checkpoints are kept in a run")


TRAINING: dict[str, Handler] = {
    "learning_rate": attribute("learning_rate", number),
    "weight_decay": attribute("weight_decay", number),
    "max_grad_norm": attribute("max_grad_norm", number),
    "max_steps": steps,
    "warmup_ratio": argument("scheduler", "warmup", share),
    "warmup_steps": warmup_steps,
    "adam_beta1": betas,
    "adam_beta2": betas,
    "adam_epsilon": argument("optimizer", "eps", number),
    "seed": seed,
    "save_steps": save_steps,
    "bf16": precision("bf16"),
    "fp16": precision("fp16"),
    "gradient_checkpointing": checkpointing,
    "gradient_checkpointing_kwargs": SPEED,
    "lora_alpha": argument("method", "alpha", number),
    "lora_dropout": argument("method", "dropout", share),
    "trust_remote_code": remote_code,
    "output_dir": OWN_FOLDER,
    "overwrite_output_dir": OWN_FOLDER,
    "logging_steps": LOGGING,
    "logging_first_step": LOGGING,
    "logging_strategy": LOGGING,
    "report_to": LOGGING,
    "run_name": LOGGING,
    "disable_tqdm": LOGGING,
    "resume_from_checkpoint": RESUMES,
    "save_strategy": RESUMES,
    "save_total_limit": RESUMES,
    "save_only_model": RESUMES,
    "save_safetensors": RESUMES,
    "eval_strategy": EVALUATION,
    "eval_steps": EVALUATION,
    "per_device_eval_batch_size": EVALUATION,
    "do_train": drops("a spec trains"),
    "do_eval": EVALUATION,
    "tf32": CHOSEN,
    "attn_implementation": CHOSEN,
    "dataloader_num_workers": SPEED,
    "dataloader_pin_memory": SPEED,
    "group_by_length": SPEED,
    "remove_unused_columns": SPEED,
    "ddp_timeout": DISTRIBUTED,
    "ddp_find_unused_parameters": DISTRIBUTED,
    "deepspeed": DISTRIBUTED,
    "fsdp": DISTRIBUTED,
    "fsdp_config": DISTRIBUTED,
    "torch_compile": SPEED,
    "use_liger_kernel": SPEED,
    "push_to_hub": lambda draft, value: (
        suspicious('write `output { push = hub("org/name") }`') if value else dropped("nothing is pushed")
    ),
    "hub_model_id": lambda draft, value: suspicious(f"write `output {{ push = hub({quoted(value)}) }}`"),
}
"""What transformers' `TrainingArguments` call things: TRL and LLaMA-Factory take them over, axolotl most of them."""
