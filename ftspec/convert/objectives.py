"""Objectives by what the configs of other tools say about them: losses, weights, and keys that only one trainer has."""

from __future__ import annotations

from typing import Any, get_args

from ftspec.convert import common
from ftspec.convert.draft import Draft, number
from ftspec.convert.fate import Handler, Said, dropped, drops, mapped, suspicious
from ftspec.kinds import find

_OWN = ("orpo", "simpo", "cpo", "kto")
"""Losses elsewhere that are objectives here."""

_OF_ONE_TRAINER = {
    "desirable_weight": "kto",
    "undesirable_weight": "kto",
    "center_rewards_coefficient": "reward",
    "num_generations": "grpo",
    "reward_funcs": "grpo",
    "beta": "dpo",
}
"""Keys of TRL that tell which trainer a config is for, the surest first."""


def infer(draft: Draft) -> None:
    """The objective of a TRL config, which names no trainer."""
    found = next((name for key, name in _OF_ONE_TRAINER.items() if key in draft.config), None)
    if found is not None:
        draft.keyword("objective", "objectives", found)


def loss(draft: Draft, value: Any) -> Said:
    """`loss_type` or `pref_loss`: an objective of its own here, or a loss of `dpo` or `kto`."""
    name = str(value)
    if name in ("nll", "sigmoid", "None"):
        return dropped("the trainer's default")
    if name in _OWN:
        return draft.keyword("objective", "objectives", name)
    for keyword in dict.fromkeys((draft.keywords.get("objective", "dpo"), "dpo", "kto")):
        kind = find("objectives", keyword)
        field = kind.model_fields.get("loss") if kind is not None else None
        if field is not None and name in get_args(field.annotation):
            draft.keyword("objective", "objectives", keyword)
            draft.argument("objective", "loss", name)
            return mapped(f"objective = {keyword}(loss = {name})")
    return suspicious(f"another loss, `{name}`: see `ftspec explain objectives`")


def reinforced(draft: Draft, value: Any) -> Said:
    """axolotl's `rl`: an objective, or a loss of `dpo`."""
    if find("objectives", str(value)) is not None:
        return draft.keyword("objective", "objectives", str(value))
    return loss(draft, value)


def _reward_model(draft: Draft, value: Any) -> Said:
    return suspicious(
        f"write a `train judge` stage with `objective = reward()`, and `ppo(reward = judge)`, for {value}"
    )


KEYS: dict[str, Handler] = {
    "desirable_weight": common.argument("objective", "desirable_weight", number),
    "undesirable_weight": common.argument("objective", "undesirable_weight", number),
    "kto_desirable_weight": common.argument("objective", "desirable_weight", number),
    "kto_undesirable_weight": common.argument("objective", "undesirable_weight", number),
    "kto_chosen_weight": common.argument("objective", "desirable_weight", number),
    "kto_rejected_weight": common.argument("objective", "undesirable_weight", number),
    "label_smoothing": common.argument("objective", "label_smoothing", number),
    "dpo_label_smoothing": common.argument("objective", "label_smoothing", number),
    "simpo_gamma": common.argument("objective", "gamma", number),
    "center_rewards_coefficient": common.argument("objective", "center_rewards_coefficient", number),
    "max_prompt_length": drops("`max_length` bounds prompt and answer together"),
    "max_prompt_len": drops("`max_length` bounds prompt and answer together"),
    "precompute_ref_log_probs": drops("the model it starts from is read beside it"),
    "reward_model_path": _reward_model,
    "reward_model_type": drops("a reward model is a stage of the spec"),
    "ref_model": drops("the model that training starts from is the reference"),
}
"""What several tools call alike."""
