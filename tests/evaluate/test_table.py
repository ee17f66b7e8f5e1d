"""The terminal table, as a whole."""

from __future__ import annotations

from ftspec.evaluate import GateResult, Verdict, render

FIELDS = {
    "verb": "require",
    "metric": "accuracy",
    "data": "tickets.test",
    "value": 0.926,
    "baseline": None,
    "threshold": 0.9,
    "bound": 0.9,
    "n": 68,
    "interval": (0.868, 0.985),
    "interval_of": "value",
    "interval_by": "wilson",
    "confidence": 0.95,
    "verdict": "pass",
    "reason": None,
    "because": None,
    "direction": "higher",
    "ratio": True,
    "unit": "",
    "detectable": 0.099,
}


def row(rule: str, **changes: object) -> GateResult:
    return GateResult.model_validate({**FIELDS, "rule": rule, **changes})


VERDICT = Verdict(
    verdict="fail",
    gates=(
        row("accuracy(tickets.test) >= 90%"),
        row(
            "f1(tickets.test, average = macro) >= baseline + 10%",
            value=0.924,
            baseline=0.21,
            interval=(0.619, 0.801),
            interval_of="difference",
        ),
        row(
            "perplexity(english) <= 1.05 * baseline",
            value=59.0,
            baseline=58.2,
            interval=(1.008, 1.0214),
            interval_of="ratio",
            ratio=False,
        ),
        row(
            "recall(tickets.test, label = technical) >= 80%",
            value=None,
            interval=None,
            verdict="fail",
            reason="recall(tickets.test, label = technical) cannot be computed: no row expects 'technical'; the data "
            "has 'billing', 'general'",
        ),
        row("memorization(tickets.train) <= 2%", verb="warn", value=0.0, interval=(0.0, 0.011)),
        row(
            "latency(tickets.test, percentile = 95)",
            verb="report",
            value=0.2134,
            interval=(0.2, 0.31),
            ratio=False,
            unit="s",
            verdict="measured",
        ),
        row(
            "throughput(tickets.test)",
            verb="report",
            value=1204.4,
            interval=None,
            ratio=False,
            unit="tokens/s",
            verdict="measured",
        ),
    ),
)

TABLE = """\
gate                                     base    tuned  95 % interval    verdict
accuracy(tickets.test) >= 90%                   92.6 %  86.8 … 98.5 %    pass
f1(tickets.test, macro) >= baseline +  21.0 %   92.4 %  +61.9 … +80.1    pass
  10%
perplexity(english) <= 1.05 *            58.2     59.0  1.008 … 1.021 ×  pass
  baseline
recall(tickets.test, technical) >=                   –  –                fail
  80%
    recall(tickets.test, label = technical) cannot be computed: no row expects
    'technical'; the data has 'billing', 'general'
warn memorization(tickets.train) <=              0.0 %  0.0 … 1.1 %      pass
  2%
report latency(tickets.test, 95)               0.213 s  0.200 … 0.310 s
report throughput(tickets.test),                 1,204  –
  tokens/s
fail · runs/router/4f2c81d09a3e · report.html
"""


def test_the_table() -> None:
    assert render(VERDICT, color=False, footer=("runs/router/4f2c81d09a3e", "report.html")) == TABLE


def test_no_line_is_wider_than_80_columns() -> None:
    assert max(map(len, render(VERDICT, color=False).splitlines())) <= 80


def test_colours_change_nothing_else() -> None:
    import re

    painted = render(VERDICT, color=True)
    assert "\x1b[31mfail\x1b[0m" in painted and "\x1b[32mpass\x1b[0m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(VERDICT, color=False)


def test_intervals_of_unlike_confidence_have_no_common_head() -> None:
    gates = (row("one"), row("two", confidence=0.975))
    assert " interval " in render(Verdict(verdict="pass", gates=gates), color=False).splitlines()[0]
