"""Whether a stage's data, model, objective and method fit each other; what does not is reported where it stands."""

from __future__ import annotations

from ftspec.compile.codes import IDLE_RANK, OTHER_TOKENIZER, UNFIT_METHOD, WRONG_FORMAT
from ftspec.compile.defaults import method_of, objective_of, root_model
from ftspec.compile.lower.draft import Draft
from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._vocabulary import with_new_tokens
from ftspec.plan.facts import ModelFacts
from ftspec.plan.heads import why_not_writing, with_head
from ftspec.plan.steps import Adaptation


def fitting(draft: Draft, name: str, model_name: str) -> Adaptation | None:
    """What becomes trainable in the model of stage `name`; None where something does not fit."""
    model = draft.facts.models[model_name]
    if not (_learns_from_data(draft, name) and _shares_tokenizers(draft, name, model_name)):
        return None
    if not _writes(draft, name, model):
        return None
    objective, method = objective_of(draft.spec.trains[name]), method_of(draft.spec.trains[name])
    try:
        adaptation = objective.adaptation(method, model)
        adaptation = with_new_tokens(adaptation, model, new_head=objective.outputs is not None)
    except Unfit as unfit:
        blamed = f"train.{name}.method.{unfit.argument}" if unfit.argument else f"train.{name}.method"
        draft.report(UNFIT_METHOD, unfit.message, blamed, unfit.help)
        return None
    _note_idle(draft, name, model)
    return adaptation


def _learns_from_data(draft: Draft, name: str) -> bool:
    block = draft.spec.trains[name]
    objective, facts = objective_of(block), draft.facts.data[block.data.data]
    if facts.format in objective.formats:
        return True
    listed = " or ".join(f"`{each}`" for each in sorted(objective.formats))
    message = f"`{objective.keyword()}` cannot learn from {facts.format} rows"
    draft.report(WRONG_FORMAT, message, f"train.{name}.data", f"give it {listed} rows, or name another objective")
    return False


def _shares_tokenizers(draft: Draft, name: str, model_name: str) -> bool:
    """Whether reward models and teachers read the same tokens as the stage itself."""
    spec, models = draft.spec, draft.facts.models
    for maker in objective_of(spec.trains[name]).makers():
        other = maker if maker in spec.models else root_model(spec, maker)
        if other is None or _vocabulary(models[other]) == _vocabulary(models[model_name]):
            continue
        message = f"`{maker}` has another tokenizer than `{name}`: its tokens are not the same words"
        help = f"let it start from `{model_name}`, or from a model with the same tokenizer.json"
        draft.report(OTHER_TOKENIZER, message, f"train.{name}.objective", help)
        return False
    return True


def _writes(draft: Draft, name: str, model: ModelFacts) -> bool:
    """Whether the model can write where the objective asks for it."""
    objective = objective_of(draft.spec.trains[name])
    why = why_not_writing(model) if objective.head == "causal_lm" else None
    if why is None:
        return True
    message = f"{why}, which `{objective.keyword()}` asks for"
    help = "choose a causal language model, or let this one score: `classify(labels = […])`, `reward()`"
    named = f"train.{name}.objective"
    draft.report(UNFIT_METHOD, message, named if named in draft.spec.origins else f"train.{name}", help)
    return False


def _note_idle(draft: Draft, name: str, model: ModelFacts) -> None:
    """What of the method can do nothing in this model."""
    block = draft.spec.trains[name]
    outputs = objective_of(block).outputs
    idle = method_of(block).idle(model if outputs is None else with_head(model, outputs))
    if idle is not None:
        message, help, argument = idle
        draft.report(IDLE_RANK, message, f"train.{name}.method.{argument}", help)


def _vocabulary(facts: ModelFacts) -> tuple[int, str]:
    """What tells one tokenizer from another: how many tokens there are, and the file that says which."""
    files = {each.path.rpartition("/")[2]: each.sha256 for each in facts.files}
    return facts.vocabulary, files.get("tokenizer.json", "")
