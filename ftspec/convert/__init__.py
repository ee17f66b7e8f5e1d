"""Specs from the training configs of other tools, with every key mapped, dropped or suspicious."""

from __future__ import annotations

from ftspec.convert.convert import FORMATS, Converted, convert
from ftspec.convert.fate import Fate, Note

__all__ = ["FORMATS", "Converted", "Fate", "Note", "convert"]
