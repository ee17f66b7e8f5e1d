"""Models with their weights, from local folders: safetensors only, and no code of the model's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ftspec.errors import CannotRun
from ftspec.plan.heads import reads_ahead

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from ftspec.kinds.quantizations import Quantization
    from ftspec.kinds.rope_scalings import RopeScaling

Precision = Literal["fp32", "bf16", "fp16"]
DTYPES: Mapping[Precision, str] = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
"""Number formats as torch names them."""


def load_model(
    folder: Path,
    *,
    precision: Precision,
    device: torch.device,
    quantization: Quantization | None = None,
    attention: str | None = None,
    vocabulary: Mapping[int, Sequence[int]] | None = None,
    labels: int | None = None,
    gguf: str | None = None,
    rope_scaling: RopeScaling | None = None,
) -> PreTrainedModel:
    """A model of a local folder, in evaluation mode, on its device.

    Args:
        folder: config and safetensors weights.
        precision: The number format of the weights; of the computation where they are quantized.
        device: Where it is put.
        quantization: How the linear weights are stored.
        attention: `eager`, `sdpa` or `flash_attention_2`; None for the best that transformers has for the model.
        vocabulary: Tokens that were added to the tokenizer, each with the tokens that stood for it before: the
            embeddings grow where they must, and a new row starts as the mean of those (Hewitt 2021).
        labels: For a sequence classifier, how many classes; None for a language model.
        gguf: The name of a GGUF file in the folder, whose weights are read in place of safetensors.
        rope_scaling: How rotary positions are stretched, where the folder's own config does not say so already.

    Raises:
        CannotRun: the folder holds no model that can be loaded.
    """
    given: dict[str, Any] = {"dtype": torch_dtype(precision), "attn_implementation": attention}
    if gguf is not None:
        given["gguf_file"] = gguf
    if quantization is not None:
        given |= _quantized(quantization, precision, device)
    try:
        model = _opened(folder, labels, rope_scaling, given)
    except (ValueError, OSError, KeyError, ImportError) as error:
        raise unloadable(folder, error) from error
    if vocabulary:
        _hold(model, vocabulary)
    loaded: PreTrainedModel = _placed(model, device, quantization is not None).eval()
    return loaded


def _opened(folder: Path, labels: int | None, scaling: RopeScaling | None, given: Mapping[str, Any]) -> Any:
    """The model as transformers reads it, of safetensors alone and without code of its own."""
    head: dict[str, Any] = {} if labels is None else {"num_labels": labels}
    if scaling is not None:
        head = {"config": _stretched(folder, scaling, labels)}
    kept_safe = {"local_files_only": True, "use_safetensors": True, "trust_remote_code": False}
    return _auto_class(folder, labels).from_pretrained(folder, **given, **head, **kept_safe)


def _placed(model: Any, device: torch.device, quantized: bool) -> Any:
    """The model on its device, where quantized weights lie already."""
    if not quantized:
        return model.to(device)
    _keep_in_blocks(model)
    if device.type == "cpu":
        _let_file_go(model)
    return model


def _hold(model: Any, vocabulary: Mapping[int, Sequence[int]]) -> None:
    import torch

    rows = max(vocabulary) + 1
    if rows > model.get_input_embeddings().weight.shape[0]:
        model.resize_token_embeddings(rows, mean_resizing=False)
    held = {
        id(each.weight): each.weight for each in (model.get_input_embeddings(), model.get_output_embeddings()) if each
    }
    with torch.no_grad():
        for weight in held.values():
            for token, pieces in vocabulary.items():
                if pieces and weight.shape[0] >= rows:
                    weight[token] = weight[list(pieces)].float().mean(0).to(weight.dtype)


def _let_file_go(model: PreTrainedModel) -> None:
    """Copy what was not quantized: left in the file's mapping, it keeps the pages of all other weights in memory."""
    for parameter in model.parameters():
        if parameter.is_floating_point():
            parameter.data = parameter.data.clone()


def keep_trainable(model: PreTrainedModel) -> None:
    """Let a quantized model go from evaluation back to training on a processor.

    bitsandbytes 0.50 repacks 4-bit weights for its inference kernel in the first evaluation on a processor with bf16
    instructions and leaves them so, and that kernel passes no gradient on: training after a validation would go on
    and learn nothing in the layers below.
    """
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def _keep_in_blocks(model: PreTrainedModel) -> None:
    """Leave 4-bit matrices as they are whose rows are no whole blocks: bitsandbytes 0.50 fails to repack those."""
    for module in model.modules():
        state = getattr(getattr(module, "weight", None), "quant_state", None)
        if hasattr(module, "support_avx512bf16_for_cpu") and state is not None and state.shape[1] % state.blocksize:
            module.support_avx512bf16_for_cpu = False


def torch_dtype(precision: Precision) -> torch.dtype:
    """The number format as torch names it."""
    import torch

    dtype: torch.dtype = getattr(torch, DTYPES[precision])
    return dtype


def the_device() -> torch.device:
    """The device that this process works on: its GPU, else the processor."""
    import torch

    return torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else torch.device("cpu")


def unloadable(folder: Path, error: Exception) -> CannotRun:
    """What a user is told when a library refuses a model folder: the first line of its reason."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return CannotRun(
        f"the model in {folder.name} cannot be loaded: {reason}",
        help="it needs config.json, safetensors weights and an architecture that transformers knows by itself",
    )


def _auto_class(folder: Path, labels: int | None) -> Any:
    from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification

    if labels is not None:
        return AutoModelForSequenceClassification
    return AutoModel if _is_encoder(folder) else AutoModelForCausalLM


def _stretched(folder: Path, scaling: RopeScaling, labels: int | None) -> Any:
    """The folder's config with its positions stretched; weights that a stage saved have them stretched already."""
    from transformers import AutoConfig

    settings = {} if labels is None else {"num_labels": labels}
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False, **settings)
    if config.rope_parameters.get("rope_type", "default") == "default":
        context = config.max_position_embeddings
        config.rope_parameters = {**config.rope_parameters, **scaling.parameters(context)}
        config.max_position_embeddings = scaling.stretched(context)
    return config


def _is_encoder(folder: Path) -> bool:
    """Whether the model reads text without writing any: as a causal model it would get a head that nobody trained."""
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES

    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    writes = any("CausalLM" in name or "LMHead" in name for name in config.architectures or ())
    ahead = reads_ahead(config.model_type, config.to_dict())
    return ahead or (config.model_type in MODEL_FOR_MASKED_LM_MAPPING_NAMES and not writes)


def _quantized(quantization: Quantization, precision: Precision, device: torch.device) -> dict[str, Any]:
    """The arguments for bitsandbytes, which computes in `precision` and is put on its device while it loads."""
    from transformers import BitsAndBytesConfig

    config = quantization.config()
    if config.get("load_in_4bit"):
        config["bnb_4bit_compute_dtype"] = DTYPES[precision]
    return {"quantization_config": BitsAndBytesConfig(**config), "device_map": {"": device}}
