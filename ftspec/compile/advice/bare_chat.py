"""FT408: conversations for a model without a chat template."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import BARE_CHAT
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, PrepareData, Train
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def check(spec: Spec, plan: Plan) -> Iterator[Diagnostic]:
    """Stages that train on conversations which the model has no way of its own to write."""
    for step in plan.of(Train):
        model, data = plan.by_id[step.model], plan.by_id[step.data.data]
        if not isinstance(model, FetchModel) or not isinstance(data, PrepareData) or data.format != "chat":
            continue
        name = model.id.removeprefix("model.")
        if not model.has_chat_template and spec.models[name].chat_template is None:
            message = f"`model {name}` has no chat template, so the conversations are written in a plain one"
            help = 'name the one it will be served with: `chat_template = "chat.jinja"`'
            yield Diagnostic(BARE_CHAT, message, spec.place(f"{model.id}.source"), help)
