"""Batched evaluation against one by one, and the bootstrap of a hundred thousand items; ratios of one process run.

    python bench/evaluate.py [MODEL_FOLDER]

Answers are compared token by token: a ratio is printed only when they are equal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from ftspec.evaluate import Subject
from ftspec.evaluate.generate import generate
from ftspec.evaluate.resample import resampled
from ftspec.evaluate.results import Scores
from ftspec.model.tokenizer import Tokenizer, load_tokenizer
from ftspec.plan.steps import Measurement, PlannedUse

ROOT = Path(__file__).parent.parent
ROWS = 96
NEW_TOKENS = 12
BATCH_TOKENS = 4096
ROUNDS = 3


def main(folder: Path) -> None:
    """Print every ratio."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    subject = Subject(model, load_tokenizer(folder), torch.device("cpu"))
    prompts = ticket_prompts(subject.tokenizer)
    generate(subject, prompts[:4], NEW_TOKENS, BATCH_TOKENS)
    rounds = [
        (timed(subject, prompts, BATCH_TOKENS), timed(subject, prompts, 1), transformers_one_by_one(subject, prompts))
        for _ in range(ROUNDS)
    ]
    batched = rounds[0][0][0]
    if any(answers != batched for ways in rounds for answers, _ in ways):
        raise SystemExit("the answers differ")
    # The fastest of a few rounds, taken in turns: what else runs on the machine only ever adds time.
    in_batches, alone, by_transformers = (min(ways[way][1] for ways in rounds) for way in range(3))
    tokens = sum(map(len, prompts))
    print(f"{ROWS} prompts, {tokens} tokens, {sum(map(len, batched))} new ones, {torch.get_num_threads()} threads")
    print(f"batched generation      {alone / in_batches:5.1f} × one by one ({alone:.2f} s → {in_batches:.2f} s)")
    print(f"batched generation      {by_transformers / in_batches:5.1f} × model.generate one by one")
    for name, seconds in bootstraps().items():
        print(f"100,000 items, 10,000 draws of {name:<28} {seconds:5.1f} s")


def ticket_prompts(tokenizer: Tokenizer) -> list[list[int]]:
    """Prompts of the tickets that ship with the project."""
    from ftspec.data import Row, Turn, prompts
    from ftspec.data.row import content_hash

    lines = (ROOT / "specs" / "data" / "tickets.jsonl").read_text("utf-8").splitlines()[:ROWS]
    rows = []
    for number, fields in enumerate(map(json.loads, lines), 1):
        asked = Turn("user", f"{fields['subject']}\n{fields['body']}", False)
        turns = (asked, Turn("assistant", fields["queue"], True))
        rows.append(Row(content_hash(fields), "tickets.jsonl", number, fields, turns))
    return prompts(rows, tokenizer)


def timed(subject: Subject, prompts: list[list[int]], batch_tokens: int) -> tuple[list[list[int]], float]:
    """Answers and seconds."""
    start = perf_counter()
    written, _ = generate(subject, prompts, NEW_TOKENS, batch_tokens)
    return [list(answer.ids) for answer in written], perf_counter() - start


def transformers_one_by_one(subject: Subject, prompts: list[list[int]]) -> tuple[list[list[int]], float]:
    """Answers and seconds of `model.generate`, a prompt at a time."""
    from transformers import GenerationConfig

    ends = sorted(subject.tokenizer.ends)
    config = GenerationConfig(
        do_sample=False, max_new_tokens=NEW_TOKENS, eos_token_id=ends, pad_token_id=subject.tokenizer.pad.id
    )
    start = perf_counter()
    answers = []
    for prompt in prompts:
        output = subject.model.generate(input_ids=torch.tensor([prompt]), generation_config=config)
        new = output[0, len(prompt) :].tolist()
        answers.append(new[:-1] if new[-1] in ends else new)
    return answers, perf_counter() - start


def bootstraps(n: int = 100_000, draws: int = 10_000) -> dict[str, float]:
    """Seconds for a value and its baseline, by metric."""
    generator = np.random.default_rng(0)
    expected = generator.integers(0, 20, n)
    tokens = generator.poisson(30, n) + 1.0
    answers = [np.where(generator.random(n) < share, expected, generator.integers(0, 20, n)) for share in (0.9, 0.5)]
    losses = [tokens * generator.lognormal(1, 0.3, n) for _ in range(2)]
    pairs = {
        "f1, 20 classes, and baseline": [
            scores(f"{i}", "f1", {}, {"expected": expected, "given": each}) for i, each in enumerate(answers)
        ],
        "perplexity and baseline": [
            scores(f"{i}", "perplexity", {}, {"nll": each, "tokens": tokens}) for i, each in enumerate(losses)
        ],
        "the 95th percentile": [scores("0", "latency", {"percentile": 95.0}, {"seconds": losses[0]})],
    }
    seconds = {}
    for name, measured in pairs.items():
        start = perf_counter()
        resampled(measured, draws, 0)
        seconds[name] = perf_counter() - start
    return seconds


def scores(id: str, metric: str, arguments: dict[str, float], columns: dict[str, np.ndarray]) -> Scores:
    """Independent items with these columns."""
    uses = (PlannedUse(data="data.items", split="all"),)
    record = Measurement(id=id, metric={"name": metric, "arguments": arguments}, uses=uses, subject="export")
    n = len(next(iter(columns.values())))
    return Scores(record, tuple(map(str, range(n))), (None,) * n, (0,) * n, columns, 0.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "specs" / "base")
