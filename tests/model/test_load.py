"""Models as they are loaded from disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process's mappings from /proc")
def test_a_quantized_model_lets_its_file_go(tmp_path: Path) -> None:
    """Its linear weights are in memory in 4 bits; the file, mapped for reading, holds them all in full."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from ftspec.kinds import make
    from ftspec.kinds.quantizations import Quantization
    from ftspec.model.load import load_model

    quantization = make("quantizations", {"name": "nf4", "arguments": {"double": True}})
    assert isinstance(quantization, Quantization)
    config = LlamaConfig(
        hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2, vocab_size=128
    )
    LlamaForCausalLM(config).save_pretrained(tmp_path)
    model = load_model(tmp_path, precision="fp32", device=torch.device("cpu"), quantization=quantization)
    assert any(parameter.dtype == torch.uint8 for parameter in model.parameters())
    assert "model.safetensors" not in Path("/proc/self/maps").read_text(encoding="utf-8")
