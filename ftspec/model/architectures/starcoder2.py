"""StarCoder 2 (Lozhkov et al. 2024): grouped queries, a plain feed-forward, biases everywhere but in the head."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, linear


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = bool(config.get("use_bias", True))
    return decoder(config, Attention(bias=bias, output_bias=bias), mlp=_plain, norm_bias=True)


def _plain(config: Config, _: int) -> Tensors:
    bias = bool(config.get("use_bias", True))
    yield from linear("c_fc", config.hidden, config.intermediate, bias)
    yield from linear("c_proj", config.intermediate, config.hidden, bias)


ARCHITECTURE = Architecture(
    default="Starcoder2ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    gated=False,
    norm="layer",
    defaults={
        "vocab_size": 49152,
        "hidden_size": 3072,
        "intermediate_size": 12288,
        "num_hidden_layers": 30,
        "num_attention_heads": 24,
        "num_key_value_heads": 2,
        "max_position_embeddings": 4096,
        "tie_word_embeddings": True,
        "hidden_act": "gelu_pytorch_tanh",
    },
)
