"""Verdicts: what passes, what fails, what stays open, and that nothing broken ever passes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ftspec.evaluate import GateResult, Measurements, Scores, Verdict, decide, to_json
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Decide
from ftspec.spec.rules import Arithmetic, Comparison, Condition, Constant, Logic, Reading
from tests.evaluate.scenes import scores

STEP = Decide(id="decide", confidence=None, correction="none", seed=0)


def by_interval(confidence: float = 0.95, correction: str = "none") -> Decide:
    return Decide(id="decide", confidence=confidence, correction=correction, seed=0)


def side(value: str | float | Any) -> Any:
    match value:
        case str():
            return Reading(measurement=value)
        case float() | int():
            return Constant(value=value)
        case _:
            return value


def compare(left: Any, operator: str, right: Any) -> Comparison:
    return Comparison.model_validate({"operator": operator, "left": side(left), "right": side(right)})


def compute(left: Any, operator: str, right: Any) -> Arithmetic:
    return Arithmetic.model_validate({"operator": operator, "left": side(left), "right": side(right)})


def gate(condition: Condition | None, measurement: str = "score", verb: str = "require", **more: Any) -> Gate:
    fields = {"baseline": None, "because": None, "rule": "the rule", **more}
    return Gate.model_validate({"verb": verb, "condition": condition, "measurement": measurement, **fields})


def hits(id: str, right: int, n: int) -> Scores:
    return scores(id, "accuracy", {"hit": [1.0] * right + [0.0] * (n - right)})


def broken(id: str, reason: str) -> Scores:
    return replace(hits(id, 1, 2), value=None, reason=reason, columns={}, items=(), groups=(), parts=())


def verdict(gates: list[Gate], *measured: Scores, step: Decide = STEP) -> Verdict:
    return decide(step, gates, Measurements({each.measurement.id: each for each in measured}))


def only(condition: Condition, *measured: Scores, step: Decide = STEP, **more: Any) -> GateResult:
    [result] = verdict([gate(condition, **more)], *measured, step=step).gates
    return result


@pytest.mark.parametrize(("right", "expected"), [(95, "pass"), (90, "pass"), (89, "fail")])
def test_the_point_decides_without_a_confidence(right: int, expected: str) -> None:
    assert only(compare("score", ">=", 0.9), hits("score", right, 100)).verdict == expected


@pytest.mark.parametrize(
    ("right", "expected"), [(99, "pass"), (93, "inconclusive"), (88, "inconclusive"), (70, "fail")]
)
def test_with_a_confidence_the_whole_interval_decides(right: int, expected: str) -> None:
    result = only(compare("score", ">=", 0.9), hits("score", right, 100), step=by_interval())
    assert result.verdict == expected
    assert (result.reason is None) == (expected != "inconclusive")


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("right", [80, 90, 100])
def test_points_agree_with_python(operator: str, right: int) -> None:
    result = only(compare("score", operator, 0.9), hits("score", right, 100))
    assert (result.verdict == "pass") == eval(f"{right} {operator} 90")


def test_rounding_never_decides() -> None:
    """0.9 − 0.8 is 0.09999999999999998 in binary, and ten points to everyone else."""
    rule = compare("score", ">=", compute("base", "+", 0.1))
    assert only(rule, hits("score", 9, 10), hits("base", 8, 10), baseline="base").verdict == "pass"


def test_a_gate_shows_value_baseline_threshold_and_n() -> None:
    rule = compare("score", ">=", compute("base", "+", 0.1))
    result = only(rule, hits("score", 90, 100), hits("base", 70, 100), baseline="base", because="it must")
    assert (result.value, result.baseline, result.threshold, result.bound) == pytest.approx((0.9, 0.7, 0.8, 0.1))
    assert (result.n, result.data, result.metric, result.because) == (100, "tickets.test", "accuracy", "it must")
    assert (result.interval_of, result.direction, result.ratio) == ("difference", "higher", True)


def paired_losses(factor: float, n: int = 80) -> tuple[Scores, Scores]:
    """Losses of two models whose rows differ widely and whose ratio hardly varies."""
    generator = np.random.default_rng(1)
    tokens = generator.integers(5, 60, n)
    base = tokens * generator.uniform(1, 6, n)
    tuned = base + tokens * (math.log(factor) + generator.normal(0, 0.02, n))
    return (
        scores("score", "perplexity", {"nll": tuned, "tokens": tokens}),
        scores("base", "perplexity", {"nll": base, "tokens": tokens}),
    )


def test_a_rule_with_a_factor_of_the_baseline_is_about_the_ratio() -> None:
    tuned, base = paired_losses(1.02)
    rule = compare("score", "<=", compute(1.05, "*", "base"))
    result = only(rule, tuned, base, baseline="base", step=by_interval())
    assert result.interval is not None
    assert result.interval_of == "ratio" and result.bound == pytest.approx(1.05)
    assert result.threshold == pytest.approx(1.05 * (base.value or 0))
    assert result.verdict == "pass"
    low, high = result.interval
    assert low < 1.02 < high and high - low < 0.02, "the pairs make it narrow"


def test_pairing_is_what_makes_it_narrow() -> None:
    tuned, base = paired_losses(1.02)
    apart = replace(base, items=tuple(f"other {n}" for n in range(base.n)))
    rule = compare("score", "<=", compute(1.05, "*", "base"))
    paired, unpaired = (only(rule, tuned, each, step=by_interval()) for each in (base, apart))
    assert paired.interval is not None and unpaired.interval is not None
    assert unpaired.interval[1] - unpaired.interval[0] > 10 * (paired.interval[1] - paired.interval[0])
    assert unpaired.verdict == "inconclusive"


@pytest.mark.parametrize(
    ("rule", "of", "bound"),
    [
        (compare(0.9, "<=", "score"), "value", 0.9),
        (compare(compute("score", "-", "base"), ">=", 0.1), "difference", 0.1),
        (compare(compute("base", "+", 0.1), "<=", "score"), "difference", 0.1),
        (compare("score", ">=", "base"), "difference", 0.0),
        (compare(compute(2.0, "*", "score"), ">=", 1.8), "value", 0.9),
        (compare("score", ">=", compute("base", "*", 1.1)), "ratio", 1.1),
        (compare("score", ">=", compute("base", "/", 2.0)), "ratio", 0.5),
        (compare("score", ">=", compute(compute(1.1, "*", "base"), "+", 0.1)), "margin", 0.0),
        (compare(compute("score", "/", "base"), ">=", 1.1), "margin", 0.0),
    ],
)
def test_a_rule_is_read_however_it_is_written(rule: Comparison, of: str, bound: float) -> None:
    result = only(rule, hits("score", 98, 100), hits("base", 60, 100), baseline="base", step=by_interval())
    assert (result.interval_of, result.bound) == (of, pytest.approx(bound))
    assert result.verdict == "pass"


@pytest.mark.parametrize(
    ("one", "operator", "two", "expected"),
    [
        (99, "and", 99, "pass"),
        (99, "and", 92, "inconclusive"),
        (92, "and", 50, "fail"),
        (50, "or", 99, "pass"),
        (92, "or", 50, "inconclusive"),
        (50, "or", 50, "fail"),
    ],
)
def test_conditions_follow_three_valued_logic(one: int, operator: str, two: int, expected: str) -> None:
    parts = {"left": compare("score", ">=", 0.9), "right": compare("other", ">=", 0.9)}
    rule = Logic.model_validate({"operator": operator, **parts})
    assert only(rule, hits("score", one, 100), hits("other", two, 100), step=by_interval()).verdict == expected


def test_a_metric_without_a_value_fails_its_gate_whatever_the_rule() -> None:
    for rule in (compare("score", ">=", 0.0), compare("score", "<=", 1.0), compare("score", "!=", 0.5)):
        result = only(rule, broken("score", "there is no row to score"))
        assert result.verdict == "fail"
        assert result.reason == "score cannot be computed: there is no row to score"
        assert result.value is None and result.interval is None


def test_a_baseline_without_a_value_fails_the_gate() -> None:
    rule = compare("score", ">=", "base")
    assert only(rule, hits("score", 9, 10), broken("base", "no model")).verdict == "fail"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_no_number_fails(value: float) -> None:
    assert only(compare("score", "<=", 1.0), replace(hits("score", 1, 2), value=value)).verdict == "fail"


def test_dividing_by_zero_fails() -> None:
    rule = compare("score", "<=", compute(1.0, "/", "base"))
    result = only(rule, hits("score", 5, 10), hits("base", 0, 10))
    assert (result.verdict, result.reason) == ("fail", "the rule divides by zero")


def test_an_or_cannot_hide_a_metric_without_a_value() -> None:
    rule = Logic(operator="or", left=compare("score", ">=", 0.5), right=compare("other", ">=", 0.5))
    assert only(rule, hits("score", 9, 10), broken("other", "one class")).verdict == "fail"


def test_one_item_has_no_interval_and_stays_open() -> None:
    rule = compare("score", ">=", 0.5)
    one = scores("score", "perplexity", {"nll": [3.0], "tokens": [2]})
    assert only(rule, one).verdict == "pass"
    result = only(rule, one, step=by_interval())
    assert (result.verdict, result.interval, result.interval_by) == ("inconclusive", None, None)


def test_all_right_on_a_few_items_is_not_right_for_ever() -> None:
    n = 12
    perfect = scores("score", "f1", {"expected": [0, 1] * (n // 2), "given": [0, 1] * (n // 2)}, average="macro")
    result = only(compare("score", ">=", 0.95), perfect, step=by_interval())
    assert result.interval is not None and result.interval[0] < 0.8
    assert result.verdict == "inconclusive"


def test_groups_widen_the_interval() -> None:
    right = [1.0] * 40 + [0.0] * 20
    groups = [f"customer {number // 10}" for number in range(60)]
    rule = compare("score", ">=", 0.1)
    alone = only(rule, scores("score", "accuracy", {"hit": right}))
    grouped = only(rule, scores("score", "accuracy", {"hit": right}, groups=groups))
    assert alone.interval is not None and grouped.interval is not None
    assert (alone.interval_by, grouped.interval_by) == ("wilson", "bootstrap")
    assert grouped.interval[1] - grouped.interval[0] > 1.5 * (alone.interval[1] - alone.interval[0])


def test_only_require_decides() -> None:
    good, bad = hits("score", 9, 10), hits("other", 1, 10)
    gates = [
        gate(compare("score", ">=", 0.5)),
        gate(compare("other", ">=", 0.5), measurement="other", verb="warn"),
        gate(None, measurement="other", verb="report"),
    ]
    result = verdict(gates, good, bad)
    assert result.verdict == "pass"
    assert [each.verdict for each in result.gates] == ["pass", "fail", "measured"]


def test_a_report_shows_an_interval_of_the_value() -> None:
    [result] = verdict([gate(None, verb="report")], hits("score", 9, 10)).gates
    assert result.interval_of == "value" and result.interval is not None and result.threshold is None


@pytest.mark.parametrize(
    ("rights", "expected"), [((99, 99), "pass"), ((99, 92), "inconclusive"), ((50, 92), "fail"), ((50, 99), "fail")]
)
def test_the_worst_required_gate_is_the_verdict(rights: tuple[int, int], expected: str) -> None:
    names = ("score", "other")
    gates = [gate(compare(name, ">=", 0.9), measurement=name) for name in names]
    measured = [hits(name, right, 100) for name, right in zip(names, rights, strict=True)]
    assert verdict(gates, *measured, step=by_interval()).verdict == expected


def test_no_gates_pass() -> None:
    assert verdict([]).verdict == "pass"


@pytest.mark.parametrize(("correction", "levels"), [("none", 0.95), ("bonferroni", 0.9875)])
def test_corrections_raise_the_confidence_of_required_gates(correction: str, levels: float) -> None:
    gates = [gate(compare("score", ">=", 0.5)) for _ in range(4)] + [gate(compare("score", ">=", 0.5), verb="warn")]
    result = verdict(gates, hits("score", 60, 100), step=by_interval(correction=correction))
    assert [each.confidence for each in result.gates] == pytest.approx([levels] * 4 + [0.95])


def test_holm_lets_the_clearest_gate_pay_most() -> None:
    rights = {"a": 63, "b": 90, "c": 58}
    gates = [gate(compare(name, ">=", 0.5), measurement=name) for name in rights]
    measured = [hits(name, right, 100) for name, right in rights.items()]
    result = verdict(gates, *measured, step=by_interval(correction="holm"))
    assert [each.confidence for each in result.gates] == pytest.approx([1 - 0.05 / 2, 1 - 0.05 / 3, 1 - 0.05 / 1])
    assert [each.verdict for each in result.gates] == ["pass", "pass", "inconclusive"]


def test_holm_never_decides_less_than_bonferroni() -> None:
    generator = np.random.default_rng(0)
    for _ in range(20):
        rights = {f"gate {n}": int(right) for n, right in enumerate(generator.integers(45, 75, 5))}
        gates = [gate(compare(name, ">=", 0.5), measurement=name) for name in rights]
        measured = [hits(name, right, 100) for name, right in rights.items()]
        by = {
            name: verdict(gates, *measured, step=by_interval(correction=name)).gates for name in ("holm", "bonferroni")
        }
        clear = {
            name: {n for n, each in enumerate(found) if each.verdict != "inconclusive"} for name, found in by.items()
        }
        assert clear["bonferroni"] <= clear["holm"]


def test_the_same_seed_gives_the_same_bytes() -> None:
    generator = np.random.default_rng(0)
    expected = generator.integers(0, 3, 60)
    guesses = [np.where(generator.random(60) < share, expected, 0) for share in (0.8, 0.4)]
    columns = [{"expected": expected, "given": given} for given in guesses]
    tuned, base = (scores(id, "f1", each) for id, each in zip(("score", "base"), columns, strict=True))
    rule = gate(compare("score", ">=", compute(0.1, "+", "base")), baseline="base")
    texts = {to_json(verdict([rule], tuned, base, step=by_interval())) for _ in range(3)}
    assert len(texts) == 1
    other = Decide(id="decide", confidence=0.95, correction="none", seed=1)
    assert to_json(verdict([rule], tuned, base, step=other)) not in texts


def test_detectable_is_that_of_the_plan_for_a_share() -> None:
    from ftspec.plan.detectable import smallest_difference

    result = only(compare("score", ">=", 0.9), hits("score", 60, 68))
    assert result.detectable == smallest_difference(68, 0.9)


def test_detectable_of_an_older_verdict_is_what_it_was() -> None:
    """Verdicts of older rules must verify."""
    from ftspec.plan.detectable import smallest_difference

    none = hits("score", 0, 68)
    old, new = (
        decide(STEP, [gate(None, verb="report")], Measurements({"score": none}), statistics=rules).gates[0].detectable
        for rules in (2, 3)
    )
    assert old == smallest_difference(68, 0.0, exact_ends=False)
    assert new == smallest_difference(68, 0.0) > old


def test_detectable_is_about_what_the_interval_is_about() -> None:
    tuned, base = paired_losses(1.02)
    result = only(compare("score", "<=", compute(1.05, "*", "base")), tuned, base)
    assert result.interval is not None and result.detectable is not None
    half = (result.interval[1] - result.interval[0]) / 2
    assert result.detectable == pytest.approx(half * 2.8 / 1.96, rel=0.1)
