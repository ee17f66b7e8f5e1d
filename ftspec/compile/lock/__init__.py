"""`SPEC.lock`: what a spec was compiled from, one line an input, and what has changed since."""

from ftspec.compile.lock.drift import drift, kept
from ftspec.compile.lock.entries import entries
from ftspec.compile.lock.file import lock_path, render

__all__ = ["drift", "entries", "kept", "lock_path", "render"]
