"""FT309: the turns of a template make one kind of text."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import MIXED_TURNS
from ftspec.spec.spec import Spec
from ftspec.spec.template import Role, Template
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("template.turns", "template.train")

_CHAT: frozenset[Role] = frozenset({"system", "user", "assistant"})
_CHOICE: frozenset[Role] = frozenset({"prompt", "chosen", "rejected"})


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Templates that mix plain text, conversations and choices, or that say nothing to learn."""
    for name, template in spec.templates.items():
        for message, help in _mistakes(template):
            yield Diagnostic(MIXED_TURNS, message, spec.place(f"template.{name}"), help)


def _mistakes(template: Template) -> Iterator[tuple[str, str]]:
    roles = [turn.role for turn in template.turns]
    kinds = [kind for kind in (_CHAT, _CHOICE, frozenset({"text"})) if kind & set(roles)]
    if len(kinds) > 1 and not set(roles) <= _CHOICE | {"system"}:
        yield (
            "these turns do not belong together",
            "use `system`, `user`, `assistant`, or `text` alone, or `prompt`, `chosen`, `rejected`",
        )
    elif "text" in roles and len(roles) > 1:
        yield "plain text is one turn", "join the texts into one `text` turn"
    elif _CHOICE & set(roles) and not {"chosen", "rejected"} & set(roles) and roles.count("prompt") != len(roles):
        yield "a choice needs `chosen` and `rejected`", 'add `chosen "{{ good }}"` and `rejected "{{ bad }}"`'
    elif template.train is not None and not set(template.train) & set(roles):
        yield "none of the turns that should train is there", "name a turn of this template in `train`"
