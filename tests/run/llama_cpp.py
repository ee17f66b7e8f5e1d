"""Stand-ins for llama.cpp's programs: they write and quantize real GGUF files of a Llama, with the `gguf` package."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PROGRAM = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.run.llama_cpp import {{0}}
{{0}}(sys.argv[1:])
"""

_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
_WHOLE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def install(folder: Path) -> None:
    """Put both programs into a folder."""
    folder.mkdir()
    for name, function in (("convert_hf_to_gguf.py", "convert"), ("llama-quantize", "requantize")):
        (folder / name).write_text(PROGRAM.format(function))
        (folder / name).chmod(0o755)


def convert(arguments: list[str]) -> None:
    """`convert_hf_to_gguf.py FOLDER --outfile FILE --outtype TYPE`."""
    from safetensors.numpy import load_file

    source = Path(arguments[0])
    outfile, outtype = (arguments[arguments.index(flag) + 1] for flag in ("--outfile", "--outtype"))
    config = json.loads((source / "config.json").read_text())
    tokens = json.loads((source / "tokenizer.json").read_text())["model"]["vocab"]
    writer = _writer(outfile, config, len(tokens))
    for name, tensor in load_file(source / "model.safetensors").items():
        heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
        turned = next((_turned(tensor, count) for part, count in heads.items() if part in name), tensor)
        _add(writer, _gguf_name(name), turned, outtype)
    _close(writer)


def requantize(arguments: list[str]) -> None:
    """`llama-quantize SOURCE TARGET TYPE`, for the types that the package can write."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    source, target, outtype = arguments
    reader = GGUFReader(source)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    config = {short: fields[f"llama.{key}"] for short, key in _FIELDS.items()}
    writer = _writer(target, config, fields["llama.vocab_size"])
    for tensor in reader.tensors:
        _add(writer, tensor.name, dequantize(tensor.data, tensor.tensor_type), outtype)
    _close(writer)


_FIELDS = {
    "hidden_size": "embedding_length",
    "num_hidden_layers": "block_count",
    "max_position_embeddings": "context_length",
    "intermediate_size": "feed_forward_length",
    "num_attention_heads": "attention.head_count",
    "num_key_value_heads": "attention.head_count_kv",
    "rms_norm_eps": "attention.layer_norm_rms_epsilon",
    "rope_theta": "rope.freq_base",
}


def _writer(path: str, config: dict[str, Any], vocabulary: int) -> Any:
    from gguf import GGUFWriter

    writer = GGUFWriter(path, "llama")
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config.get("rope_theta") or config["rope_parameters"]["rope_theta"])
    writer.add_vocab_size(vocabulary)
    return writer


def _add(writer: Any, name: str, tensor: Any, outtype: str) -> None:
    from gguf import GGMLQuantizationType
    from gguf.quants import quantize

    # As llama.cpp has it: vectors stay whole, and rows that are no multiple of a block are kept in half precision.
    fits = outtype.upper() in ("F32", "F16") or tensor.shape[-1] % 32 == 0
    kind = GGMLQuantizationType["F32" if tensor.ndim == 1 else outtype.upper() if fits else "F16"]
    writer.add_tensor(name, quantize(tensor.astype("float32"), kind), raw_dtype=kind)


def _close(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _gguf_name(name: str) -> str:
    stem = name.removesuffix(".weight")
    if stem in _WHOLE:
        return f"{_WHOLE[stem]}.weight"
    _, _, layer, part = stem.split(".", 3)
    return f"blk.{layer}.{_NAMES[part]}.weight"


def _turned(tensor: Any, heads: int) -> Any:
    """The order in which llama.cpp keeps the rows of queries and keys for its rotary embedding."""
    halves = tensor.reshape(heads, 2, tensor.shape[0] // heads // 2, *tensor.shape[1:])
    return halves.swapaxes(1, 2).reshape(tensor.shape)
