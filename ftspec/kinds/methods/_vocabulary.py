"""Embeddings of tokens that a spec adds: every method must train them, or they stay as they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftspec.kinds.methods import Unfit

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation

_HELP = "train by `lora()`, `qlora()` or `full()`, which train them too, or leave `vocabulary` out"


def with_new_tokens(adaptation: Adaptation, facts: ModelFacts, new_head: bool) -> Adaptation:
    """The adaptation with the rows of added tokens trainable, in the embedding and in a head that is not tied to it.

    LoRA trains single rows (PEFT's `trainable_token_indices`); methods that train the model's own weights must hold
    the whole embedding. Raises `Unfit` where neither is so.

    Args:
        adaptation: What a method makes trainable.
        facts: The model.
        new_head: Whether the head is put in place of the model's own.
    """
    held = facts.by_token[:1] if new_head else facts.by_token
    if not facts.added_ids or _are_trained(adaptation, facts):
        return adaptation
    if adaptation.peft is None or adaptation.peft["config"] != "LoraConfig":
        raise Unfit("the embeddings of added tokens do not train by it", _HELP)
    ids = list(facts.added_ids)
    arguments = {**adaptation.peft["arguments"], "trainable_token_indices": {each.module: ids for each in held}}
    more = len(ids) * facts.hidden * len(held)
    changes = {
        "trainable": adaptation.trainable + more,
        "added": adaptation.added + more,
        "peft": {**adaptation.peft, "arguments": arguments},
        "note": f"{adaptation.note} and {len(ids)} new token{'s' * (len(ids) > 1)}",
    }
    return adaptation.model_copy(update=changes)


def _are_trained(adaptation: Adaptation, facts: ModelFacts) -> bool:
    """Whether the embedding trains whole already."""
    saved = (adaptation.peft or {"arguments": {}})["arguments"].get("modules_to_save") or ()
    whole = adaptation.peft is None and adaptation.added == 0 and adaptation.trainable >= facts.parameters
    return whole or all(each.name in adaptation.modules or each.module in saved for each in facts.by_token)
