"""What a pass without gradients holds: inner vectors, keys and values."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts
from ftspec.plan.resources.numbers import BYTES

_FP32 = 4


def kv_bytes_per_token(facts: ModelFacts, precision: str) -> int:
    """Keys and values of all layers for one token: 2 × layers × key-value heads × head width numbers."""
    return 2 * facts.layers * facts.kv_heads * facts.head_dim * BYTES[precision]


def forward_bytes(facts: ModelFacts, tokens: int, attended: int, width: int) -> int:
    """What a forward pass without gradients holds at once: the inner vectors of one layer, norms in fp32, a mask."""
    inner = max(facts.intermediate, facts.active_experts * facts.expert_width)
    wide = (3 if facts.gated else 2) * inner * width
    narrow = facts.hidden * (4 * width + 2 * _FP32)
    return tokens * (wide + narrow) + attended * (width + 1)
