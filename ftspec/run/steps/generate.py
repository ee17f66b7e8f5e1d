"""Have models write the rows of a data set, unless they are written already.

The rows are a file of JSON lines under the stage's digest, and a copy in the run's folder is there to be read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ftspec.errors import CannotRun
from ftspec.kinds.writing import Asked, Talk, Writing
from ftspec.plan.steps import Generate
from ftspec.run.folder import appearing
from ftspec.run.others import Others
from ftspec.run.session import Session
from ftspec.run.steps import Outcome
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.data import Row


def generate(step: Generate, session: Session) -> Outcome:
    """The rows as a file; `data/NAME.jsonl` in the run's folder is the same."""
    target = session.written(step.id)
    reused = target.is_file()
    if not reused:
        text = _text(step, session)
        with appearing(target.parent) as building:
            (building / target.name).write_text(text, "utf-8")
    text = target.read_text("utf-8")
    copy = session.folder.path / "data" / f"{step.id.removeprefix('generate.')}.jsonl"
    copy.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(copy, text)
    rows, said = text.count("\n"), f"{text.count(chr(10)):,} rows in data/{copy.name}"
    if step.augments is None:
        return Outcome(said, reused=reused)
    left_out = _left_out(text, step)
    why = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
    more = {"written": rows, "left_out": left_out}
    return Outcome(f"{said} · left out: {why}" if why else said, reused=reused, more=more)


def _left_out(text: str, step: Generate) -> dict[str, int]:
    """How many paraphrases train nothing, by why. Raises `CannotRun` where all of them do."""
    why = Counter(json.loads(line)["left_out"] for line in text.split("\n") if line)
    rows, kept = why.total(), why.pop(None, 0)
    if rows and not kept:
        name = step.id.removeprefix("generate.").removesuffix(".paraphrases")
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(why.items()))
        help = (
            f"read data/{name}.paraphrases.jsonl; name a model that follows an instruction, or raise `max_new_tokens`"
        )
        raise CannotRun(f"of {rows} paraphrases for {name} none can train: {reasons}", help)
    return dict(sorted(why.items()))


def _text(step: Generate, session: Session) -> str:
    from ftspec.kinds.registry import make

    source = make("sources" if step.augments is None else "paraphrases", dict(step.source))
    assert isinstance(source, Writing)
    with Others(session) as others:
        rows = list(source.written(_Writer(step, session, others, source)))
    if step.augments is not None:
        from ftspec.data.paraphrasing import held_back

        rows = list(held_back(rows, [row for use in step.held_out for row in session.rows(use)]))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@dataclass(frozen=True)
class _Writer:
    """Models at work for one step (`ftspec.kinds.sources._generated.Writer`)."""

    step: Generate
    session: Session
    others: Others
    source: Writing

    def prompts(self) -> Sequence[Asked]:
        return [Asked(row.item, _before(row)) for row in self.session.rows(self.step.prompts)]

    def changeable(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        from ftspec.data.paraphrasing import changeable

        return changeable(self.session.rows(self.step.prompts))

    def draw(self, maker: str, talks: Sequence[Talk], stream: str) -> list[str]:
        return [text for text, _ in self.drawn(maker, talks, stream)]

    def drawn(self, maker: str, talks: Sequence[Talk], stream: str) -> list[tuple[str, bool]]:
        from ftspec.evaluate.batches import by_length
        from ftspec.kinds.objectives._sampling import draw, padded, reads_whole

        subject = self.others.opened(maker)
        ids, answers = self._ids(maker, talks), [("", False)] * len(talks)
        ends = self.others.ends(self._model(maker))
        lengths, alike = [len(each) for each in ids], reads_whole(subject.model)
        done = 0
        for places in by_length(lengths, self.step.batch_tokens, padded=not alike):
            drawn = draw(
                subject.model,
                padded([ids[place] for place in places], subject.tokenizer.pad.id, subject.device),
                max_new_tokens=self.source.max_new_tokens,
                ends=ends,
                pad=subject.tokenizer.pad.id,
                temperature=self.source.temperature,
                generator=self._random(stream, places[0], subject.device),
            )
            texts, ended = subject.tokenizer.decode_batch(drawn.rows()), drawn.finished.tolist()
            for place, text, end in zip(places, texts, ended, strict=True):
                answers[place] = (text, end)
            done += len(places)
            name = self.step.id.removeprefix("generate.")
            self.session.events.measuring(f"{name}, {stream}", done, len(talks))
        return answers

    def choose(self, maker: str, talks: Sequence[Talk], options: Sequence[str]) -> list[list[float]]:
        from ftspec.data import Turn, encode
        from ftspec.evaluate.observe.choices import last_answer
        from ftspec.evaluate.scoring import score

        subject = self.others.opened(maker)
        asked = [(*_turns(talk), Turn("assistant", option, True)) for talk in talks for option in options]
        encoded = encode([_row(turns) for turns in asked], subject.tokenizer, 1 << 30)
        context = subject.model.config.get_text_config().max_position_embeddings
        windows = [last_answer(place, each, context) for place, each in enumerate(encoded)]
        found = [-sum(each.nll) for each in score(subject, windows, self.step.batch_tokens)]
        return [found[start : start + len(options)] for start in range(0, len(found), len(options))]

    def rate(self, maker: str, talks: Sequence[Talk], answers: Sequence[str]) -> list[float] | None:
        from ftspec.data import Turn, encode
        from ftspec.evaluate.reward import is_reward_model, rewards

        subject = self.others.opened(maker)
        if not is_reward_model(subject):
            return None
        rows = [_row((*_turns(talk), Turn("assistant", text, True))) for talk, text in zip(talks, answers, strict=True)]
        ids = [each.ids for each in encode(rows, subject.tokenizer, 1 << 30)]
        return rewards(subject, ids, self.step.batch_tokens)

    def _ids(self, maker: str, talks: Sequence[Talk]) -> list[list[int]]:
        from ftspec.data import prompts

        return prompts([_row(_turns(talk)) for talk in talks], self.others.opened(maker).tokenizer)

    def _model(self, maker: str) -> str:
        """The id of the model at the root of a maker."""
        id = f"train.{maker}"
        return self.session.train_step(id).model if id in self.session.plan.by_id else f"model.{maker}"

    def _random(self, stream: str, place: int, device: Any) -> Any:
        import torch

        seed = sha256(f"{self.source.seed}/{stream}/{place}".encode()).digest()[:7]
        return torch.Generator(device).manual_seed(int.from_bytes(seed, "big"))


def _before(row: Row) -> Talk:
    """What is said before a row's answer; the roles of preference data as chats know them."""
    from ftspec.data import branches

    turns = branches(row)[0]
    trained = [place for place, turn in enumerate(turns) if turn.trains]
    return tuple(("user" if t.role == "prompt" else t.role, t.text) for t in turns[: trained[-1] if trained else None])


def _turns(talk: Talk) -> tuple[Any, ...]:
    from ftspec.data import Turn

    return tuple(Turn(role, text, False) for role, text in talk)


def _row(turns: tuple[Any, ...]) -> Row:
    from ftspec.data import Row

    return Row("", "", 1, {}, turns)
