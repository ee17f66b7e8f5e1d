"""Which of a field's forms a node has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.forms.words import Choice
from ftspec.syntax.tree import Expression


def read_as(context: Context, forms: Sequence[Form], node: Expression, scope: Scope) -> Any | Missing:
    """The value of a node by the first form that takes its shape. Words with a meaning come before constants."""
    for form in forms:
        if isinstance(form, Choice) and form.takes(node):
            return form.read(context, node, scope)
    resolved = context.resolved(node, scope)
    if isinstance(resolved, Missing):
        return resolved
    node, scope = resolved
    for form in forms:
        if form.takes(node):
            return form.read(context, node, scope)
    from ftspec.compile.read.mismatch import report_mismatch

    return report_mismatch(context, forms, node, scope)
