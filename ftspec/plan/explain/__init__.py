"""A plan in words: the preview for a terminal, Markdown for a pull request, and where each value was set."""

from __future__ import annotations

from ftspec.plan.explain.markdown import markdown, per_thousand_markdown
from ftspec.plan.explain.origins import origins
from ftspec.plan.explain.preview import per_thousand, preview

__all__ = ["markdown", "origins", "per_thousand", "per_thousand_markdown", "preview"]
