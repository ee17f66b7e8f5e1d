"""The vocabulary: one folder a family, one file a keyword."""

from ftspec.kinds.registry import families, find, keywords, make

__all__ = ["families", "find", "keywords", "make"]
