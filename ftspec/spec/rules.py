"""Rules of `gates` and `budget`: expressions with their names and types resolved."""

from typing import Annotated, Literal

from pydantic import Field

from ftspec.spec.kind import Kind
from ftspec.spec.types import AsGiven, Dimension, Frozen, Share, Use

Comparator = Literal["<", "<=", ">", ">=", "==", "!="]


class Constant(Frozen):
    """A number; `90%` is 0.9 with dimension share."""

    type: Literal["constant"] = "constant"
    value: float
    dimension: Dimension = Dimension.NUMBER


class Score(Frozen):
    """A metric over data: `f1(tickets.test, average = macro)`."""

    type: Literal["score"] = "score"
    metric: Kind
    uses: tuple[Use, ...] = ()
    """The data it is measured on; empty for metrics without data, such as `peak_memory`."""

    of: str | None = None
    """The train that is scored, or a `model` block as it is; the last train unless named."""


class Baseline(Frozen):
    """`baseline`: the same score on the model before this spec's training; `shipped`: on the last shipped run."""

    type: Literal["baseline"] = "baseline"
    model: Literal["baseline", "shipped"] = "baseline"


class Reading(Frozen):
    """In a plan: the value of one measurement, in place of a score or a baseline."""

    type: Literal["reading"] = "reading"
    measurement: str


class Quantity(Frozen):
    """In a budget: `memory`, `time`, `cost`."""

    type: Literal["quantity"] = "quantity"
    name: Literal["memory", "time", "cost"]


class Arithmetic(Frozen):
    """`left operator right` on numbers."""

    type: Literal["arithmetic"] = "arithmetic"
    operator: Literal["+", "-", "*", "/"]
    left: "Expression"
    right: "Expression"


class Comparison(Frozen):
    """`left comparator right`: what a rule decides by."""

    type: Literal["comparison"] = "comparison"
    operator: Comparator
    left: "Expression"
    right: "Expression"


class Logic(Frozen):
    """`left and right`, `left or right` on comparisons."""

    type: Literal["logic"] = "logic"
    operator: Literal["and", "or"]
    left: "Condition"
    right: "Condition"


Expression = Annotated[Constant | Score | Baseline | Reading | Quantity | Arithmetic, Field(discriminator="type")]
Condition = Annotated[Comparison | Logic, Field(discriminator="type")]


class Rule(Frozen):
    """One rule: what it asks, as written and as understood."""

    verb: Literal["require", "warn", "report"]
    text: str
    """The expression in the one formatting: `accuracy(tickets.test) >= 90%`."""

    condition: Condition | None = None
    """None for `report`."""

    score: Score | None = None
    """What `report` measures."""

    because: str | None = None


class Gates(Frozen):
    """Rules on the result."""

    rules: Annotated[tuple[Rule, ...], AsGiven()] = ()
    """In the order written."""

    confidence: Share | None = None
    """When given, the whole interval of this confidence must lie on one side, else the gate is inconclusive."""

    seeds: int = Field(default=1, ge=1)
    """Trainings with different seeds that the gates look at."""

    correction: Literal["none", "holm", "bonferroni"] = "none"
    """How intervals widen when many gates are read at once."""

    no_general_gate: str | None = None
    """Why no gate looks at general ability; plan, report and card show it. Without a reason FT403 asks for one."""

    samples: int = Field(default=10, ge=0)
    """Rows shown in the report with prompt, expected answer, before and after."""

    seed: int = Field(default=0, ge=0)
    """The seed of the bootstrap."""


class Budget(Frozen):
    """Rules on the plan, decided at compile time."""

    rules: Annotated[tuple[Rule, ...], AsGiven()] = ()
