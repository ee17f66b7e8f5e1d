"""Annotations of the models become forms."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.forms.calls import CallForm, ListForm
from ftspec.compile.read.forms.labels import LabelForm
from ftspec.compile.read.forms.numbers import LengthForm, Numeric
from ftspec.compile.read.forms.words import BareForm, Choice, PathForm, String, Switch
from ftspec.spec.kind import Kind
from ftspec.spec.types import Bare, Dimension, Frozen, InRepository, Length, Measured, Of, To, Use

_MARKERS = (Measured, Bare, To, Of, InRepository)


def forms_of(field: FieldInfo) -> tuple[Form, ...]:
    """The forms that a model's field can be written in."""
    annotation: Any = field.annotation
    return _forms(annotation, tuple(each for each in field.metadata if isinstance(each, _MARKERS)))


@lru_cache(maxsize=512)
def _forms(annotation: Any, markers: tuple[Any, ...]) -> tuple[Form, ...]:
    return tuple(_each_form(annotation, markers))


def _each_form(annotation: Any, markers: tuple[Any, ...]) -> Iterator[Form]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        known = tuple(each for each in metadata if isinstance(each, _MARKERS))
        yield from _each_form(inner, (*known, *markers))
    elif origin in (Union, UnionType):
        yield from _union(annotation, markers)
    elif origin is Literal:
        yield Choice(tuple(str(each) for each in get_args(annotation)))
    elif origin in (tuple, list):
        items = get_args(annotation)
        open_ended = origin is list or items[-1] is Ellipsis
        yield ListForm(tuple(_each_form(items[0], markers)), None if open_ended else len(items))
    elif annotation is not NoneType:
        yield _scalar(annotation, markers)


def _union(annotation: Any, markers: tuple[Any, ...]) -> Iterator[Form]:
    forms = [form for each in get_args(annotation) for form in _each_form(each, markers)]
    bare = any(isinstance(form, BareForm) for form in forms)
    kinds = tuple(kind for form in forms if isinstance(form, LabelForm) for kind in form.kinds)
    if len(kinds) > 1:
        yield LabelForm(kinds, as_use=False)
        forms = [form for form in forms if not isinstance(form, LabelForm)]
    for form in sorted(forms, key=lambda each: isinstance(each, Choice)):
        if isinstance(form, LabelForm) and bare:
            yield LabelForm(form.kinds, form.as_use, library=True)
        elif not (isinstance(form, BareForm) and any(isinstance(each, LabelForm) for each in forms)):
            yield form


def _scalar(annotation: Any, markers: tuple[Any, ...]) -> Form:
    for marker in markers:
        match marker:
            case To(kind=kind):
                return LabelForm((kind,), as_use=annotation is Use)
            case Of(family=family):
                return CallForm(family)
            case Bare():
                return BareForm()
            case InRepository():
                return PathForm()
            case Measured(dimension=dimension, bare=bare):
                return Numeric(dimension, bare, integer=annotation is int)
    if annotation is Length:
        return LengthForm()
    if annotation is bool:
        return Switch()
    if annotation in (int, float, Decimal):
        return Numeric(Dimension.NUMBER, False, integer=annotation is int)
    if annotation is str:
        return String()
    raise TypeError(f"no way is known to write a {annotation!r}")


def block_model(field: FieldInfo) -> type[Frozen] | None:
    """The model of a nested block, where a field is one rather than an attribute."""
    annotation: Any = field.annotation
    return _block(annotation)


@lru_cache(maxsize=1024)
def _block(annotation: Any) -> type[Frozen] | None:
    for each in _plain(annotation):
        if isinstance(each, type) and issubclass(each, Frozen) and each not in (Length, Use):
            return None if issubclass(each, Kind) else each
    return None


def _plain(annotation: Any) -> Iterator[Any]:
    """An annotation and the members of its union, without what `Annotated` adds."""
    if get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _plain(each)
    elif get_origin(annotation) is Annotated:
        yield from _plain(get_args(annotation)[0])
    else:
        yield annotation
