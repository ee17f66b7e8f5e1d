"""The documentation under each field, read from the source of its class when it is asked for.

pydantic could collect it at import (`use_attribute_docstrings`), but then every command pays for what two of them show.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel


@cache
def documented(model: type[BaseModel]) -> Mapping[str, str]:
    """By field name: the string under it, in the class itself or the nearest of its parents that has the field."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _in_class(each)
    return {name: found[name] for name in model.model_fields if name in found}


def _in_class(model: type[BaseModel]) -> Mapping[str, str]:
    file = inspect.getsourcefile(model)
    return _in_file(file).get(model.__qualname__, {}) if file else {}


@cache
def _in_file(file: str) -> Mapping[str, Mapping[str, str]]:
    """The documented fields of every class of a module, by the class's qualified name."""
    tree = ast.parse(Path(file).read_text("utf-8"))
    return {name: dict(_fields(node)) for name, node in _classes(tree, "")}


def _classes(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for each in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(each, ast.ClassDef):
            yield f"{prefix}{each.name}", each
            inner = f"{prefix}{each.name}."
        yield from _classes(each, inner)


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in pairwise(node.body):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
            case _:
                pass
