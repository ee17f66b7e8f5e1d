"""`yarn(factor = 4)`: fast rotations stay, slow ones are interpolated (Peng et al. 2023, arXiv:2309.00071)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.rope_scalings import RopeScaling


class Yarn(RopeScaling):
    """Rotations are stretched by how fast they turn, and attention is sharpened a little."""

    valid: ClassVar[tuple[str, ...]] = ("yarn(factor = 4)",)
    invalid: ClassVar[tuple[str, ...]] = ("yarn()", "yarn(factor = 1)")

    def parameters(self, context: int) -> dict[str, Any]:
        """With the length that the model was trained on."""
        return {**super().parameters(context), "original_max_position_embeddings": context}
