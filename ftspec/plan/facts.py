"""What is known before anything is decided: the model, the data, the device.

Facts are gathered by `ftspec.model` and `ftspec.data`, cached by content, and handed to the compiler,
which itself reads nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ftspec.plan.data_facts import CleanFacts, DataFacts, Example, FileFacts, TokenFacts
from ftspec.plan.model_facts import ModelFacts, Tensor, is_linear, is_quantizable
from ftspec.plan.target import Probe, Target

__all__ = [
    "CleanFacts",
    "DataFacts",
    "Example",
    "Facts",
    "FileFacts",
    "ModelFacts",
    "Probe",
    "Target",
    "Tensor",
    "TokenFacts",
    "is_linear",
    "is_quantizable",
]


@dataclass(frozen=True)
class Facts:
    """All that the compiler may know."""

    target: Target
    models: Mapping[str, ModelFacts]
    data: Mapping[str, DataFacts] = field(default_factory=dict)
    tokens: Mapping[tuple[str, str, str], TokenFacts] = field(default_factory=dict)
    """By data, split (`all` for unsplit data) and model."""

    probes: Mapping[str, Probe] = field(default_factory=dict)
    """Readings that `compile --probe` has kept, by `ftspec.plan.resources.probed.probe_key`."""
