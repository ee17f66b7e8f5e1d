"""What the change from one plan to another means: retrain, re-evaluate, metadata only, or nothing."""

from __future__ import annotations

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.difference import Difference, difference
from ftspec.plan.diff.render import markdown, text, to_json

__all__ = ["Change", "Difference", "Effect", "difference", "markdown", "text", "to_json"]
