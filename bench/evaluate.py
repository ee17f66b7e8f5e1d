"""Batched evaluation against one by one, and the bootstrap of a hundred thousand items; ratios of one process run.

Answers are compared token by token: a ratio is given only when they are equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from bench.row import Row
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


def rows() -> Iterator[Row]:
    """Batched generation on the base model against one by one, and the bootstrap."""
    from transformers import AutoModelForCausalLM

    folder = ROOT / "specs" / "base"
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    subject = Subject(model, load_tokenizer(folder), torch.device("cpu"))
    prompts = ticket_prompts(subject.tokenizer)
    generate(subject, prompts[:4], NEW_TOKENS, BATCH_TOKENS)
    rounds = [
        (timed(subject, prompts, BATCH_TOKENS), timed(subject, prompts, 1), transformers_one_by_one(subject, prompts))
        for _ in range(ROUNDS)
    ]
    if any(answers != rounds[0][0][0] for ways in rounds for answers, _ in ways):
        raise SystemExit("the answers differ")
    # The fastest of a few rounds, taken in turns: what else runs on the machine only ever adds time.
    in_batches, alone, by_transformers = (min(ways[way][1] for ways in rounds) for way in range(3))
    yield Row("batched greedy answers, equal ones, against one by one", alone / in_batches, 2, at_most=False)
    yield Row("the same against `model.generate` one by one", by_transformers / in_batches, 2, at_most=False)
    for name, seconds in bootstraps().items():
        yield Row(f"10,000 draws over 100,000 items: {name}", seconds, 10, at_most=True, unit="s")


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
