"""A whole spec: every block resolved, typed and frozen, with the place where each value was set."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from ftspec.spec.data import Data
from ftspec.spec.goal import Goal
from ftspec.spec.hardware import Hardware
from ftspec.spec.model import Model
from ftspec.spec.output import Output
from ftspec.spec.rules import Budget, Gates
from ftspec.spec.search import Search
from ftspec.spec.template import Template
from ftspec.spec.train import Train
from ftspec.text.diagnostic import Place
from ftspec.text.frozen import frozen


@frozen
class Origin:
    """Where a value was set: in the file, in an overlay or on the command line, and what it replaced."""

    by: str
    """`spec`, `overlay smoke`, `--set`, `extends base`."""

    place: Place | None
    overrode: str | None = None


@frozen
class Waived:
    """A rule of a policy that the spec does not keep, or a leak that it lets stand, and why."""

    rule: str
    """What the policy asks, in the one formatting: `gate(perplexity)`; or `leak(tickets.train, tickets.test)`."""

    because: str


@frozen
class Spec:
    """One spec. Mappings keep the order of the file."""

    name: str
    """The file's name without `.ft`."""

    root: Path
    """The folder of the file: paths in the spec are relative to it."""

    goal: Goal | None = None
    models: Mapping[str, Model] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    data: Mapping[str, Data] = field(default_factory=dict)
    trains: Mapping[str, Train] = field(default_factory=dict)
    gates: Gates = field(default_factory=Gates)
    budget: Budget = field(default_factory=Budget)
    hardware: Hardware | None = None
    search: Search | None = None
    output: Output = field(default_factory=Output)
    waivers: tuple[Waived, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """By dotted path: `train.router.learning_rate`, `data.tickets.split.test`, `gates.rules.0`, `train.router`."""

    repository: Path | None = None
    """The root no path may leave: the folder that holds `.git`, else `root`."""

    def place(self, path: str) -> Place | None:
        """Where the value at `path` stands, or the nearest thing around it."""
        while path:
            if path in self.origins:
                return self.origins[path].place
            path = path.rpartition(".")[0]
        return None
