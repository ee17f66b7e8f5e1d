"""What the methods that train a model's own weights have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.methods import Method

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from ftspec.plan.steps import Adaptation


class OwnWeights(Method):
    """Trains the model's own weights: the result is a whole model."""

    usual_learning_rate: ClassVar[float] = 2e-5
    usual_rates: ClassVar[tuple[float, float]] = (1e-6, 1e-4)
    has_adapter: ClassVar[bool] = False
    mergeable: ClassVar[bool] = False
    trains_quantized: ClassVar[bool] = False

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model itself; only the planned tensors train, or all when the plan names none."""
        chosen = set(adaptation.modules)
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(not chosen or name in chosen)
        return model
