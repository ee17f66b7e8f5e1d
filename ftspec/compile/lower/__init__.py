"""Lowering: a spec and the facts become a plan. Nothing here reads a file."""

from ftspec.compile.lower.plan import Lowered, lower

__all__ = ["Lowered", "lower"]
