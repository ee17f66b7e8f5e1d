"""FT328 for what only the model's files tell: whether who writes rows can be asked to."""

from __future__ import annotations

from ftspec.compile.codes import CANNOT_WRITE
from ftspec.compile.defaults import root_model, writings_of
from ftspec.compile.lower.draft import Draft
from ftspec.kinds.paraphrases import Paraphrase
from ftspec.plan.heads import why_not_writing


def check_writers(draft: Draft) -> None:
    """Reports models that write nothing, and models without a chat template that are to follow an instruction."""
    for path, writing in writings_of(draft.spec):
        root = writing.model if writing.model in draft.spec.models else root_model(draft.spec, writing.model)
        if root is None:
            continue
        why = why_not_writing(draft.facts.models[root])
        if why is not None:
            help = "name a causal language model"
            draft.report(CANNOT_WRITE, f"`{writing.model}` cannot write rows: {why}", path, help)
        elif isinstance(writing, Paraphrase) and root == writing.model and not _follows_instructions(draft, root):
            message = f"`{root}` has no chat template, so it cannot be asked for a paraphrase"
            help = f'name an instruct model, or its template: `chat_template = "chat.jinja"` in `model {root}`'
            draft.report(CANNOT_WRITE, message, path, help)


def _follows_instructions(draft: Draft, model: str) -> bool:
    return draft.facts.models[model].chat_template is not None
