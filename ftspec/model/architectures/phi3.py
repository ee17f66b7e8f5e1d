"""Phi 3, 3.5 mini and 4: query, key and value in one matrix, gate and up in another (Abdin et al. 2024)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder, fused_gated
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    return decoder(config, Attention(fused=True), mlp=fused_gated)


ARCHITECTURE = Architecture(
    default="Phi3ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    aliases={
        "hidden_dropout": "resid_pdrop",
    },
    defaults={
        "vocab_size": 32064,
        "hidden_size": 3072,
        "intermediate_size": 8192,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "max_position_embeddings": 4096,
    },
)
