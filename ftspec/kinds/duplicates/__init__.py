"""Kinds of duplicate rows. One file a kind."""
