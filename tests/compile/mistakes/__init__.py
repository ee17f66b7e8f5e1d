"""Typical mistakes, a file a kind, each said as an edit of one right spec."""
