"""Holds a spec against a policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ftspec.compile.policy.codes import BREAKS_POLICY, DISCOURAGED, IDLE_WAIVER, WAIVED
from ftspec.compile.policy.conditions import broken, holds
from ftspec.compile.policy.read import Asked, Policy
from ftspec.kinds.requirements import Breach, Requirement
from ftspec.plan.explain.words import value
from ftspec.spec.spec import Spec, Waived
from ftspec.spec.types import Frozen
from ftspec.text.diagnostic import Diagnostic, Label, Place
from ftspec.text.files import read_source
from ftspec.text.source import Source, Span


def hold(policy: Policy, spec: Spec, path: Path) -> Iterator[Diagnostic]:
    """What of the policy the spec at `path` does not keep, what it waives, and what it waives for nothing.

    A file that trains nothing, such as one that others import, has nothing to keep.
    """
    source = read_source(path)
    if not spec.trains or isinstance(source, Diagnostic):
        return
    waivers = {each.rule: (number, each) for number, each in enumerate(spec.waivers)}
    needed: set[str] = set()
    for rule in policy.rules:
        breaches = list(_breaches(rule, spec))
        waiver = waivers.get(rule.text)
        if breaches and waiver is not None:
            needed.add(rule.text)
            yield _waived(rule, *waiver, spec)
        elif waiver is None:
            yield from (_broken(rule, each, spec, source) for each in breaches)
    known = [rule.text for rule in policy.rules]
    yield from (_idle(number, each, spec, known) for number, each in waivers.values() if _is_idle(each, needed))


def _is_idle(waiver: Waived, needed: set[str]) -> bool:
    """Whether a waiver is for nothing; those of leaks are no policy's matter."""
    return waiver.rule not in needed and not waiver.rule.startswith("leak(")


def _breaches(rule: Asked, spec: Spec) -> Iterator[Breach]:
    if rule.when is not None and not holds(rule.when, spec):
        return
    if isinstance(rule.asks, Requirement):
        yield from rule.asks.breaches(spec)
        return
    for each in broken(rule.asks, spec):
        plain = each.value.model_dump() if isinstance(each.value, Frozen) else each.value
        said = "not set" if plain is None else f"`{value(plain)}`"
        yield Breach(each.path, f"`{each.path}` is {said}", f"the policy asks for `{rule.text}`")


def _broken(rule: Asked, breach: Breach, spec: Spec, source: Source) -> Diagnostic:
    code = BREAKS_POLICY if rule.verb == "require" else DISCOURAGED
    place = spec.place(breach.path) or Place(source, _first_line(source))
    help = f'{breach.help}; or say why not: `waive {rule.text} because "…"`'
    return Diagnostic(code, breach.message, place, help, (_label(rule),))


def _label(rule: Asked) -> Label:
    return Label(rule.place, f"the policy asks for it: {rule.because}" if rule.because else "the policy asks for it")


def _first_line(source: Source) -> Span:
    return Span(0, max(1, len(source.line(1))))


def _waived(rule: Asked, number: int, waiver: Waived, spec: Spec) -> Diagnostic:
    message = f"`{rule.text}` is waived: {waiver.because}"
    help = "a reviewer decides whether the reason is good enough"
    return Diagnostic(WAIVED, message, spec.place(f"waivers.{number}"), help, (_label(rule),))


def _idle(number: int, waiver: Waived, spec: Spec, known: Sequence[str]) -> Diagnostic:
    place = spec.place(f"waivers.{number}")
    if waiver.rule in known:
        message = f"`{waiver.rule}` is waived, and this spec keeps it"
        return Diagnostic(IDLE_WAIVER, message, place, "remove the waiver")
    listed = ", ".join(f"`{each}`" for each in known)
    message = f"the policy has no rule `{waiver.rule}` to waive"
    return Diagnostic(IDLE_WAIVER, message, place, f"its rules are {listed}" if known else "remove the waiver")
