"""The data floor's speed: ratios and limits measured in this one process.

    python bench/data.py [--rows 100000]

Preparation runs in turns with TRL's own, on the same rows and the same machine load, and the best round of each
counts. Text is real: the shipped tickets, and CPython's documentation.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BASE = ROOT / "specs" / "base"
ROUNDS = 5

Messages = list[dict[str, str]]


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows for near-duplicate removal")
    rows = parser.parse_args().rows
    os.environ["HF_HUB_OFFLINE"] = "1"
    duplicates(rows)
    survey()
    for name, found in (("tickets", tickets()), ("documentation", documentation())):
        preparation(name, found)


def report(name: str, value: str, limit: str) -> None:
    """One measurement beside what it should be."""
    print(f"{name:<44} {value:>28}   {limit}", flush=True)


def best(*work: Callable[[], Any]) -> list[float]:
    """The shortest of several rounds of each, taken in turns."""
    seconds: list[list[float]] = [[] for _ in work]
    for _ in range(ROUNDS):
        for place, each in enumerate(work):
            start = time.perf_counter()
            each()
            seconds[place].append(time.perf_counter() - start)
    return [min(each) for each in seconds]


def tickets() -> list[Messages]:
    """The shipped tickets as their spec renders them."""
    from ftspec.data.surveying import data_sets
    from ftspec.pipeline import load

    spec = load(ROOT / "specs" / "tickets.ft").spec
    assert spec is not None
    rows = data_sets(spec)["tickets"].prepared.rows("all")
    return [[turn.message for turn in row.turns] for row in rows]


def documentation() -> list[Messages]:
    """Paragraphs of CPython's documentation: what a topic is called, and what is said of it."""
    from pydoc_data.topics import topics

    found = []
    for topic, text in sorted(topics.items()):
        parts = [part for part in text.split("\n\n") if len(part) > 80]
        for number, part in enumerate(parts):
            asked = f"What does the manual say about {topic}, in part {number + 1}?"
            found.append([{"role": "user", "content": asked}, {"role": "assistant", "content": part}])
    return found


def preparation(name: str, chats: list[Messages]) -> None:
    """Render, tokenize and label, against `SFTTrainer`'s own preparation."""
    from ftspec.model.tokenizer import load_tokenizer

    theirs = _trl(chats)

    def ours() -> int:
        tokenizer = load_tokenizer(BASE)  # anew: a remembered word from the last round would be unfair
        return _ours(chats, tokenizer)

    assert ours() == theirs(), "both train the same tokens"
    own, other = best(ours, theirs)
    value = f"{len(chats) / own:,.0f} / {len(chats) / other:,.0f} rows/s = {other / own:.1f} ×"
    report(f"render + tokenize + label, {len(chats)} {name}", value, "at least 4 ×")


def _ours(chats: Sequence[Messages], tokenizer: Any) -> int:
    from ftspec.data import Row, encode
    from ftspec.data.shapes import SHAPES

    shape = next(shape for shape in SHAPES if shape.name == "messages")
    assert shape.turns is not None
    rows = [Row(str(n), "", n, {}, shape.turns({"messages": chat})) for n, chat in enumerate(chats)]
    return sum(len(each.ids) for each in encode(rows, tokenizer, 1 << 20))


def _trl(chats: Sequence[Messages]) -> Callable[[], int]:
    import datasets
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    datasets.disable_caching()
    datasets.disable_progress_bars()
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(BASE))
    data = datasets.Dataset.from_dict({"messages": list(chats)})
    with tempfile.TemporaryDirectory() as folder:
        options = {"use_cpu": True, "bf16": False, "report_to": [], "max_length": None, "assistant_only_loss": True}
        skip = {"skip_prepare_dataset": True}
        config = SFTConfig(folder, dataset_kwargs=skip, **options)
        trainer = SFTTrainer(model, config, train_dataset=data.select(range(4)), processing_class=tokenizer)
    trainer.args.dataset_kwargs = None

    def prepare() -> int:
        found = trainer._prepare_dataset(data, tokenizer, trainer.args, False, None, "train")
        return sum(map(len, found["input_ids"]))

    return prepare


def duplicates(count: int) -> None:
    """Near-duplicate removal at two sizes: seconds, memory, and how the time grows."""
    from ftspec.data import Row, Turn
    from ftspec.data.duplicates import without_near_duplicates

    chosen = random.Random(0)
    words = [word for chat in documentation() for word in chat[1]["content"].split()]

    def rows(size: int) -> list[Row]:
        found: list[Row] = []
        for number in range(size):
            if number % 10 == 9:
                said = chosen.choice(found).turns[0].text.split()
                said[chosen.randrange(len(said))] = "changed"
            else:
                said = chosen.choices(words, k=60)
            found.append(Row(f"{number:016x}", "", number, {}, (Turn("text", " ".join(said), True),)))
        return found

    seconds = {}
    for size in (count // 10, count):
        data = rows(size)
        start = time.perf_counter()
        kept = without_near_duplicates(data, 0.85)
        seconds[size] = time.perf_counter() - start
        assert 0.89 * size < len(kept) < 0.92 * size, "a tenth of the rows are copies"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    report(f"near duplicates of {count:,} rows", f"{seconds[count]:.1f} s, {memory:.2f} GiB", "60 s, 2 GiB")
    report("  ten times the rows", f"{seconds[count] / seconds[count // 10]:.1f} × the time", "n log n: 12.5 ×")


def survey() -> None:
    """A second survey of unchanged data against the first."""
    from ftspec.data import survey
    from ftspec.pipeline import load

    spec = load(ROOT / "specs" / "tickets.ft").spec
    assert spec is not None
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = folder
        cold, warm = best(lambda: survey(spec, cache=False), lambda: survey(spec))
        os.environ.pop("XDG_CACHE_HOME") if before is None else os.environ.update(XDG_CACHE_HOME=before)
    report(
        "survey of specs/tickets.ft, cold and warm", f"{cold * 1e3:.0f} / {warm * 1e3:.1f} ms = {cold / warm:.0f} ×", ""
    )


if __name__ == "__main__":
    main()
