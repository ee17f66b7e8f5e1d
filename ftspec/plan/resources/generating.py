"""What it takes to have models write rows: `sampled`, `adversarial`, `constitutional`, `judged`, `prompted`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.plan.facts import Facts, Target, TokenFacts
from ftspec.plan.resources.batch import Batch
from ftspec.plan.resources.duration import write
from ftspec.plan.resources.forwards import forward_bytes, kv_bytes_per_token
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.others import Other
from ftspec.plan.resources.passes import inference
from ftspec.plan.resources.runtime import LEFT_OVER, rounded, runtime_bytes
from ftspec.plan.resources.training import PARTS
from ftspec.plan.resources.work import seconds
from ftspec.plan.steps import Generate, PlannedUse

_FP32 = 4
_ASKED = 256
"""Tokens of a prompt where its tokenizer is not at hand."""

_ORDERS, _OPTIONS = 2, 2
"""A judge that reads sees each pair in both orders, and is asked for the likelihood of `A` and of `B`."""


@dataclass(frozen=True)
class Turn:
    """One model's work on every prompt."""

    maker: int
    """0 who writes, 1 who judges."""

    times: int
    """For each prompt."""

    behind: int = 0
    """Tokens that stand behind the prompt already: answers, and what is asked of them."""

    writes: bool = True

    new: int | None = None
    """Tokens written at most; by default the step's."""


def _sampled(given: Mapping[str, Any], _: bool) -> Iterator[Turn]:
    yield Turn(0, int(given["samples"]))


def _adversarial(given: Mapping[str, Any], _: bool) -> Iterator[Turn]:
    yield Turn(0, int(given["samples"]), behind=len(str(given["instruction"])) // 4)


def _prompted(given: Mapping[str, Any], _: bool) -> Iterator[Turn]:
    yield Turn(0, int(given["copies"]), behind=len(str(given["instruction"])) // 4)


def _constitutional(given: Mapping[str, Any], _: bool) -> Iterator[Turn]:
    new, rounds = int(given["max_new_tokens"]), int(given["rounds"])
    principle = max(len(each) for each in given["principles"]) // 4 + 16
    yield Turn(0, 1)
    yield Turn(0, rounds, behind=new + principle)
    yield Turn(0, rounds, behind=2 * new + principle + 16)


def _judged(given: Mapping[str, Any], scores: bool) -> Iterator[Turn]:
    new, samples = int(given["max_new_tokens"]), int(given["samples"])
    pairs = samples * (samples - 1) // 2
    yield Turn(0, samples)
    if scores:
        yield Turn(1, 2 * pairs, behind=new, writes=False)
    else:
        yield Turn(1, _ORDERS * _OPTIONS * pairs, behind=2 * new + len(str(given["rubric"])) // 4 + 32, writes=False)


_TURNS: Mapping[str, Callable[[Mapping[str, Any], bool], Iterator[Turn]]] = {
    "sampled": _sampled,
    "adversarial": _adversarial,
    "constitutional": _constitutional,
    "judged": _judged,
    "prompted": _prompted,
}


@dataclass(frozen=True)
class Generating:
    """The arithmetic of models that write and judge in turns."""

    id: str
    """The step's."""

    turns: tuple[Turn, ...]
    """What is done, in order; answers as long as may be."""

    prompts: int
    """How many there are."""

    tokens: TokenFacts | None
    makers: tuple[Other, ...]
    """Writer, and judge where there is one; all are in memory together."""

    new: int
    """Tokens of an answer at most."""

    batch_tokens: int
    target: Target

    @property
    def seconds(self) -> float:
        """All of it."""
        return sum(self._turn_seconds(turn) for turn in self.turns)

    @property
    def memory(self) -> dict[str, int]:
        """Bytes of each part on one device at the turn that needs most."""
        return max((self._turn_memory(turn) for turn in self.turns), key=lambda parts: sum(parts.values()), default={})

    def rows(self, count: int, sequences: int) -> TokenFacts:
        """What is known beforehand of that many rows: a prompt with an answer that is as long as may be."""
        longest, mean = self._longest + self.new, self._mean + self.new
        return TokenFacts(
            rows=count,
            tokens=round(count * sequences * mean),
            trained_tokens=count * sequences * self.new,
            longest=longest,
            longest_answer=self.new,
        )

    @property
    def _mean(self) -> float:
        return self.tokens.tokens / self.tokens.rows if self.tokens and self.tokens.rows else _ASKED

    @property
    def _longest(self) -> int:
        return self.tokens.longest if self.tokens and self.tokens.rows else _ASKED

    def _maker(self, turn: Turn) -> Other:
        return self.makers[min(turn.maker, len(self.makers) - 1)]

    def _written(self, turn: Turn) -> int:
        return 0 if not turn.writes else self.new if turn.new is None else turn.new

    def _at_once(self, turn: Turn, length: float) -> float:
        """Rows in one batch."""
        return max(1.0, min(float(self.prompts), self.batch_tokens // max(1.0, length)))

    def _turn_seconds(self, turn: Turn) -> float:
        maker, length, new = self._maker(turn), self._mean + turn.behind, self._written(turn)
        rows, width = self._at_once(turn, length), BYTES[maker.precision]
        batches = turn.times * self.prompts / rows
        batch = Batch(round(rows * length), round(rows * length * length), 0, True)
        work = inference(maker.facts, batch, width, maker.adapters)
        if new:
            work += write(maker.facts, width, rows, length + new / 2, maker.adapters).times(new)
        return batches * seconds(work, self.target, maker.precision)

    def _turn_memory(self, turn: Turn) -> dict[str, int]:
        maker, longest, new = self._maker(turn), self._longest + turn.behind, self._written(turn)
        width, rows = BYTES[maker.precision], round(self._at_once(turn, longest))
        tokens = rows * longest
        cache = kv_bytes_per_token(maker.facts, maker.precision) * (tokens + rows * new) if new else 0
        held = {
            "weights": maker.bytes,
            "others": sum(other.bytes for other in self.makers if other is not maker),
            "activations": forward_bytes(maker.facts, tokens, tokens * longest, width),
            "cache": cache + cache // max(1, maker.facts.layers),
            "logits": 0 if maker.scores else rows * maker.facts.vocabulary * (width + 3 * _FP32),
        }
        held = {part: rounded(size, self.target) for part, size in held.items()}
        held["runtime"] = runtime_bytes(self.target, sum(held.values()))
        held["runtime"] += LEFT_OVER if self.target.kind == "cpu" else 0
        return {part: held.get(part, 0) for part in PARTS}


def generating(step: Generate, prompts: int, facts: Facts, makers: tuple[Other, ...], target: Target) -> Generating:
    """A step with what is known of its prompts."""
    given, scores = step.source["arguments"], len(makers) > 1 and makers[1].scores
    found = _TURNS.get(str(step.source["name"]))
    return Generating(
        id=step.id,
        turns=tuple(found(given, scores)) if found and makers else (),
        prompts=prompts,
        tokens=tokens_like(step.prompts, facts),
        makers=makers,
        new=int(given["max_new_tokens"]),
        batch_tokens=step.batch_tokens,
        target=target,
    )


def tokens_like(use: PlannedUse, facts: Facts) -> TokenFacts | None:
    """What is known of these rows, by whichever tokenizer; else of another part of the same data."""
    name, part = use.data.removeprefix("data."), use.split
    alike = [found for (data, _, _), found in facts.tokens.items() if data == name]
    known = [found for (data, split, _), found in facts.tokens.items() if data == name and split == part]
    return next(iter((*known, *alike)), None)
