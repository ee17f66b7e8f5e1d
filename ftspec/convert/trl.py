"""A config of TRL's command line (`trl sft --config FILE`), read after TRL 1.16."""

from __future__ import annotations

from typing import Any

from ftspec.convert import common, objectives
from ftspec.convert.draft import Draft, number, quoted, share
from ftspec.convert.fate import Handler, Said, dropped, drops, mapped, suspicious

_SIZE, _ACCUMULATION = common.batches("per_device_train_batch_size")


def _dataset(draft: Draft, value: Any) -> Said:
    extra = {"config": draft.config.get("dataset_config"), "split": draft.config.get("dataset_train_split")}
    given = "".join(f", {name} = {quoted(each)}" for name, each in extra.items() if each)
    source = f"hub({quoted(value)}{given})"
    return mapped(f"data {draft.add_data(str(value), source).name}: source = {source}")


def _peft(draft: Draft, value: Any) -> Said:
    quantized = bool(draft.config.get("load_in_4bit"))
    return draft.keyword("method", "methods", ("qlora" if quantized else "lora") if value else "full")


def _four_bits(draft: Draft, value: Any) -> Said:
    return mapped("method = qlora(…)") if value else dropped("the weights are not quantized")


def _eight_bits(draft: Draft, value: Any) -> Said:
    if not value:
        return dropped("the weights are not quantized")
    draft.model["quantization"] = "int8()"
    return mapped("model base: quantization = int8()")


def _beta(draft: Draft, value: Any) -> Said:
    return draft.argument("objective", "beta", number(value))


KEYS: dict[str, Handler] = {
    **common.TRAINING,
    **objectives.KEYS,
    "model_name_or_path": common.hub_model,
    "model_revision": common.revision,
    "dtype": drops("`precision` says it; by default bf16 where the device has it"),
    "torch_dtype": drops("`precision` says it; by default bf16 where the device has it"),
    "dataset_name": _dataset,
    "dataset_config": drops("part of the data's source"),
    "dataset_train_split": drops("part of the data's source"),
    "dataset_test_split": drops("ftspec shares out the rows itself: `split { … }`"),
    "dataset_num_proc": common.SPEED,
    "dataset_text_field": drops("the shape of the rows is recognised; or name a template"),
    "num_train_epochs": common.epochs,
    "per_device_train_batch_size": _SIZE,
    "gradient_accumulation_steps": _ACCUMULATION,
    "max_length": common.attribute("max_length", common.whole),
    "max_seq_length": common.attribute("max_length", common.whole),
    "packing": common.attribute("packing", common.switch),
    "packing_strategy": drops("rows that share a sequence never see each other"),
    "completion_only_loss": drops("only answers train; a template's `train` says otherwise"),
    "assistant_only_loss": drops("only answers train; a template's `train` says otherwise"),
    "eos_token": common.ONE_TOKENIZER,
    "pad_token": common.ONE_TOKENIZER,
    "lr_scheduler_type": common.scheduler,
    "optim": common.optimizer,
    "use_peft": _peft,
    "lora_r": common.argument("method", "rank", common.whole),
    "lora_target_modules": common.targets,
    "lora_modules_to_save": common.argument("method", "modules_to_save", lambda names: f"[{', '.join(names)}]"),
    "lora_task_type": drops("it follows from the objective"),
    "use_rslora": lambda draft, value: (
        draft.argument("method", "variant", "rslora") if value else dropped("plain scaling")
    ),
    "use_dora": lambda draft, value: draft.argument("method", "variant", "dora") if value else dropped("plain LoRA"),
    "load_in_4bit": _four_bits,
    "load_in_8bit": _eight_bits,
    "bnb_4bit_quant_type": common.argument("method", "quant_type", lambda name: str(name)),
    "use_bnb_nested_quant": common.argument("method", "double", common.switch),
    "beta": _beta,
    "loss_type": objectives.loss,
    "eval_dataset_split": common.EVALUATION,
    "validation_split": lambda draft, value: draft_validation(draft, value),
    "use_vllm": common.SPEED,
    "num_generations": common.argument("objective", "generations", common.whole),
    "max_completion_length": common.argument("objective", "max_new_tokens", common.whole),
    "neftune_noise_alpha": lambda draft, value: (
        suspicious("ftspec adds no noise to embeddings") if value else dropped("no noise")
    ),
}


def draft_validation(draft: Draft, value: Any) -> Said:
    """The share of rows that is held out; a count of rows has no share."""
    if float(number(value)) > 1:
        return suspicious("a count of rows: write a share, `split { validation = 10% }`")
    if float(number(value)) == 0:
        return dropped("nothing is held out by the config; ftspec holds out 10 % for validation and 10 % for gates")
    draft.validation = float(number(value))
    return mapped(f"split: validation = {share(value)}, and 10 % for gates")


def prepare(draft: Draft) -> None:
    """A trainer is known by the keys that it alone has; without `use_peft` all weights train."""
    objectives.infer(draft)
    if "use_peft" not in draft.config:
        draft.keyword("method", "methods", "full")
