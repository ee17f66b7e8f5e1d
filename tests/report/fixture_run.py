"""Writes a whole run folder, as a run of `tickets.ft` would leave it: the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from ftspec.evaluate.items import Entry, slug, write_index
from ftspec.evaluate.results import Artefact, GateResult, Verdict, to_json
from ftspec.plan import canonical
from ftspec.plan.plan import Plan
from tests.report.fixture_plan import digest_of, evaluation, make_plan
from tests.report.fixture_record import record

LABELS = ("billing", "general", "technical")
GOAL = "Route every support ticket to billing, technical or general"


STATISTICS: dict[str, Any] = {
    "data": "tickets",
    "split": "train",
    "model": "model.base",
    "rows": 344,
    "lengths": {
        "row": {"smallest": 41, "median": 80, "ninety_percent": 121, "largest": 143, "mean": 82.59},
        "answer": {"smallest": 4, "median": 4, "ninety_percent": 5, "largest": 5, "mean": 4.1},
    },
    "labels": {},
    "vocabulary": {
        "words": 10_233,
        "distinct": 2_118,
        "tokens_per_word": 1.701,
        "unknown": 3,
        "split": [{"word": "Tallybook<b>", "count": 39, "tokens": 4}],
    },
    "diversity": {"distinct_1": 0.2, "distinct_2": 0.75, "self_similarity": 0.06},
    "groups": {"channel": {"email": 200, "chat": 144}},
}


@dataclass(frozen=True)
class Made:
    """A run folder with what was written into it."""

    path: Path
    plan: Plan
    verdict: Verdict


def build(root: Path, *, goal: str = GOAL, samples: Sequence[dict[str, Any]] | None = None, rule: str = "") -> Made:
    """A finished run that passed. `rule` replaces the text of the first gate."""
    plan = make_plan(goal, rule)
    path = root / "runs" / plan.spec.name / plan.digest[:12]
    (path / "items").mkdir(parents=True)
    verdict = make_verdict(plan, rule)
    (path / "plan.json").write_text(canonical.to_json(plan), encoding="utf-8")
    (path / "verdict.json").write_text(to_json(verdict), encoding="utf-8")
    _write_lines(path / "record.jsonl", record(plan))
    _write_lines(path / "samples.jsonl", SAMPLES if samples is None else samples)
    _write_items(path / "items")
    (path / "statistics").mkdir()
    (path / "statistics" / "tickets.json").write_text(canonical.dumps(STATISTICS), encoding="utf-8")
    return Made(path, plan, verdict)


def stop_after(made: Made, events: int, *more: dict[str, Any]) -> None:
    """Cuts the record after so many events, puts others behind them, and takes away what comes later in a run."""
    _write_lines(made.path / "record.jsonl", [*list(record(made.plan))[:events], *more])
    for later in ("verdict.json", "samples.jsonl"):
        (made.path / later).unlink()
    for file in (made.path / "items").iterdir():
        file.unlink()


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")


def make_verdict(plan: Plan, rule: str) -> Verdict:
    share: Any = {"ratio": True, "unit": "", "reason": None, "confidence": 0.95}
    gates = (
        GateResult(rule=rule or "accuracy(tickets.test) >= 90%", verb="require", metric="accuracy", data="tickets.test",
                   value=63 / 68, baseline=None, threshold=0.9, bound=0.9, n=68, interval=(0.8391, 0.9682),
                   interval_of="value", interval_by="wilson", verdict="pass", because=None, direction="higher",
                   detectable=0.0987, **share),
        GateResult(rule="f1(tickets.test, average = macro) >= baseline + 10%", verb="require", metric="f1",
                   data="tickets.test", value=0.9243, baseline=0.2101, threshold=0.3101, bound=0.1, n=68,
                   interval=(0.6188, 0.8014), interval_of="difference", interval_by="bootstrap", verdict="pass",
                   because=None, direction="higher", detectable=0.1312, **share),
        GateResult(rule="perplexity(english) <= 1.05 * baseline", verb="require", metric="perplexity", data="english",
                   value=58.99, baseline=58.17, threshold=61.08, bound=1.05, n=212, interval=(1.0083, 1.0212),
                   interval_of="ratio", interval_by="bootstrap", verdict="pass", because="general English must survive",
                   direction="lower", detectable=0.0093, **(share | {"ratio": False})),
        GateResult(rule="memorization(tickets.train) <= 2%", verb="warn", metric="memorization", data="tickets.train",
                   value=0.0262, baseline=None, threshold=0.02, bound=0.02, n=344, interval=(0.0138, 0.0489),
                   interval_of="value", interval_by="wilson", verdict="fail", because=None, direction="lower",
                   detectable=0.0262, **share),
        GateResult(rule="latency(tickets.test, percentile = 95)", verb="report", metric="latency", data="tickets.test",
                   value=0.0841, baseline=None, threshold=None, bound=None, n=68, interval=(0.0787, 0.0922),
                   interval_of="value", interval_by="bootstrap", verdict="measured", because=None, direction="lower",
                   detectable=0.0071, **(share | {"ratio": False, "unit": "s"})),
    )  # fmt: skip
    artefact = Artefact(path="model", sha256=digest_of("adapter"), form="adapter")
    return Verdict(verdict="pass", digest=plan.digest, spec="tickets", artefact=artefact, gates=gates)


WRONG_AFTER = frozenset({5, 17, 30, 45, 60})
"""Rows that the trained model gets wrong."""


def answers(subject: str) -> list[dict[str, Any]]:
    """What the base model and the trained one answer to the 68 test rows."""
    random = Random(subject)
    lines = []
    for number in range(68):
        expected = LABELS[number * 7 % 3]
        guess = random.choice(("technical", "technical", "technical", "billing", "general", "The queue is a"))
        given = guess if subject == "model.base" else LABELS[(number * 7 + (number in WRONG_AFTER)) % 3]
        hit = {"hit": float(given == expected)}
        lines.append({"item": digest_of(f"test {number}")[:16], "prompt": f"ticket {number}", "expected": expected,
                      "given": given, "finished": True, "group": None, "part": 0, "scores": hit})  # fmt: skip
    return lines


def _write_items(folder: Path) -> None:
    index = {}
    for each in evaluation().measurements:
        if each.metric["name"] not in ("accuracy", "f1"):
            continue
        name = f"{slug(each.id)}.jsonl"
        _write_lines(folder / name, answers(each.subject))
        sha = sha256((folder / name).read_bytes()).hexdigest()
        digests = {"sha256": sha, "digest": digest_of(each.id), "observation": digest_of(each.subject)}
        index[each.id] = Entry(file=name, n=68, value=0.9, reason=None, seconds=1.2, **digests)
    write_index(folder, index)


SYSTEM = "Answer with one queue: billing, technical or general."

_TABLE = """
Charged twice in March|My card shows two payments for the same invoice. I only want one back, the other is fine.|billing|technical|billing
total is nonsense|scanned a diesel receipt for 61,40 and it put 6140 in the expenses. every station does it|technical|The expenses are a list of the|technical
Feature idea from a beekeeper|Let us attach a small photo to each product. People buy honey with their eyes.|general|general|general
where is my vat number|the bookkeeper says our VAT id is missing on the PDF. it is in the settings tho??|billing|technical|technical
Login loop on the tablet|It asks for the password, says welcome, and asks for the password.|technical|billing or technical|technical
Thanks to Ines|She stayed on the phone until the import was through. Please tell her boss.|general|technical|general
Do you have an office in Graz?|We would like to see it live before we buy.|general||general
Cancel after trial|I cancelled on day 13 and was charged on day 14.|billing|billing|billing
CSV import stops at row 512|No message. The bar turns grey and stays. 511 rows are there.|technical|technical|technical
Reminder for a paid invoice|Paid on the 3rd, reminded on the 10th. Who checks these?|billing|general|billing
"""  # noqa: E501


def sample(line: str) -> dict[str, Any]:
    """One line of `samples.jsonl` from `subject|body|expected|before|after`."""
    subject, body, expected, before, after = line.split("|")
    prompt = f"{SYSTEM}\n\n{subject}\n{body}"
    return {
        "item": digest_of(line)[:16],
        "data": "tickets.test",
        "prompt": prompt,
        "expected": expected,
        "before": before,
        "after": after,
    }


SAMPLES = tuple(map(sample, _TABLE.strip().splitlines()))
