"""Nested blocks whose attributes are not a fixed list: `mixture { tickets.train = 70% }`."""

from __future__ import annotations

from typing import Any

from ftspec.compile.program.sections import Section, Setting
from ftspec.compile.read.blocks import read_block
from ftspec.compile.read.build import build
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import LabelForm, Numeric, read_as
from ftspec.spec.data import Mixture, Part
from ftspec.spec.types import Dimension, Frozen, Use
from ftspec.syntax.tree import Reference


def read_mixture(context: Context, section: Section, model: type[Frozen], path: str) -> Any | Missing:
    """A mixture: its own attributes by name, every other one a part and its share."""
    own = {name: each for name, each in section.settings.items() if name in Mixture.model_fields.keys() - {"parts"}}
    parts = [_part(context, each) for name, each in section.settings.items() if name not in own]
    if any(isinstance(each, Missing) for each in parts):
        context.unread.add(path)
        return MISSING
    return read_block(context, section._replace(settings=own), Mixture, path, {"parts": tuple(parts)})


def _part(context: Context, setting: Setting) -> Part | Missing:
    use = LabelForm(("data",), as_use=True).read(context, Reference(setting.path, span=setting.span), setting.scope)
    share = read_as(context, (Numeric(Dimension.SHARE, True, False),), setting.value, setting.scope)
    if not isinstance(use, Use) or isinstance(share, Missing):
        return MISSING
    places = {"share": setting.value_place, "use": setting.place}
    return build(context, Part, {"use": use, "share": share}, places, setting.place)[0]


SPECIAL = {"mixture": read_mixture}
"""Readers of nested blocks that are not plain."""
