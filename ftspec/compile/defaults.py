"""What a train block means where it is silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from ftspec.kinds import make
from ftspec.kinds.methods import Method
from ftspec.kinds.metrics import Metric
from ftspec.kinds.objectives import Objective
from ftspec.kinds.optimizers import Optimizer
from ftspec.kinds.schedulers import Scheduler
from ftspec.spec.rules import Rule, Score
from ftspec.spec.spec import Spec
from ftspec.spec.train import Train
from ftspec.spec.types import Use

if TYPE_CHECKING:
    from ftspec.kinds.paraphrases import Paraphrase
    from ftspec.kinds.sources._generated import Generated
    from ftspec.kinds.writing import Writing


def _named(family: str, keyword: str) -> Any:
    return make(family, {"name": keyword, "arguments": {}})


def method_of(train: Train) -> Method:
    """`lora()` unless named."""
    return cast(Method, train.method or _named("methods", "lora"))


def objective_of(train: Train) -> Objective:
    """`sft()` unless named."""
    return cast(Objective, train.objective or _named("objectives", "sft"))


def scheduler_of(train: Train) -> Scheduler:
    """`cosine()` unless named."""
    return cast(Scheduler, train.scheduler or _named("schedulers", "cosine"))


def optimizer_of(train: Train, on_cuda: bool) -> Optimizer:
    """The one named, else the method's own where the device has it, else `adamw()`."""
    if train.optimizer is not None:
        return cast(Optimizer, train.optimizer)
    brought = method_of(train).optimizer()
    own = cast(Optimizer, make("optimizers", dict(brought))) if brought else None
    return (
        own if own is not None and (on_cuda or not own.needs_cuda) else cast(Optimizer, _named("optimizers", "adamw"))
    )


def root_model(spec: Spec, name: str) -> str | None:
    """The `model` block at the root of a stage, through every `from`."""
    seen: set[str] = set()
    while name in spec.trains and name not in seen:
        seen.add(name)
        train = spec.trains[name]
        parent = train.from_ or train.adapter_of
        if parent is None:
            return train.model or only_model(spec)
        name = parent
    return None


def makers_of(spec: Spec, name: str) -> tuple[str, ...]:
    """The other trains that must be done before a stage: those it starts from, its reward model, its teacher."""
    train = spec.trains[name]
    written = [each for use in (train.data, train.validation) if use for each in writers_of(spec, use)]
    named = (train.from_, train.adapter_of, *objective_of(train).makers(), *written)
    return tuple(dict.fromkeys(each for each in named if each is not None and each in spec.trains))


def generated_of(spec: Spec, name: str) -> Generated | None:
    """The source of a data set whose rows models write while the plan runs."""
    source = spec.data[name].source if name in spec.data else None
    return cast("Generated", source) if source is not None and getattr(source, "makers", None) else None


def paraphrase_of(spec: Spec, use: Use) -> Paraphrase | None:
    """How models put the rows of a use in other words for training; nothing for parts that do not train."""
    data = spec.data.get(use.data)
    augment = data.augment if data is not None and use.split in (None, "train") else None
    return cast("Paraphrase | None", augment.paraphrase) if augment is not None else None


def writings_of(spec: Spec) -> Iterator[tuple[str, Writing]]:
    """Everything that models write while the plan runs, with the place in the spec that says so."""
    for name, data in spec.data.items():
        source = generated_of(spec, name)
        if source is not None:
            yield f"data.{name}.source", source
        if data.augment is not None and data.augment.paraphrase is not None:
            yield f"data.{name}.augment.paraphrase", cast("Writing", data.augment.paraphrase)


def writers_of(spec: Spec, use: Use, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The trains and models that write the rows of a use, and the prompts that these answer."""
    if use.data in above:
        return ()
    found: list[str] = []
    for part in parts_of(spec, use):
        source = generated_of(spec, part.data)
        if source is not None:
            found += [*source.makers(), *writers_of(spec, source.prompts, (*above, use.data))]
        paraphrase = paraphrase_of(spec, part)
        found += paraphrase.makers() if paraphrase is not None else ()
    return tuple(found)


def used_models(spec: Spec) -> tuple[str, ...]:
    """The `model` blocks that take part, in the order of the file: at a stage's root, as teacher, writer, judge, or
    scored by a gate."""
    named = {each for train in spec.trains.values() for each in objective_of(train).makers()}
    named |= {each for name in spec.data if (source := generated_of(spec, name)) for each in source.makers()}
    for train in spec.trains.values():
        named |= set(writers_of(spec, train.data))
    scores = [score for rule in spec.gates.rules for score in scores_of(rule)]
    named |= {each for score in scores for each in (score.of, *metric_of(score).stages()) if each is not None}
    roots = {root_model(spec, name) for name in spec.trains}
    return tuple(name for name in spec.models if name in roots | named)


def only_model(spec: Spec) -> str | None:
    """The model of a stage that names none: the file's only one, or where it has none the only imported one."""
    own = [name for name in spec.models if "." not in name]
    among = own or list(spec.models)
    return among[0] if len(among) == 1 else None


def final_train(spec: Spec) -> str:
    """The stage whose result ships: the last one."""
    return list(spec.trains)[-1]


def training_uses(spec: Spec) -> dict[str, list[tuple[str, Use]]]:
    """By data name: where a stage trains on it (`train.router.data`), with the use; mixtures are taken apart."""
    return _gathered(spec, {f"train.{name}.data": train.data for name, train in spec.trains.items()})


def watching_uses(spec: Spec) -> dict[str, list[tuple[str, Use]]]:
    """By data name: where a stage watches its validation loss, by default on the validation part of its data."""
    watched: dict[str, Use] = {}
    for name, train in spec.trains.items():
        if train.validation is not None:
            watched[f"train.{name}.validation"] = train.validation
        elif train.data.split == "train":
            watched[f"train.{name}.validation"] = Use(data=train.data.data, split="validation")
    return _gathered(spec, watched)


def _gathered(spec: Spec, uses: dict[str, Use]) -> dict[str, list[tuple[str, Use]]]:
    found: dict[str, list[tuple[str, Use]]] = {}
    for path, use in uses.items():
        for part in parts_of(spec, use):
            found.setdefault(part.data, []).append((path, part))
    return found


def parts_of(spec: Spec, use: Use, above: tuple[str, ...] = ()) -> list[Use]:
    """A use with its mixture, if it is one, taken apart. A mixture inside itself has no parts."""
    data = spec.data.get(use.data)
    if use.data in above:
        return []
    if data is None or data.mixture is None:
        return [use]
    return [leaf for part in data.mixture.parts for leaf in parts_of(spec, part.use, (*above, use.data))]


def scores_of(rule: Rule) -> list[Score]:
    """The scores in a rule, from left to right."""
    from ftspec.compile.read.conditions import leaves_of

    if rule.score is not None:
        return [rule.score]
    return [each for each in leaves_of(rule.condition) if isinstance(each, Score)]


def metric_of(score: Score) -> Metric:
    """The score's metric."""
    return cast(Metric, score.metric)
