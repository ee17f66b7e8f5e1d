"""FT301 and FT302: a gate must not read what training has seen, nor all of data that is split."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import TRAINS_ON_GATE_DATA, WHOLE_AND_SPLIT
from ftspec.compile.defaults import metric_of, scores_of, training_uses, watching_uses
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("gates.rules", "train.data", "train.validation", "data.mixture", "data")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Gates over training rows, and data used both whole and in parts."""
    read = training_uses(spec)
    for name, uses in watching_uses(spec).items():
        read.setdefault(name, []).extend(uses)
    reported: set[tuple[str, Use]] = set()
    spent = set()
    for number, rule in enumerate(spec.gates.rules):
        path = f"gates.rules.{number}"
        for score in scores_of(rule) if rule.verb == "require" else ():
            for use in () if metric_of(score).reads_training_data else score.uses:
                found = _seen(spec, path, use, read.get(use.data, []))
                if found is not None and not _is_told_elsewhere(spec, use, read.get(use.data, [])):
                    reported.add((path, use))
                    on_test = _trains_on_test(spec, path, use, read.get(use.data, []))
                    if on_test is None:
                        yield found
                    elif use not in spent:
                        spent.add(use)
                        yield on_test
    yield from _whole_and_split(spec, reported)


def _seen(spec: Spec, path: str, use: Use, read: list[tuple[str, Use]]) -> Diagnostic | None:
    """A gate over rows that a stage reads, told once with the first such stage."""
    for where, other in read:
        if use.split == other.split or use.split is None or other.split is None:
            stage = where.split(".")[1]
            verb = "trains on" if where.endswith(".data") else "watches"
            place = spec.place(where)
            labels = (Label(place, f"`train {stage}` {verb} it here"),) if place else ()
            help = _remedy(use, [each for _, each in read])
            message = f"training reads `{use}`, so it proves nothing here"
            return Diagnostic(TRAINS_ON_GATE_DATA, message, spec.place(path), help, labels)
    return None


def _is_told_elsewhere(spec: Spec, use: Use, read: list[tuple[str, Use]]) -> bool:
    """Whether a stage trains on all of data that the gates read in parts: FT302 says so at the stage."""
    return use.split is not None and any(each.split is None and where.endswith(".data") for where, each in read)


def _trains_on_test(spec: Spec, path: str, use: Use, read: list[tuple[str, Use]]) -> Diagnostic | None:
    """A stage whose own data is the test part: there the mistake is made, not in the gate."""
    where = next((where for where, other in read if other == use and where.endswith(".data")), None)
    if use.split != "test" or where is None:
        return None
    gate = spec.place(path)
    labels = (Label(gate, "a gate measures on it here"),) if gate else ()
    message = f"`{use}` is kept for the gates, and training reads it"
    return Diagnostic(TRAINS_ON_GATE_DATA, message, spec.place(where), f"train on `{use.data}.train`", labels)


def _remedy(use: Use, read: list[Use]) -> str:
    """Rows of the same data that no stage reads."""
    if any(each.split is None for each in read):
        return f"train on `{use.data}.train` and measure on `{use.data}.test`"
    free = [part for part in ("test", "validation", "train") if part not in {each.split for each in read}]
    if not free:
        return "keep a part for the gates that no stage trains on or watches"
    return f"measure on rows that training does not read, such as `{use.data}.{free[0]}`"


def _whole_and_split(spec: Spec, reported: set[tuple[str, Use]]) -> Iterator[Diagnostic]:
    uses = [(f"train.{name}.data", train.data) for name, train in spec.trains.items()]
    uses += [(f"train.{name}.validation", train.validation) for name, train in spec.trains.items() if train.validation]
    uses += [
        (f"gates.rules.{number}", use)
        for number, rule in enumerate(spec.gates.rules)
        for score in scores_of(rule)
        for use in score.uses
    ]
    known = {(path, use.data) for path, use in reported}
    parted = {use.data: path for path, use in reversed(uses) if use.split is not None and (path, use.data) not in known}
    for path, use in uses:
        if use.split is None and use.data in parted and (path, use.data) not in known:
            place = spec.place(parted[use.data])
            labels = (Label(place, "a part of it is used here"),) if place else ()
            message = f"`{use.data}` without a split is all of it, and elsewhere it is split"
            help = f"write `{use.data}.train`, `{use.data}.validation` or `{use.data}.test`"
            if path.startswith("train.") and path.endswith(".data"):
                help = f"train on `{use.data}.train`"
            yield Diagnostic(WHOLE_AND_SPLIT, message, spec.place(path), help, labels)
