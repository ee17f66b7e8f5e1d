"""What the preview says of a stage of training."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.plan.explain.data import is_written
from ftspec.plan.explain.table import Text, Tone
from ftspec.plan.explain.words import count, name, percent, plural, rate, short
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, PrepareData, Step, Train


def train_lines(step: Train, plan: Plan) -> tuple[Text, ...]:
    """What trains, how long and how, on what; then what was cut."""
    return (
        Text(_what(step, plan)),
        Text(" · ".join(_schedule(step))),
        Text(" · ".join(_tokens(step, plan))),
        *_warnings(step),
    )


def _what(step: Train, plan: Plan) -> str:
    objective, method = str(step.objective["name"]), step.adaptation.note or str(step.method["name"])
    total = _parameters(step, plan)
    trainable = step.adaptation.trainable
    share = f" ({percent(trainable / total)})" if total else ""
    parent = f" on {name(step.from_)}" if step.from_ else ""
    trained = "all" if trainable == total else f"{count(trainable)} of {short(total)}"
    return f"{objective} with {method}{parent}: {trained} parameters train{'' if trained == 'all' else share}"


def _parameters(step: Train, plan: Plan) -> int:
    model = plan.by_id.get(step.model)
    base = model.parameters if isinstance(model, FetchModel) else 0
    return base + step.adaptation.added


def _schedule(step: Train) -> Iterator[str]:
    micro = " × ".join(str(each) for each in (step.micro_batch_size, step.accumulation, step.devices) if each > 1)
    rows = f"steps of {step.batch_size}" + (f" (micro {micro})" if micro != str(step.batch_size) and micro else "")
    length = f"{step.epochs:g} epoch{'' if step.epochs == 1 else 's'} = " if step.epochs else ""
    yield f"{length}{count(step.optimizer_steps)} {rows}"
    yield f"{'packed' if step.packing else 'padded'} rows up to {plural(step.max_length, 'token')}"
    yield f"{rate(step.learning_rate)} {step.scheduler['name']}"
    yield f"{str(step.optimizer['name']).replace('_', ' ')} in {step.precision}"
    if step.sequences > 1:
        yield f"{step.sequences} sequences a row"
    if step.reads_reference:
        yield "its reference read once before"
    if step.gradient_checkpointing:
        yield "activations recomputed"
    if step.early_stopping:
        yield "stops early"


def _tokens(step: Train, plan: Plan) -> Iterator[str]:
    source = f"{name(step.data.data)}.{step.data.split}" if step.data.split != "all" else name(step.data.data)
    if step.tokens is None:
        data = plan.by_id.get(step.data.data)
        written = isinstance(data, PrepareData) and is_written(data)
        why = "models write the rows" if written else "the tokenizer is not at hand"
        yield f"{source}: tokens not counted, {why}"
    else:
        facts = step.tokens
        yield f"{source}: {plural(facts.tokens, 'token')} an epoch, {count(facts.trained_tokens)} trained"
        yield f"longest row {count(facts.longest)}"
        yield f"truncated {count(facts.truncated)}"
    if not step.shuffled:
        yield _order(plan.by_id.get(step.data.data))
    if step.validation:
        yield f"watched on {name(step.validation.data)}" + (
            f".{step.validation.split}" if step.validation.split != "all" else ""
        )


def _order(data: Step | None) -> str:
    """The order of rows that are not shuffled."""
    order = data.order if isinstance(data, PrepareData) else "as_written"
    if isinstance(order, str):
        mixed = isinstance(data, PrepareData) and data.mixture and data.mixture.get("order") == "as_written"
        return "one part after the other" if mixed and order == "shuffled" else "in the order of the file"
    by = order["arguments"]["field"]
    return f"{order['name']} by {'tokens' if by is None else by}"


def _warnings(step: Train) -> tuple[Text, ...]:
    facts, said = step.tokens, []
    if facts is None:
        return ()
    if facts.answers_cut:
        said.append(f"{plural(facts.answers_cut, 'answer')} cut short")
    if facts.untrained and facts.trained_tokens:
        said.append(f"{plural(facts.untrained, 'row')} without a trained token")
    if not facts.end_trained:
        said.append("the end token does not train")
    return (Text(" · ".join(said), Tone.BAD),) if said else ()
