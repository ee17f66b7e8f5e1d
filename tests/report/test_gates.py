"""Gates as the report shows them: the axis of the interval, the passing side, the words."""

from __future__ import annotations

from typing import Any

import pytest

from ftspec.evaluate.results import GateResult, Verdict
from ftspec.plan.plan import Gate
from ftspec.report.view.gate_drawing import passing_side
from ftspec.report.view.gates import gates
from ftspec.report.view.headline import sentence
from ftspec.spec.rules import Arithmetic, Comparison, Condition, Constant, Logic, Reading
from tests.report.fixture_plan import make_plan
from tests.report.fixture_run import make_verdict

SCORE, BASE = Reading(measurement="m"), Reading(measurement="m@baseline")
PLAN = make_plan("a goal", "")
RESULTS = make_verdict(PLAN, "").gates


def gate(condition: Condition | None) -> Gate:
    return Gate(verb="require", rule="rule", condition=condition, measurement="m", baseline="m@baseline", because=None)


def number(value: float) -> Constant:
    return Constant(value=value)


@pytest.mark.parametrize(
    ("condition", "side"),
    [
        (Comparison(operator=">=", left=SCORE, right=number(0.9)), "above"),
        (Comparison(operator=">=", left=number(0.9), right=SCORE), "below"),
        (Comparison(operator="<", left=SCORE, right=number(2)), "below"),
        (Comparison(operator="<", left=number(2), right=SCORE), "above"),
        (Comparison(operator=">=", left=Arithmetic(operator="-", left=BASE, right=SCORE), right=number(0)), "below"),
        (Comparison(operator="==", left=SCORE, right=number(1)), None),
        (
            Logic(
                operator="and",
                left=Comparison(operator="<=", left=SCORE, right=number(3)),
                right=Comparison(operator=">", left=SCORE, right=number(1)),
            ),
            "below",
        ),
    ],
)
def test_the_passing_side_follows_from_the_rule(condition: Condition, side: str | None) -> None:
    assert passing_side(gate(condition), "value") == side


def test_a_margin_passes_as_the_rule_is_written() -> None:
    squared = Arithmetic(operator="*", left=SCORE, right=BASE)
    assert passing_side(gate(Comparison(operator="<=", left=squared, right=number(1))), "margin") == "below"


def test_a_report_has_no_passing_side() -> None:
    assert passing_side(gate(None), "value") is None


def shown(**changes: Any) -> Any:
    """The view of the first gate with some fields changed."""
    result = RESULTS[0].model_copy(update=changes)
    return gates(PLAN, Verdict(verdict="pass", gates=(result,)), {})[0]


def test_differences_of_shares_are_points() -> None:
    view = gates(PLAN, Verdict(verdict="pass", gates=RESULTS), {})[1]
    assert view.interval == "+61.9 … +80.1 points"
    assert view.change == "+71.4 points"
    assert view.detectable == "13.1 points"


def test_ratios_are_multiples() -> None:
    view = gates(PLAN, Verdict(verdict="pass", gates=RESULTS), {})[2]
    assert view.interval == "1.008 … 1.021\u202f×"
    assert view.change == "× 1.014"
    assert "baseline" in view.drawing.title


def test_a_metric_without_value_has_its_reason_and_no_drawing() -> None:
    view = shown(value=None, interval=None, bound=None, detectable=None, verdict="fail", reason="cannot be computed")
    assert (view.value, view.interval, view.drawing) == ("", "", None)
    assert view.reason == "cannot be computed"


def test_a_margin_shows_its_interval_without_a_dot() -> None:
    view = shown(interval_of="margin", interval=(-0.01, 0.02), bound=0.0)
    assert 'class="dot' not in view.drawing.__html__()
    assert 'class="whisker' in view.drawing.__html__()


def test_a_warning_that_does_not_hold_is_no_failure() -> None:
    assert shown(verb="warn", verdict="fail").verdict == "warning"
    assert shown(verb="require", verdict="fail").verdict == "fail"


def verdict(*ends: tuple[str, str]) -> Verdict:
    results = [RESULTS[0].model_copy(update={"verb": verb, "verdict": end, "rule": f"rule {at}"}) for at, (verb, end) in enumerate(ends)]  # fmt: skip  # noqa: E501
    return Verdict(verdict="pass", gates=tuple(results))


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ([("require", "pass")], "The required gate passes."),
        ([("require", "pass"), ("require", "pass"), ("warn", "fail")], "All 2 required gates pass. 1 warning."),
        ([("require", "fail"), ("require", "pass")], "1 of 2 required gates fails: rule 0."),
        ([("require", "fail")] * 3, "3 of 3 required gates fail: rule 0; rule 1 and 1 more."),
        ([("require", "fail"), ("require", "inconclusive")], "1 of 2 required gates fails: rule 0."),
        ([("require", "inconclusive")], "1 of 1 required gate cannot be decided with the items there are: rule 0."),
        ([("report", "measured")], "No gate is required, so nothing could fail."),
    ],
)
def test_the_sentence_names_what_decides(ends: list[tuple[str, str]], words: str) -> None:
    assert sentence(verdict(*ends)) == words


def test_a_result_of_an_unknown_rule_is_still_shown() -> None:
    stranger: GateResult = RESULTS[0].model_copy(update={"rule": "recall(x) >= 1%"})
    [view] = gates(PLAN, Verdict(verdict="pass", gates=(stranger,)), {})
    assert view.rule == "recall(x) >= 1%"
    assert 'class="passing"' not in view.drawing.__html__()
