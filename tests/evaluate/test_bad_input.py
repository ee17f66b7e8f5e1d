"""What goes wrong while models are scored: each thing is named, and none of it ever passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftspec.evaluate import GateResult, Measurements, decide, measure
from ftspec.evaluate.items import Taken
from ftspec.evaluate.results import Scores
from ftspec.evaluate.taking import computed
from ftspec.kinds.metrics import Answer, Duel, Metric, Preference, Reward, TokenLoss
from ftspec.kinds.registry import make
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Decide, Evaluate, Generation, Measurement
from ftspec.spec.rules import Comparison, Constant, Reading
from tests.evaluate.scenes import Log, Zoo, ask, measurement, sentence

NAN = float("nan")


def gated(taken_of: Measurement, taken: Taken, operator: str, bound: float, confidence: float | None) -> GateResult:
    metric = make("metrics", dict(taken_of.metric))
    assert isinstance(metric, Metric)
    columns, value, reason = computed(metric, taken)
    items = tuple(each.item for each in taken.observations) if columns else ()
    scores = Scores(taken_of, items, (None,) * len(items), (0,) * len(items), columns, value, reason)
    condition = Comparison.model_validate(
        {"operator": operator, "left": Reading(measurement="m"), "right": Constant(value=bound)}
    )
    gate = Gate(verb="require", rule="r", condition=condition, measurement="m", baseline=None, because=None)
    step = Decide(id="decide", confidence=confidence, correction="none", seed=0)
    [result] = decide(step, [gate], Measurements({"m": scores})).gates
    return result


def answers(*given: tuple[str, str], finished: bool = True) -> Taken:
    rows = tuple(Answer(f"row{n}", "prompt", want, have, finished) for n, (want, have) in enumerate(given))
    return Taken(rows, (0,) * len(rows))


def taken(*observations: Any) -> Taken:
    return Taken(observations, (0,) * len(observations))


NEVER_ENDS = [("yes", "yes yes yes yes yes")] * 5 + [("no", "yes yes yes yes yes")] * 5
CASES = {
    "an empty split": ("accuracy", {}, answers(), ">=", 0.0, "no"),
    "an empty split, lower is better": ("perplexity", {}, taken(), "<=", 1e9, "no"),
    "one class only": ("accuracy", {}, answers(*[("yes", "yes")] * 9), ">=", 0.5, "same answer"),
    "one class only, f1": ("f1", {}, answers(*[("yes", "yes")] * 9), ">=", 0.5, "same answer"),
    "a loss that is no number": ("loss", {}, taken(TokenLoss("a", NAN, 3), TokenLoss("b", 1.0, 3)), "<=", 9.0, ""),
    "a loss of infinity": ("perplexity", {}, taken(TokenLoss("a", float("inf"), 3)), "<=", 9.0, ""),
    "rows without a trained token": ("loss", {}, taken(TokenLoss("a", 0.0, 0), TokenLoss("b", 0.0, 0)), "<=", 9.0, ""),
    "answers that never end": ("accuracy", {}, answers(*NEVER_ENDS, finished=False), ">=", 0.5, None),
    "invalid JSON": ("json_valid", {}, answers(*[("{}", '{"a": }')] * 9), ">=", 0.5, None),
    "a judge that gives no number": ("mean_reward", {"judge": "j"}, taken(Reward("a", "x", NAN)), ">=", -9.0, "finite"),
    "a judge that cannot decide": (
        "win_rate",
        {"over": "o", "judge": "j"},
        taken(*(Duel(f"{n}", "a", "b", NAN, 1.0) for n in range(9))),
        ">=",
        0.1,
        "finite",
    ),
    "a judge that finds all alike": (
        "win_rate",
        {"over": "o", "judge": "j"},
        taken(*(Duel(f"{n}", "a", "b", 1.0, 1.0) for n in range(9))),
        ">=",
        0.51,
        None,
    ),
    "a preference without a number": ("preference_accuracy", {}, taken(Preference("a", NAN, 1.0)), ">=", 0.0, "finite"),
}


@pytest.mark.parametrize("confidence", [None, 0.95], ids=["by point", "by interval"])
@pytest.mark.parametrize("name", CASES)
def test_none_of_it_passes(name: str, confidence: float | None) -> None:
    metric, arguments, observed, operator, bound, word = CASES[name]
    result = gated(measurement("m", metric, **arguments), observed, operator, bound, confidence)
    assert result.verdict in ("fail", "inconclusive"), (result.value, result.reason)
    if word is not None:
        assert result.reason and word in result.reason
        assert (result.value, result.verdict) == (None, "fail")


OWN = "def score(prompt, expected, given):\n    return float(len(given) > 0)\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (OWN, None),
        ("def score(prompt, expected, given):\n    return float('nan')\n", "gives nan for row"),
        ("def score(prompt, expected, given):\n    return 7\n", "a score lies between 0 and 1"),
        ("def score(prompt, expected, given):\n    return {}['x']\n", "fails for row"),
        ("def score(prompt, expected, given):\n    return 'good'\n", "fails for row"),
        ("def score(prompt, expected, given):\n    return [0.5, 0.5]\n", "fails for row"),
        ("def score(prompt):\n    return 1.0\n", "fails for row"),
        ("import sys\ndef score(prompt, expected, given):\n    sys.exit(0)\n", "fails for row"),
        ("import sys\nsys.exit(0)\n", "own.py fails: SystemExit"),
        ("x = 1\n", "defines no function 'score'"),
        ("def score(:\n", "SyntaxError"),
    ],
)
def test_a_metric_of_ones_own(tmp_path: Path, source: str, reason: str | None) -> None:
    (tmp_path / "own.py").write_text(source)
    found = _own(tmp_path, allow_code=True)
    if reason is None:
        assert found.value is not None and 0 <= found.value <= 1
    else:
        assert found.value is None and reason in (found.reason or "")


def test_code_that_never_ends_has_no_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftspec.kinds.metrics.python._PATIENCE", 0.2)
    (tmp_path / "own.py").write_text(
        "def score(prompt, expected, given):\n    while True:\n        try:\n            pass\n"
        "        except Exception:\n            pass\n"
    )
    assert "takes more than 0.2 s for row" in (_own(tmp_path, allow_code=True).reason or "")


def test_code_of_ones_own_must_be_allowed(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("raise SystemExit('it ran')\n")
    assert "allow it with `--allow-code`" in (_own(tmp_path, allow_code=False).reason or "")


def test_code_that_was_changed_since_the_plan_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    found = _own(tmp_path, allow_code=True, sha256="0" * 64)
    assert "was changed after the plan was made" in (found.reason or "")


def _own(folder: Path, allow_code: bool, **more: str) -> Scores:
    generator = np.random.default_rng(0)
    rows = [ask(sentence(generator, 4), "yes", n) for n in range(3)]
    step = Evaluate(
        id="evaluate",
        measurements=(measurement("own", "python", file="own.py", **more),),
        generation=Generation(max_new_tokens=2, batch_tokens=256),
        samples=0,
    )
    zoo = Zoo(folder / "tokenizer", {"export": 1})
    found = measure(
        step,
        zoo,
        lambda use: rows,  # type: ignore[arg-type,return-value]
        folder / "run" / "items",
        Log(),
        root=folder,
        allow_code=allow_code,
    )
    return found["own"]
