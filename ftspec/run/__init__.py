"""Doing what a plan says: steps, kept stages, checkpoints, the record."""
