"""`adapter(...)`: bottleneck layers (Houlsby et al. 2019, arXiv:1902.00751; Pfeiffer et al. 2021, arXiv:2005.00247).

PEFT has none. A bottleneck is added to the output of a layer's linear module by a forward hook, so the model's own
modules keep their names and classes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.methods import Method, Unfit
from ftspec.kinds.methods._modules import Matrix, attention_out, forward_out
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedModel

_WHERE = "bottlenecks"
"""The name under which the model keeps the new layers."""

_HEAD = "head:"
"""What names of a new head's weights begin with in the file."""

_CONFIG, _WEIGHTS = "adapter_bottleneck.json", "adapter_model.safetensors"


class Adapter(Method):
    """Adds two small layers with a non-linearity between them after the attention and feed-forward of each layer."""

    usual_learning_rate: ClassVar[float] = 1e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 2e-2)
    mergeable: ClassVar[bool] = False
    valid: ClassVar[tuple[str, ...]] = ("adapter()", "adapter(bottleneck = 64)", "adapter(placement = pfeiffer)")
    invalid: ClassVar[tuple[str, ...]] = ("adapter(bottleneck = 0)", "adapter(placement = everywhere)")

    bottleneck: int = Field(default=64, ge=1)
    """The inner width."""

    placement: Literal["houlsby", "pfeiffer"] = "houlsby"
    """`houlsby` after attention and feed-forward, `pfeiffer` after the feed-forward alone."""

    def over_quantized(self, quantization: str) -> tuple[str, str] | None:
        """Not at all: transformers' trainers know adapters of PEFT alone there."""
        help = "use `qlora()`, or drop the quantization"
        return "over quantized weights, transformers trains adapters of PEFT alone, and `adapter` is none of them", help

    @property
    def is_plain(self) -> bool:
        """Not so: no library builds it."""
        return False

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """Two matrices with their biases after each chosen module, named by that module."""
        places = self._places(facts)
        added = sum(2 * place.outputs * self.bottleneck + self.bottleneck + place.outputs for place in places)
        return Adaptation(
            trainable=added,
            added=added,
            modules=tuple(place.module for place in places),
            note=f"adapters of {self.bottleneck} after {len(places)} modules",
        )

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its bottlenecks, which start as if they were not there, and train; so does a new head."""
        head = {name for name, _ in model.named_parameters()} & set(adaptation.modules)
        model.requires_grad_(False)
        for name in head:
            model.get_parameter(name).requires_grad_(True)
        places = [name for name in adaptation.modules if name not in head]
        return _with_bottlenecks(model, places, self.bottleneck)

    def save(self, model: Any, folder: Path) -> None:
        """The bottlenecks' weights, which modules they belong to, and the weights of a new head."""
        from safetensors.torch import save_file

        layers = getattr(model, _WHERE)
        tensors = {name: tensor.contiguous() for name, tensor in layers.state_dict().items()}
        own = {name: each for name, each in model.named_parameters() if not name.startswith(f"{_WHERE}.")}
        head = {name: each.detach().contiguous() for name, each in own.items() if each.requires_grad}
        save_file(tensors | {f"{_HEAD}{name}": each for name, each in head.items()}, folder / _WEIGHTS)
        places = [name.replace("/", ".") for name in layers]
        (folder / _CONFIG).write_text(json.dumps({"bottleneck": self.bottleneck, "modules": places}, indent=2) + "\n")

    def attach(self, model: Any, folder: Path, trainable: bool = False) -> Any:
        """The model with bottlenecks, and a head where there is one, as `save` wrote them."""
        from safetensors.torch import load_file

        try:
            config = json.loads((folder / _CONFIG).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CannotRun(
                f"{folder.name} holds no bottleneck adapter", "train the stage again with --fresh"
            ) from error
        adapted = _with_bottlenecks(model, config["modules"], config["bottleneck"])
        tensors = load_file(folder / _WEIGHTS, device=str(model.device))
        head = {name.removeprefix(_HEAD): each for name, each in tensors.items() if name.startswith(_HEAD)}
        layers = getattr(adapted, _WHERE)
        layers.load_state_dict({name: each for name, each in tensors.items() if not name.startswith(_HEAD)})
        layers.requires_grad_(trainable)
        for name, each in head.items():
            adapted.get_parameter(name).data.copy_(each)
            adapted.get_parameter(name).requires_grad_(trainable)
        return adapted

    def _places(self, facts: ModelFacts) -> tuple[Matrix, ...]:
        places = forward_out(facts) + (attention_out(facts) if self.placement == "houlsby" else ())
        if not places:
            raise Unfit(f"the layers of {facts.architecture} have modules of unknown names", "use lora(…)")
        return places


def _with_bottlenecks(model: Any, places: tuple[str, ...] | list[str], width: int) -> Any:
    from torch import nn

    layers = nn.ModuleDict()
    for place in places:
        module = model.get_submodule(place)
        layers[place.replace(".", "/")] = layer = _bottleneck(_outputs(module), width)
        module.register_forward_hook(lambda _, given, out, layer=layer: out + layer(out.float()).to(out.dtype))
    model.add_module(_WHERE, layers.to(model.device))
    return model


def _bottleneck(size: int, width: int) -> Module:
    from torch import nn

    up = nn.Linear(width, size)
    nn.init.zeros_(up.weight)
    nn.init.zeros_(up.bias)
    return nn.Sequential(nn.Linear(size, width), nn.GELU(), up)


def _outputs(module: Any) -> int:
    """The outputs of a linear module; GPT-2's `Conv1D` calls them `nf`."""
    return int(module.nf if hasattr(module, "nf") else module.out_features)
