"""The codes of sources."""

from __future__ import annotations

from ftspec.text.diagnostic import Code

NOT_IN_CACHE = Code("FT506", "not-in-cache")
