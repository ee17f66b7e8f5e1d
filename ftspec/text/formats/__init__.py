"""Diagnostics for people and for other programs: one format a file, each with `render(diagnostics) -> str`."""
