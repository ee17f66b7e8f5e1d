"""Shifted sparse attention against a plain mask."""

from __future__ import annotations

from types import SimpleNamespace

import pytest


@pytest.mark.parametrize(("tokens", "group"), [(16, 4), (13, 4), (3, 8), (20, 6)])
def test_it_is_attention_under_a_mask_of_groups(tokens: int, group: int) -> None:
    """Half of the heads see their group, the other half groups that begin half a group later; all look back only."""
    import torch
    import torch.nn.functional as F

    from ftspec.kinds.methods._shifted import shifted_attention

    torch.manual_seed(0)
    query, key, value = (torch.randn(2, heads, tokens, 8) for heads in (4, 2, 2))
    module = SimpleNamespace(num_key_value_groups=2, is_causal=True, training=True)
    found = shifted_attention(module, query, key, value, group)
    places = torch.arange(tokens)
    plain, moved = places // group, (places + group // 2) // group
    masks = torch.stack([(each[:, None] == each[None]).tril() for each in (plain, plain, moved, moved)])
    wide = (each.repeat_interleave(2, dim=1) for each in (key, value))
    wanted = F.scaled_dot_product_attention(query, *wide, attn_mask=masks[None]).transpose(1, 2)
    torch.testing.assert_close(found, wanted)
