"""A LLaMA-Factory config, read after the examples of its repository."""

from __future__ import annotations

from typing import Any

from ftspec.convert import common, objectives
from ftspec.convert.draft import Draft, number, quoted
from ftspec.convert.fate import Handler, Said, dropped, drops, mapped, suspicious
from ftspec.convert.trl import draft_validation

_SIZE, _ACCUMULATION = common.batches("per_device_train_batch_size")
_STAGES = {"sft": "sft", "pt": "pretrain", "rm": "reward", "dpo": "dpo", "kto": "kto", "ppo": "ppo"}


def _stage(draft: Draft, value: Any) -> Said:
    said = draft.keyword("objective", "objectives", _STAGES.get(str(value), str(value)))
    if "pref_loss" in draft.config:
        objectives.loss(draft, draft.config["pref_loss"])
    return said


def _method(draft: Draft, value: Any) -> Said:
    quantized = draft.config.get("quantization_bit") == 4 and value == "lora"
    return draft.keyword("method", "methods", "qlora" if quantized else str(value))


def _bits(draft: Draft, value: Any) -> Said:
    if value == 4:
        return mapped("method = qlora(…)")
    if value == 8:
        draft.model["quantization"] = "int8()"
        return mapped("model base: quantization = int8()")
    return suspicious(f"ftspec stores weights in 4 or 8 bits, not in {value}")


def _datasets(draft: Draft, value: Any) -> Said:
    """Names that its dataset_info.json explains: the files are a guess."""
    folder = str(draft.config.get("dataset_dir") or "data").rstrip("/")
    names = [each.strip() for each in value.split(",")] if isinstance(value, str) else [str(each) for each in value]
    for each in dict.fromkeys(names):
        draft.add_data(each, f"json({quoted(f'{folder}/{each}.json')})")
    listed = ", ".join(f"data {each.name}" for each in draft.data)
    return suspicious(f"{listed}: look the files up in {folder}/dataset_info.json")


def _not_checkpointed(draft: Draft, value: Any) -> Said:
    return draft.attribute("gradient_checkpointing", "false" if value else "true")


def _template(draft: Draft, value: Any) -> Said:
    return suspicious(
        f"`{value}` is LLaMA-Factory's; the model's own chat template is used: compare with `ftspec preview`"
    )


def _samples(draft: Draft, value: Any) -> Said:
    return suspicious(f"only {value} rows of each data set train: shorten the files, or leave it out")


KEYS: dict[str, Handler] = {
    **common.TRAINING,
    **objectives.KEYS,
    "reward_model": objectives.KEYS["reward_model_path"],
    "model_name_or_path": common.hub_model,
    "model_revision": common.revision,
    "stage": _stage,
    "finetuning_type": _method,
    "dataset": _datasets,
    "dataset_dir": drops("part of the data's source"),
    "eval_dataset": lambda draft, value: suspicious("write a data block, and gates that read it"),
    "template": _template,
    "cutoff_len": common.attribute("max_length", common.whole),
    "max_samples": _samples,
    "val_size": draft_validation,
    "packing": common.attribute("packing", common.switch),
    "neat_packing": drops("rows that share a sequence never see each other"),
    "train_on_prompt": lambda draft, value: (
        suspicious("prompts train too: write a template with `train = [system, user, assistant]`")
        if value
        else dropped("only answers train")
    ),
    "per_device_train_batch_size": _SIZE,
    "gradient_accumulation_steps": _ACCUMULATION,
    "num_train_epochs": common.epochs,
    "lr_scheduler_type": common.scheduler,
    "optim": common.optimizer,
    "lora_rank": common.argument("method", "rank", common.whole),
    "lora_target": common.targets,
    "oft_block_size": common.argument("method", "block_size", common.whole),
    "oft_target": common.targets,
    "loraplus_lr_ratio": common.argument("method", "loraplus_lr_ratio", number),
    "use_dora": lambda draft, value: draft.argument("method", "variant", "dora") if value else dropped("plain LoRA"),
    "use_rslora": lambda draft, value: (
        draft.argument("method", "variant", "rslora") if value else dropped("plain LoRA")
    ),
    "quantization_bit": _bits,
    "quantization_method": lambda draft, value: (
        dropped("bitsandbytes") if value in ("bnb", "bitsandbytes") else suspicious(f"ftspec has no `{value}`")
    ),
    "double_quantization": common.argument("method", "double", common.switch),
    "pref_beta": common.argument("objective", "beta", number),
    "pref_loss": objectives.loss,
    "pure_bf16": common.precision("bf16"),
    "disable_gradient_checkpointing": _not_checkpointed,
    "freeze_trainable_layers": lambda draft, value: draft.argument("method", "train", f"last({common.whole(value)})"),
    "flash_attn": common.CHOSEN,
    "plot_loss": common.LOGGING,
    "overwrite_cache": common.SPEED,
    "preprocessing_num_workers": common.SPEED,
    "include_num_input_tokens_seen": common.LOGGING,
    "use_v1_kernels": common.SPEED,
    "enable_liger_kernel": common.SPEED,
    "use_unsloth": common.SPEED,
}

PREFIXES: dict[str, Handler] = {
    "tensor_model_parallel": common.DISTRIBUTED,
    "pipeline_model_parallel": common.DISTRIBUTED,
    "expert_model_parallel": common.DISTRIBUTED,
    "context_parallel": common.DISTRIBUTED,
    "sequence_parallel": common.DISTRIBUTED,
    "use_distributed_optimizer": common.DISTRIBUTED,
    "overlap_": common.DISTRIBUTED,
    "fsdp_": common.DISTRIBUTED,
    "swanlab_": common.LOGGING,
}


def prepare(draft: Draft) -> None:
    """Nothing follows from keys that are not there: LLaMA-Factory's own default is LoRA, as here."""
