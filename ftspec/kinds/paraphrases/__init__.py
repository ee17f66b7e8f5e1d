"""Ways to have a model put training rows in other words. One file a way."""

from __future__ import annotations

from ftspec.kinds.writing import Writing


class Paraphrase(Writing):
    """What is asked, in other words. The rows of a plan's file say of each why it was left out, if it was."""
