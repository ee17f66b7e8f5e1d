"""The data floor: preparing rows against TRL's own preparation, near duplicates, padding, the cache of surveys.

Preparation runs in turns with TRL's, on the same rows, and both are counted in CPU seconds of this process: what
else runs on the machine does not count. Text is real: the shipped tickets, and CPython's documentation.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench.row import Row

ROOT = Path(__file__).parent.parent
BASE = ROOT / "specs" / "base"
ROUNDS = 15
MANY = 100_000
LONGEST = 1024
"""Tokens a row: TRL's default."""

Messages = list[dict[str, str]]


def rows() -> Iterator[Row]:
    """Every figure of the data floor."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    yield from duplicates()
    yield survey()
    yield packed()
    for name, found in (("tickets", tickets()), ("paragraphs of documentation", documentation())):
        yield preparation(name, found)


def best(*work: Callable[..., Any], given: Sequence[Callable[[], Any]] = ()) -> list[float]:
    """The fewest CPU seconds of several rounds of each, taken in turns; each is handed what its `given` makes anew."""
    seconds: list[list[float]] = [[] for _ in work]
    for _ in range(ROUNDS):
        for place, each in enumerate(work):
            arguments = [given[place]()] if given else []
            start = time.process_time()
            each(*arguments)
            seconds[place].append(time.process_time() - start)
    return [min(each) for each in seconds]


def tickets() -> list[Messages]:
    """The shipped tickets as their spec renders them."""
    from ftspec.data.surveying import data_sets

    rows = data_sets(_spec())["tickets"].prepared.rows("all")
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


def preparation(name: str, chats: list[Messages]) -> Row:
    """Render, tokenize and label, against all that `SFTTrainer` does by default with the same rows before it trains.

    Both get rows that are read already and a tokenizer that has not seen them yet, and both cut at the `max_length`
    that TRL sets by default.
    """
    from ftspec.model.tokenizer import load_tokenizer

    ours, fresh = partial(_ours, chats), partial(load_tokenizer, BASE)
    with tempfile.TemporaryDirectory() as folder:
        theirs, others = _trl(chats, Path(folder))
        if _labelled(ours(fresh())) != _listed(theirs(others())):
            raise SystemExit("the two preparations differ in their tokens, or in those that train")
        own, other = best(ours, theirs, given=(fresh, others))
    what = f"render, tokenize and label {len(chats):,} {name}: {len(chats) / own:,.0f} rows/s over TRL's"
    return Row(f"{what} {len(chats) / other:,.0f}", other / own, 4, at_most=False)


Labelled = list[tuple[list[int], list[int]]]


def _labelled(encoded: Sequence[Any]) -> Labelled:
    """Ids and labels, with -100 where nothing trains."""
    pairs = ((each.ids, each.trained) for each in encoded)
    return [(ids, [i if on else -100 for i, on in zip(ids, trained, strict=True)]) for ids, trained in pairs]


def _listed(data: Any) -> Labelled:
    return list(zip(data["input_ids"], data["labels"], strict=True))


def _ours(chats: Sequence[Messages], tokenizer: Any) -> list[Any]:
    from ftspec.data import Row, encode
    from ftspec.data.shapes import SHAPES

    shape = next(shape for shape in SHAPES if shape.name == "messages")
    assert shape.turns is not None
    rows = [Row(str(n), "", n, {}, shape.turns({"messages": chat})) for n, chat in enumerate(chats)]
    encoded = encode(rows, tokenizer, LONGEST)
    return [each for each in encoded if True in each.trained]  # TRL drops rows of which the cut leaves no answer


def _trl(chats: Sequence[Messages], folder: Path) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """What prepares rows with a tokenizer, and what makes both anew: rows from a file, whose cache is empty yet."""
    import datasets
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    datasets.disable_progress_bars()
    file = folder / "chats.jsonl"
    file.write_text("".join(json.dumps({"messages": chat}) + "\n" for chat in chats))
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(BASE))
    round = count()

    def fresh() -> tuple[Any, Any]:
        cache = str(folder / f"cache-{next(round)}")
        data = datasets.load_dataset("json", data_files=str(file), split="train", cache_dir=cache)
        return data, AutoTokenizer.from_pretrained(BASE)

    options = {"use_cpu": True, "bf16": False, "report_to": [], "assistant_only_loss": True}
    config = SFTConfig(str(folder), dataset_kwargs={"skip_prepare_dataset": True}, **options)
    assert config.max_length == LONGEST and config.dataset_num_proc is None
    data, tokenizer = fresh()
    trainer = SFTTrainer(model, config, train_dataset=data.select(range(4)), processing_class=tokenizer)
    trainer.args.dataset_kwargs = None

    def prepare(given: tuple[Any, Any]) -> Any:
        return trainer._prepare_dataset(*given, trainer.args, False, None, "train")

    return prepare, fresh


def duplicates() -> Iterator[Row]:
    """Near-duplicate removal at two sizes: seconds, memory, and how the time grows. In a process of its own."""
    command = [sys.executable, "-m", "bench.data", str(MANY)]
    (_, small), (large, busy), memory = json.loads(
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    )
    yield Row(f"near duplicates of {MANY:,} rows", large, 60, at_most=True, unit="s")
    yield Row("near duplicates: memory of the whole process", memory / 1e9, 2, at_most=True, unit="GB")
    yield Row("near duplicates: CPU time for ten times the rows (n log n: 12.5)", busy / small, 12.5, at_most=True)


def deduplicated(size: int) -> tuple[tuple[float, float], tuple[float, float], int]:
    """Seconds, and CPU seconds, for a tenth of the rows and for all; the most memory (bytes) that the process held."""
    import resource

    small, large = _deduplicated(size // 10), _deduplicated(size)
    return small, large, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _deduplicated(size: int) -> tuple[float, float]:
    from ftspec.data.duplicates import without_near_duplicates

    data = _with_copies(size)
    start, busy = time.perf_counter(), time.process_time()
    kept = without_near_duplicates(data, 0.85)
    seconds = time.perf_counter() - start, time.process_time() - busy
    if not 0.89 * size < len(kept) < 0.92 * size:
        raise SystemExit("a tenth of the rows are copies")
    return seconds


def _with_copies(size: int) -> list[Any]:
    """Rows of sixty words, a tenth of them copies of others with one word changed."""
    from ftspec.data import Row, Turn

    chosen = random.Random(0)
    words = [word for chat in documentation() for word in chat[1]["content"].split()]
    found: list[Row] = []
    for number in range(size):
        if number % 10 == 9:
            said = chosen.choice(found).turns[0].text.split()
            said[chosen.randrange(len(said))] = "changed"
        else:
            said = chosen.choices(words, k=60)
        found.append(Row(f"{number:016x}", "", number, {}, (Turn("text", " ".join(said), True),)))
    return found


def survey() -> Row:
    """A second survey of unchanged data against the first."""
    from ftspec.data import survey as survey_data

    spec = _spec()
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = folder
        survey_data(spec)
        cold, warm = best(lambda: survey_data(spec, cache=False), lambda: survey_data(spec))
        os.environ.pop("XDG_CACHE_HOME") if before is None else os.environ.update(XDG_CACHE_HOME=before)
    return Row("a second survey of unchanged data, over the first", cold / warm, 10, at_most=False)


def packed() -> Row:
    """The padding among all positions of one epoch of packed micro batches, as the trainer's collator lays them."""
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    from ftspec.data import encode
    from ftspec.data.surveying import data_sets
    from ftspec.kinds.objectives._order import Order
    from ftspec.model.tokenizer import load_tokenizer

    sequences = encode(data_sets(_spec())["tickets"].prepared.rows("train"), load_tokenizer(BASE), 1024)
    order = Order([len(each.ids) for each in sequences], 16, 8, 0, level=True)
    collate = DataCollatorForLanguageModeling(pad_token_id=0, padding_free=True)
    positions = 0
    for step in order.steps(0):
        for micro in order.micro_batches(step):
            examples = [{"input_ids": sequences[row].ids, "labels": sequences[row].ids} for row in micro]
            positions += collate(examples)["input_ids"].numel()
    padding = 1 - sum(order.lengths) / positions
    return Row("padding in packed micro batches of the tickets", 100 * padding, 2, at_most=True, unit="%")


def _spec() -> Any:
    from ftspec.pipeline import load

    spec = load(ROOT / "specs" / "tickets.ft").spec
    if spec is None:
        raise SystemExit("the shipped spec has errors")
    return spec


if __name__ == "__main__":
    print(json.dumps(deduplicated(int(sys.argv[1]))))
