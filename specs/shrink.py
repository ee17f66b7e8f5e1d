"""Make `specs/small`: every other layer of `specs/base`, as DistilBERT starts (Sanh et al. 2019, section 3).

python specs/shrink.py
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

HERE = Path(__file__).parent
KEPT = (0, 2)


def main() -> None:
    """Write the folder: weights of the kept layers, and the tokenizer as it is."""
    model = AutoModelForCausalLM.from_pretrained(HERE / "base", dtype=torch.float16)
    model.model.layers = torch.nn.ModuleList(model.model.layers[place] for place in KEPT)
    model.config.num_hidden_layers = len(KEPT)
    if getattr(model.config, "layer_types", None):
        model.config.layer_types = model.config.layer_types[: len(KEPT)]
    model.save_pretrained(HERE / "small")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        shutil.copyfile(HERE / "base" / name, HERE / "small" / name)


if __name__ == "__main__":
    main()
