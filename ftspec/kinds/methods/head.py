"""`head()`: the model's features stay, only its output head trains (Sharif Razavian et al. 2014, arXiv:1403.6382)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._own import OwnWeights

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from ftspec.plan.facts import ModelFacts, Tensor
    from ftspec.plan.steps import Adaptation

_HEADS = ("lm_head", "embed_out", "output_projection", "score", "classifier", "cls")


class Head(OwnWeights):
    """Feature extraction: every layer is frozen and the output head trains.

    A head that is tied to the embedding gets weights of its own first, or the features would change with it.
    """

    usual_learning_rate: ClassVar[float] = 1e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 1e-1)
    valid: ClassVar[tuple[str, ...]] = ("head()",)
    invalid: ClassVar[tuple[str, ...]] = ("head(1)", "head(layers = 1)")

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The head's tensors; of a tied head, the embedding's size is added."""
        from ftspec.plan.steps import Adaptation

        head = tuple(t for t in facts.tensors if t.module.split(".")[0] in _HEADS)
        if head:
            names = tuple(tensor.name for tensor in head)
            return Adaptation(trainable=sum(t.size for t in head), added=0, modules=names, note="the output head")
        embedding = _embedding(facts)
        note = "the output head, untied from the embedding"
        return Adaptation(trainable=embedding.size, added=embedding.size, modules=("lm_head.weight",), note=note)

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with a head of its own, which alone trains."""
        if adaptation.added and model.get_output_embeddings() is not None:
            _untie(model)
        return super().apply(model, adaptation)


def _embedding(facts: ModelFacts) -> Tensor:
    wanted = (facts.vocabulary, facts.hidden)
    found = [tensor for tensor in facts.tensors if tensor.shape == wanted]
    if not facts.tied or not found:
        raise Unfit(f"{facts.architecture} has no output head", "name what trains: freeze(train = […])")
    return found[0]


def _untie(model: PreTrainedModel) -> None:
    from torch.nn import Parameter

    head: Any = model.get_output_embeddings()
    head.weight = Parameter(head.weight.detach().clone())
    model.config.tie_word_embeddings = False
    model.all_tied_weights_keys = {}
