"""What the methods of PEFT have in common: a plan names the config, PEFT builds the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftspec.kinds.methods import Method

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from ftspec.plan.steps import Adaptation


class PeftMethod(Method):
    """A method that PEFT builds (huggingface/peft)."""

    @property
    def switches(self) -> bool:
        """PEFT can switch any adapter off."""
        return True

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model inside a `PeftModel`, its adapter new and trainable, everything else frozen."""
        from peft import get_peft_model

        return get_peft_model(model, peft_config(model, adaptation))


def peft_config(model: PreTrainedModel, adaptation: Adaptation, **more: Any) -> Any:
    """The PEFT config that the plan recorded, for the head that this model has; `more` is what no plan can know."""
    import peft

    assert adaptation.peft is not None
    config = getattr(peft, adaptation.peft["config"])
    arguments = {**adaptation.peft["arguments"], **more}
    if arguments.get("init_lora_weights") == "eva":
        # One rank for all targets: EVA may give the rank of one to another, which no plan could count.
        arguments["eva_config"] = peft.EvaConfig(rho=1.0)
    classifies = "SequenceClassification" in type(model).__name__
    task = peft.TaskType.SEQ_CLS if classifies else peft.TaskType.CAUSAL_LM
    return config(task_type=task, **arguments)


def without_start(adaptation: Adaptation) -> Adaptation:
    """The same adaptation with PEFT's usual start, for starts that are made afterwards."""
    assert adaptation.peft is not None
    arguments = {**adaptation.peft["arguments"], "init_lora_weights": True}
    return adaptation.model_copy(update={"peft": {**adaptation.peft, "arguments": arguments}})
