"""Signatures over a run's model and evidence, by OpenSSF's `model-signing` (the `signing` extra)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ftspec.errors import CannotRun
from ftspec.evaluate.written import REPORT, SHIPPED, SIGNATURE

_CHANGES = (REPORT, "record.jsonl", "checkpoints", "gates", ".lock", SHIPPED, SIGNATURE)
"""What a run goes on writing after it was signed. The signature is a Sigstore bundle over every other file."""


def sign(run: Path, key: Path) -> Path:
    """Sign the run with a private elliptic-curve key in PEM form, and give the signature's file."""
    signing, hashing = _library("signing"), _library("hashing")
    run = run.resolve()  # the library takes ignored paths as they are written
    target = run / SIGNATURE
    try:
        config = signing.Config().use_elliptic_key_signer(private_key=key)
        config.set_hashing_config(_hashed(hashing, run)).sign(run, target)
    except (ValueError, TypeError, OSError) as error:
        told = str(error).split(". ")[0]
        raise CannotRun(f"{run} cannot be signed with {key}: {told}", "name a private EC key in PEM form") from error
    return target


def signature_problem(run: Path, key: Path) -> str | None:
    """What is wrong with the signature of a run under a public key; None when it stands."""
    verifying, hashing = _library("verifying"), _library("hashing")
    if not (run / SIGNATURE).is_file():
        return f"{SIGNATURE} is not there: nobody has signed this run"
    run = run.resolve()
    try:
        config = verifying.Config().use_elliptic_key_verifier(public_key=key)
    except (ValueError, TypeError, OSError) as error:
        told = str(error).split(". ")[0]
        raise CannotRun(f"{key} is no key to check with: {told}", "name a public EC key in PEM form") from error
    try:
        config.set_hashing_config(_hashed(hashing, run)).verify(run, run / SIGNATURE)
    except Exception as error:
        # The library's errors have no common class; whatever it says, the signature does not stand.
        return f"{SIGNATURE}: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    return None


def _hashed(hashing: Any, run: Path) -> Any:
    ignored = [run / name for name in _CHANGES]
    return hashing.Config().set_ignored_paths(paths=ignored, ignore_git_paths=False)


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(f"model_signing.{name}")
    except ModuleNotFoundError as error:
        raise CannotRun("signatures need model-signing", "install `ftspec[signing]`") from error
