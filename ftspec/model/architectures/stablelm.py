"""StableLM: Llama's layer with shifted norms and part of each head rotated."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import PRE_NORMS, Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, vector


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    norms = PRE_NORMS[:1] if config.flag("use_parallel_residual") else PRE_NORMS
    yield from decoder(config, Attention(bias=config.flag("use_qkv_bias")), norms=norms, norm_bias=True)
    if config.flag("qk_layernorm"):
        for layer in range(config.layers):
            yield from _head_norms(config, f"layers.{layer}.self_attn")


def _head_norms(config: Config, attention: str) -> Tensors:
    """One scale for each head."""
    for name, count in (("q", config.heads), ("k", config.kv_heads)):
        for head in range(count):
            yield from vector(f"{attention}.{name}_layernorm.norms.{head}.weight", config.head_dim)


ARCHITECTURE = Architecture(
    default="StableLmForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    norm="layer",
    parallel=lambda config: config.flag("use_parallel_residual"),
    copies_heads=True,
    defaults={
        "vocab_size": 50304,
        "hidden_size": 2560,
        "intermediate_size": 6912,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "max_position_embeddings": 4096,
    },
)
