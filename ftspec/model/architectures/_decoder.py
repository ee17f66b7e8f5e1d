"""The layer that Llama set as the pattern (Touvron et al. 2023), with the switches of its kin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import Tensors, linear, matrix, norm, repeated, under, vector
from ftspec.plan.facts import Tensor

FeedForward = Callable[[Config, int], Tensors]
"""The tensors of the feed-forward block of layer i, under their names inside the layer."""


def gated(config: Config, _: int = 0, width: int | None = None, bias: bool | None = None) -> Tensors:
    """`down(act(gate(x)) * up(x))`."""
    has_bias = config.flag("mlp_bias") if bias is None else bias
    inner = config.intermediate if width is None else width
    yield from linear("gate_proj", config.hidden, inner, has_bias)
    yield from linear("up_proj", config.hidden, inner, has_bias)
    yield from linear("down_proj", inner, config.hidden, has_bias)


def fused_gated(config: Config, _: int = 0) -> Tensors:
    """The same with gate and up in one matrix."""
    yield from linear("gate_up_proj", config.hidden, 2 * config.intermediate)
    yield from linear("down_proj", config.intermediate, config.hidden)


def experts(count: int, hidden: int, inner: int) -> Tensors:
    """All experts of a layer, stacked as transformers 5 does it: (count, 2 × inner, hidden), (count, hidden, inner)."""
    yield Tensor.model_construct(name="experts.gate_up_proj", shape=(count, 2 * inner, hidden))
    yield Tensor.model_construct(name="experts.down_proj", shape=(count, hidden, inner))


@dataclass(frozen=True)
class Attention:
    """The projections of grouped-query attention (Ainslie et al. 2023)."""

    bias: bool = False
    """On query, key and value."""

    output_bias: bool = False
    qk_norm: str = ""
    """`head`: a scale a head (Qwen 3); `full`: one over all heads (OLMo 2)."""

    fused: bool = False
    """Query, key and value in one matrix (Phi-3)."""

    def tensors(self, config: Config) -> Tensors:
        """The tensors inside `self_attn`."""
        queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
        if self.fused:
            yield from linear("qkv_proj", config.hidden, queries + 2 * keys, self.bias)
        else:
            yield from linear("q_proj", config.hidden, queries, self.bias)
            yield from linear("k_proj", config.hidden, keys, self.bias)
            yield from linear("v_proj", config.hidden, keys, self.bias)
        yield from linear("o_proj", queries, config.hidden, self.output_bias)
        if self.qk_norm:
            yield from vector("q_norm.weight", config.head_dim if self.qk_norm == "head" else queries)
            yield from vector("k_norm.weight", config.head_dim if self.qk_norm == "head" else keys)


PRE_NORMS = ("input_layernorm", "post_attention_layernorm")


def decoder(
    config: Config,
    attention: Attention = Attention(),
    mlp: FeedForward = gated,
    mlp_name: str = "mlp",
    norms: tuple[str, ...] = PRE_NORMS,
    norm_bias: bool = False,
    final_norm: bool = True,
) -> Tensors:
    """Embedding, layers, final norm: the body of a Llama-like model."""

    def layer(index: int) -> Tensors:
        yield from under("self_attn", attention.tensors(config))
        yield from under(mlp_name, mlp(config, index))
        for name in norms:
            yield from norm(name, config.hidden, norm_bias)

    yield from matrix("embed_tokens", config.vocabulary, config.hidden)
    yield from repeated("layers", config.layers, layer)
    if final_norm:
        yield from norm("norm", config.hidden, norm_bias)
