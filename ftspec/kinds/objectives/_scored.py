"""Only tokens that train are scored, on processors too.

TRL's fused head (1.16, `add_fused_lm_head`) takes the tokens with a label out of the batch where Triton runs, and
scores every position elsewhere, so that compilers of other accelerators meet one shape. On a processor nothing is
compiled for a shape, but in 16 bits (see `_few_lengths`), and prompts are most of the tokens.
"""

from __future__ import annotations

from typing import Any


def score_what_trains() -> None:
    """Have TRL take unlabelled positions out on processors as it does on GPUs. Doing it again changes nothing."""
    import torch
    from trl.trainer import utils

    asked = utils._use_triton
    if getattr(asked, "on_processors", False):
        return

    def takes_out(device: Any) -> bool:
        plain = device.type == "cpu" and not torch.is_autocast_enabled("cpu")
        return plain or bool(asked(device))

    takes_out.on_processors = True  # type: ignore[attr-defined]
    utils._use_triton = takes_out
