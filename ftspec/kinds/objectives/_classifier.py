"""What objectives have in common that put a new head on the model."""

from __future__ import annotations

from typing import ClassVar, Literal

from ftspec.kinds.methods import Method, Unfit
from ftspec.kinds.methods._prompt import PromptMethod
from ftspec.kinds.objectives import Objective
from ftspec.plan.facts import ModelFacts, Tensor
from ftspec.plan.heads import head_modules, new_head, why_not_scoring, why_not_writing, with_head
from ftspec.plan.steps import Adaptation

_SAVED_BY_PEFT = frozenset({"classifier", "score"})
"""The heads that PEFT itself trains and keeps beside an adapter for sequence classification."""


class Classifier(Objective):
    """Scores a whole sequence with a new head, which always trains."""

    head: ClassVar[Literal["causal_lm", "sequence_classification"]] = "sequence_classification"

    def adaptation(self, method: Method, facts: ModelFacts) -> Adaptation:
        """What the method makes trainable in the body, and the new head beside it."""
        if isinstance(method, PromptMethod):
            message = f"{method.keyword()} learns no head, and `{self.keyword()}` needs a new one"
            raise Unfit(message, "use lora(…) or another method that trains the head beside it")
        why = why_not_scoring(facts)
        if why is not None:
            writes = why_not_writing(facts) is None
            other = "its language head can answer with the class: `sft()`" if writes else "such as BERT or RoBERTa"
            raise Unfit(f"{why} for `{self.keyword()}`", f"choose a model of another family; {other}")
        outputs = self.outputs or 1
        head = new_head(facts, outputs)
        planned = method.adaptation(with_head(facts, outputs))
        if planned.peft is None:
            return _own(planned, head, method.has_adapter)
        size = sum(tensor.size for tensor in head)
        arguments = dict(planned.peft["arguments"])
        more = [name for name in head_modules(facts, outputs) if name not in _SAVED_BY_PEFT]
        if more:
            arguments["modules_to_save"] = sorted({*(arguments.get("modules_to_save") or ()), *more})
        changes = {"trainable": planned.trainable + size, "added": planned.added + size}
        return planned.model_copy(update={**changes, "peft": {**planned.peft, "arguments": arguments}})


def _own(planned: Adaptation, head: tuple[Tensor, ...], is_adapter: bool) -> Adaptation:
    """Without PEFT: the head is trained with all, was chosen already in whole or in part, or joins what was."""
    size = sum(tensor.size for tensor in head)
    if is_adapter:
        names = (*planned.modules, *(tensor.name for tensor in head))
        changes = {"trainable": planned.trainable + size, "added": planned.added + size, "modules": names}
        return planned.model_copy(update=changes)
    if not planned.modules:
        return planned.model_copy(update={"added": size})
    missing = tuple(tensor for tensor in head if tensor.name not in planned.modules)
    names = (*planned.modules, *(tensor.name for tensor in missing))
    trainable = planned.trainable + sum(tensor.size for tensor in missing)
    return planned.model_copy(update={"trainable": trainable, "added": size, "modules": names})
