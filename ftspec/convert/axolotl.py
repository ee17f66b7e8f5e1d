"""An axolotl config, read after the examples of its repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.convert import common, objectives
from ftspec.convert.draft import Draft, number, quoted, word
from ftspec.convert.fate import Handler, Said, dropped, drops, mapped, suspicious
from ftspec.convert.trl import draft_validation
from ftspec.kinds import find

_SIZE, _ACCUMULATION = common.batches("micro_batch_size")
_READERS = {"json": "jsonl", "jsonl": "jsonl", "csv": "csv", "parquet": "parquet", "text": "text", "txt": "text"}
_TYPES = {
    "alpaca": ("template", "alpaca"),
    "chat_template": ("format", "chat"),
    "completion": ("format", "text"),
    "chat_template.default": ("format", "preference"),
    "chat_template.argilla": ("format", "preference"),
}
_KNOWN = frozenset({"path", "type", "split", "name", "ds_type", "data_files", "revision"})


def _datasets(draft: Draft, value: Any) -> Said:
    """Every data set of the list; several become a mixture of equal shares."""
    doubts = [doubt for each in value for doubt in _dataset(draft, each if isinstance(each, Mapping) else {})]
    names = ", ".join(f"data {each.name}" for each in draft.data)
    if len(draft.data) > 1:
        doubts.append("rows were joined; the mixture has equal shares: set them by how many rows there are")
    return suspicious(f"{names}: {'; '.join(doubts)}") if doubts else mapped(names)


def _dataset(draft: Draft, given: Mapping[str, Any]) -> list[str]:
    path = str(given.get("path", "rows.jsonl"))
    one = draft.add_data(path, _source(path, given))
    doubts = [f"`{key}` is not taken over" for key in given if key not in _KNOWN and given[key] is not None]
    kind = given.get("type")
    attribute, word_ = _TYPES.get(str(kind), (None, None))
    if attribute == "template":
        one.template = word_
    elif attribute == "format":
        one.format = word_
    elif kind is not None:
        doubts.append(f"its type `{kind if isinstance(kind, str) else 'of its own'}` is not known: write a template")
    return doubts


def _source(path: str, given: Mapping[str, Any]) -> str:
    files = given.get("data_files")
    local = files if isinstance(files, str) else path
    ending = local.rpartition(".")[2].lower()
    if ending in _READERS or (path.startswith((".", "/")) and given.get("ds_type")):
        reader = _READERS.get(str(given.get("ds_type") or ending), "jsonl")
        return f"{reader}({quoted(local.removeprefix('./'))})"
    named = {"config": given.get("name"), "split": given.get("split"), "revision": given.get("revision")}
    extra = "".join(f", {name} = {quoted(each)}" for name, each in named.items() if each)
    return f"hub({quoted(path)}{extra})"


def _adapter(draft: Draft, value: Any) -> Said:
    return draft.keyword("method", "methods", str(value) if value in ("lora", "qlora") else f"{value}")


def _four_bits(draft: Draft, value: Any) -> Said:
    if not value:
        return dropped("the weights are not quantized")
    if draft.config.get("adapter") == "qlora":
        return mapped("method = qlora(…) brings it")
    draft.model["quantization"] = "nf4()"
    return mapped("model base: quantization = nf4()")


def _eight_bits(draft: Draft, value: Any) -> Said:
    if not value:
        return dropped("the weights are not quantized")
    draft.model["quantization"] = "int8()"
    return mapped("model base: quantization = int8()")


def _linear(draft: Draft, value: Any) -> Said:
    return draft.argument("method", "targets", "all_linear") if value else dropped("modules are named")


def _inputs(draft: Draft, value: Any) -> Said:
    if not value:
        return dropped("only answers train, as here")
    return suspicious("prompts train too: write a template with `train = [system, user, assistant]`")


def _template(draft: Draft, value: Any) -> Said:
    return (
        dropped("the model's own chat template is used")
        if value in (None, "tokenizer_default")
        else suspicious(
            f"the template `{value}` is axolotl's; the model's own is used: compare them with `ftspec preview`"
        )
    )


def _saves(draft: Draft, value: Any) -> Said:
    return dropped("about twenty checkpoints are kept in a run")


def _reward(draft: Draft, value: Any) -> Said:
    return draft.keyword("objective", "objectives", "reward") if value else dropped("no reward model")


def _frozen(draft: Draft, value: Any) -> Said:
    return suspicious("some parameters train alone: write `method = freeze(train = last(4))`")


def _min_rate(draft: Draft, value: Any) -> Said:
    rate = float(number(draft.config.get("learning_rate") or 0))
    if rate <= 0:
        return suspicious("a lowest rate without a rate")
    draft.keyword("scheduler", "schedulers", "cosine_with_min_lr")
    return draft.argument("scheduler", "min_lr_rate", number(float(number(value)) / rate))


_KERNELS = common.SPEED
KEYS: dict[str, Handler] = {
    **common.TRAINING,
    **objectives.KEYS,
    "base_model": common.hub_model,
    "revision_of_model": common.revision,
    "datasets": _datasets,
    "test_datasets": lambda draft, value: suspicious("write a data block, and gates that read it"),
    "val_set_size": draft_validation,
    "sequence_len": common.attribute("max_length", common.whole),
    "max_packed_sequence_len": drops("`max_length` bounds a sequence"),
    "sample_packing": common.attribute("packing", common.switch),
    "pad_to_sequence_len": common.SPEED,
    "micro_batch_size": _SIZE,
    "gradient_accumulation_steps": _ACCUMULATION,
    "batch_size": lambda draft, value: draft.attribute("batch_size", common.whole(value)),
    "eval_batch_size": common.EVALUATION,
    "num_epochs": common.epochs,
    "optimizer": common.optimizer,
    "lr_scheduler": common.scheduler,
    "cosine_min_lr_ratio": lambda draft, value: draft.argument("scheduler", "min_lr_rate", number(value)),
    "eta_min": _min_rate,
    "adapter": _adapter,
    "lora_r": common.argument("method", "rank", common.whole),
    "lora_target_linear": _linear,
    "lora_target_modules": common.targets,
    "lora_modules_to_save": common.argument("method", "modules_to_save", lambda v: f"[{', '.join(map(word, v))}]"),
    "lora_fan_in_fan_out": drops("ftspec looks at the module itself"),
    "peft_use_dora": lambda draft, value: draft.argument("method", "variant", "dora") if value else dropped("plain"),
    "peft_use_rslora": lambda draft, value: (
        draft.argument("method", "variant", "rslora") if value else dropped("plain")
    ),
    "loraplus_lr_ratio": common.argument("method", "loraplus_lr_ratio", number),
    "load_in_4bit": _four_bits,
    "load_in_8bit": _eight_bits,
    "float16": common.precision("fp16"),
    "rl": objectives.reinforced,
    "rl_beta": common.argument("objective", "beta", number),
    "orpo_alpha": common.argument("objective", "beta", number),
    "cpo_alpha": common.argument("objective", "alpha", number),
    "reward_model": _reward,
    "train_on_inputs": _inputs,
    "chat_template": _template,
    "unfrozen_parameters": _frozen,
    "early_stopping_patience": common.argument("early_stopping", "patience", common.whole),
    "dataset_exact_deduplication": lambda draft, value: (
        suspicious("write `clean { deduplicate = exact }` in each data block") if value else dropped("nothing to do")
    ),
    "special_tokens": common.ONE_TOKENIZER,
    "eot_tokens": drops("the end token of the chat template trains"),
    "tokens": lambda draft, value: suspicious('write `vocabulary { add = "terms.txt" }` in the model block'),
    "plugins": _KERNELS,
    "hf_use_auth_token": drops("the hub client's login is used"),
    "strict": drops("ftspec always is"),
    "saves_per_epoch": _saves,
    "evals_per_epoch": common.EVALUATION,
    "num_labels": drops("it follows from the objective"),
    "full_finetune": lambda draft, value: (
        draft.keyword("method", "methods", "full") if value else dropped("an adapter")
    ),
    "shuffle_merged_datasets": drops("rows are shuffled by the seed"),
}

for _name in (
    *("model_type", "tokenizer_type", "tokenizer_config", "processor_type", "is_llama_derived_model"),
    *("tokenizer_use_mistral_common",),
):
    KEYS[_name] = common.ONE_TOKENIZER if "tokenizer" in _name else drops("it is read from the model's config")
for _name in ("dataset_prepared_path", "skip_prepare_dataset", "dataset_processes", "streaming", "low_cpu_mem_usage"):
    KEYS[_name] = common.SPEED
for _name in ("local_rank", "debug", "ddp", "fsdp_version", "use_ray", "ray_num_workers", "accelerator_config"):
    KEYS[_name] = common.DISTRIBUTED
for _name in ("flash_attention", "sdp_attention", "xformers_attention", "flex_attention", "eval_sample_packing"):
    KEYS[_name] = common.CHOSEN
for _name in ("auto_resume_from_checkpoints", "save_first_step", "lora_model_dir"):
    KEYS[_name] = common.RESUMES

PREFIXES: dict[str, Handler] = {
    "wandb_": common.LOGGING,
    "mlflow_": common.LOGGING,
    "comet_": common.LOGGING,
    "trackio_": common.LOGGING,
    "swanlab_": common.LOGGING,
    "liger_": _KERNELS,
    "lora_mlp_kernel": _KERNELS,
    "lora_qkv_kernel": _KERNELS,
    "lora_o_kernel": _KERNELS,
    "cut_cross_entropy": _KERNELS,
    "use_kernels": _KERNELS,
    "loss_watchdog_": drops("a loss that is no number stops the run anyway"),
    "dp_": common.DISTRIBUTED,
    "ddp_": common.DISTRIBUTED,
    "context_parallel": common.DISTRIBUTED,
    "tensor_parallel": common.DISTRIBUTED,
    "expert_parallel": common.DISTRIBUTED,
}


def prepare(draft: Draft) -> None:
    """Without an adapter all weights train."""
    if not draft.config.get("adapter") and find("methods", "full") is not None:
        draft.keyword("method", "methods", "full")
