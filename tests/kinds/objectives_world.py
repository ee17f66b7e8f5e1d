"""Plans for objectives on the tiny model of the run's tests."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from ftspec.data.prepared import build, data_facts
from ftspec.data.read import file_facts
from ftspec.data.recipe import from_step
from ftspec.kinds.methods import Method
from ftspec.kinds.objectives import Objective
from ftspec.kinds.registry import make
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Measurement, PlannedUse, PrepareData, Train
from tests.run.plans import COLOURS, WORDS, call, data_step, events, facts_of, ran, train_step, whole, write_world

ROWS = 90
LIKED, DISLIKED, SPOTTED = "light", "night", "stone"
"""How every chosen and every rejected answer ends, and the word that gives a row a second label."""


def write_objectives(root: Path, rows: int = ROWS, **config: Any) -> None:
    """The world, with the same rows as pairs, as single judged answers, with labels, and all of them shuffled too.

    What is asked ends with a colour, which is the label of rows that have one. Shuffled, which answer is preferred (or
    the label) follows from nothing in the row.
    """
    write_world(root, rows, **config)
    generator = random.Random(1)
    files: dict[str, list[dict[str, Any]]] = {}
    for number in range(rows):
        colour = COLOURS[number % 3]
        asked = " ".join(generator.choices(WORDS, k=generator.randint(2, 8))) + f" {colour}"
        said, other = generator.choices(WORDS, k=2)
        turned, good = generator.random() < 0.5, generator.random() < 0.5
        pair = {"prompt": asked, "chosen": f"{said} {LIKED}", "rejected": f"{other} {DISLIKED}"}
        judged = {"prompt": asked, "completion": f"{said} {LIKED if good else DISLIKED}", "label": good}
        labelled = {"text": asked, "label": colour}
        files.setdefault("pairs", []).append(pair)
        files.setdefault("pairs_shuffled", []).append(_turned(pair) if turned else pair)
        files.setdefault("judged", []).append(judged)
        files.setdefault("judged_shuffled", []).append(judged | {"label": turned})
        files.setdefault("labelled", []).append(labelled)
        files.setdefault("labelled_shuffled", []).append(labelled | {"label": generator.choice(COLOURS)})
        tags = [colour, *([SPOTTED] if SPOTTED in asked else [])]
        files.setdefault("tagged", []).append({"text": asked, "label": tags})
    for name, lines in files.items():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (root / "data" / f"{name}.jsonl").write_text(text)


def _turned(pair: dict[str, Any]) -> dict[str, Any]:
    return pair | {"chosen": pair["rejected"], "rejected": pair["chosen"]}


FORMATS = {"pairs": "preference", "judged": "unpaired", "labelled": "labels", "tagged": "labels"}


def prepare_step(root: Path, name: str) -> PrepareData:
    """`data.NAME` from `data/NAME.jsonl`, in the shape that its name says."""
    plain = data_step(root).model_copy(
        update={
            "id": f"data.{name}",
            "source": call("jsonl", path=f"data/{name}.jsonl"),
            "format": FORMATS[name.partition("_")[0]],
            "trained_roles": ("assistant", "chosen", "rejected"),
        }
    )
    recipe = from_step(plain)
    facts = data_facts(build(recipe, root), tuple(file_facts(recipe.source, root)))
    changes = {"files": facts.files, "rows_read": facts.rows_read, "rows": facts.rows, "splits": facts.splits}
    return plain.model_copy(update={**changes, "cleaned": facts.steps, "digest": facts.digest})


def objective_step(
    root: Path, objective: dict[str, Any], data: str, method: dict[str, Any] | None = None, **changes: Any
) -> Train:
    """A short stage that learns by an objective."""
    made, way = make("objectives", objective), make("methods", method or call("lora", rank=8))
    assert isinstance(made, Objective) and isinstance(way, Method)
    values = {
        "objective": made.model_dump(mode="json"),
        "outputs": made.outputs,
        "sequences": made.sequences,
        "reads_reference": made.reads_reference,
        "adaptation": made.adaptation(way, facts_of(root / "base")),
        "data": PlannedUse(data=f"data.{data}", split="train"),
        "validation": PlannedUse(data=f"data.{data}", split="validation"),
        "needs": ("model.base", f"data.{data}"),
        "packing": False,
        "optimizer_steps": 28,
        "epochs": 4.0,
    } | changes
    return train_step(root, way, **values)


def with_data(plan: Plan, root: Path, *names: str) -> Plan:
    """The plan with more data sets, for stages and measurements."""
    from ftspec.plan.canonical import sealed

    steps = [plan.steps[0], *(prepare_step(root, name) for name in names), *plan.steps[1:]]
    return sealed(plan.model_copy(update={"steps": tuple(steps)}))


def measured(metric: str, data: str, subject: str, **arguments: Any) -> Measurement:
    """A metric over the test part of some data."""
    suffix = "" if subject == "export" else f"@{subject}"
    use = PlannedUse(data=f"data.{data}", split="test")
    id = f"{metric}({data}.test){suffix}"
    return Measurement(id=id, metric=call(metric, **arguments), uses=(use,), subject=subject)


def values_of(run: Path) -> dict[str, float]:
    """What a run measured, by id."""
    return {line["id"]: line["value"] for line in events(run, "measured")}


def outcome(
    root: Path, step: Train, data: tuple[str, ...], asked: list[Measurement], form: str, name: str
) -> tuple[Path, dict[str, float]]:
    """Run a stage and give what was measured."""
    plan = with_data(whole(root, step, form=form, measured=asked), root, *data)
    run = ran(plan, root, name)
    return run, values_of(run)
