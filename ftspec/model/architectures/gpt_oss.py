"""gpt-oss (OpenAI 2025): experts with biases, a learned sink in each head's softmax."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import PRE_NORMS, Attention
from ftspec.model.architectures._parts import (
    DECODER_HEADS,
    Architecture,
    Tensors,
    linear,
    matrix,
    norm,
    repeated,
    under,
    vector,
)
from ftspec.plan.facts import Tensor


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    yield from matrix("embed_tokens", config.vocabulary, config.hidden)
    yield from repeated("layers", config.layers, lambda _: _layer(config))
    yield from norm("norm", config.hidden)


def _layer(config: Config) -> Tensors:
    bias = bool(config.get("attention_bias", True))
    yield from vector("self_attn.sinks", config.heads)
    yield from under("self_attn", Attention(bias=bias, output_bias=bias).tensors(config))
    yield from under("mlp", _mixture(config))
    for name in PRE_NORMS:
        yield from norm(name, config.hidden)


def _mixture(config: Config) -> Tensors:
    count, inner = config.size("num_local_experts"), config.intermediate
    yield from linear("router", config.hidden, count, bias=True)
    yield Tensor.model_construct(name="experts.gate_up_proj", shape=(count, config.hidden, 2 * inner))
    yield Tensor.model_construct(name="experts.gate_up_proj_bias", shape=(count, 2 * inner))
    yield Tensor.model_construct(name="experts.down_proj", shape=(count, inner, config.hidden))
    yield Tensor.model_construct(name="experts.down_proj_bias", shape=(count, config.hidden))


ARCHITECTURE = Architecture(
    default="GptOssForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    sdpa=False,
    packs=False,
    defaults={
        "vocab_size": 201088,
        "hidden_size": 2880,
        "intermediate_size": 2880,
        "num_hidden_layers": 36,
        "num_attention_heads": 64,
        "num_key_value_heads": 8,
        "head_dim": 64,
        "max_position_embeddings": 131072,
        "num_local_experts": 128,
        "num_experts_per_tok": 4,
    },
)
