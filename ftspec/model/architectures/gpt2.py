"""GPT-2 (Radford et al. 2019): learned positions, `Conv1D` in place of linear modules."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, conv1d, matrix, norm, repeated


def body(config: Config) -> Tensors:
    """Embeddings, layers, norm."""
    yield from matrix("wte", config.vocabulary, config.hidden)
    yield from matrix("wpe", config.size("max_position_embeddings"), config.hidden)
    yield from repeated("h", config.layers, lambda _: _layer(config))
    yield from norm("ln_f", config.hidden, bias=True)


def _layer(config: Config) -> Tensors:
    yield from norm("ln_1", config.hidden, bias=True)
    yield from conv1d("attn.c_attn", config.hidden, 3 * config.hidden)
    yield from conv1d("attn.c_proj", config.hidden, config.hidden)
    yield from norm("ln_2", config.hidden, bias=True)
    yield from conv1d("mlp.c_fc", config.hidden, config.intermediate)
    yield from conv1d("mlp.c_proj", config.intermediate, config.hidden)


ARCHITECTURE = Architecture(
    default="GPT2LMHeadModel",
    prefix="transformer",
    body=body,
    heads=DECODER_HEADS,
    gated=False,
    norm="layer",
    aliases={
        "hidden_act": "activation_function",
        "hidden_dropout": "resid_pdrop",
        "attention_dropout": "attn_pdrop",
        "hidden_size": "n_embd",
        "num_hidden_layers": "n_layer",
        "num_attention_heads": "n_head",
        "max_position_embeddings": "n_positions",
        "intermediate_size": "n_inner",
    },
    defaults={
        "vocab_size": 50257,
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "max_position_embeddings": 1024,
        "tie_word_embeddings": True,
        "hidden_act": "gelu_new",
        "hidden_dropout": 0.1,
        "attention_dropout": 0.1,
    },
)
