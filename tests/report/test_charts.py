"""Charts: what stands where."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftspec.report import numbers
from ftspec.report.charts import confusion, interval, lengths, loss, measure, parts
from ftspec.report.charts.curve import thin
from ftspec.report.charts.scale import Scale, around, ticks
from ftspec.report.charts.svg import Drawing, element, text
from tests.report.pages import Page

FINITE = st.floats(-1e9, 1e9, allow_nan=False)


def shapes(drawing: Drawing, class_: str, kind: str | None = None) -> list[dict[str, str]]:
    """The elements of one class, and of one kind where it is named."""
    found = Page(drawing.__html__()).elements
    return [each for tag, each in found if each.get("class") == class_ and kind in (None, tag)]


ACCURACY = interval.Interval(0.92, 0.84, 0.97, 0.9, 0.34, "above", "pass", (0.0, 1.0), "accuracy")


def test_the_dot_lies_in_its_whisker_and_right_of_the_threshold() -> None:
    drawing = interval.draw(ACCURACY, 300, numbers.share)
    [dot] = shapes(drawing, "dot pass")
    whisker, *_ = shapes(drawing, "whisker pass")
    [threshold] = shapes(drawing, "threshold")
    [baseline] = shapes(drawing, "baseline")
    left, right = float(whisker["x1"]), float(whisker["x2"])
    assert float(baseline["points"].split(",")[0]) < left < float(dot["cx"]) < right
    assert left < float(threshold["x1"]) < float(dot["cx"])


@pytest.mark.parametrize(("side", "start"), [("above", True), ("below", False)])
def test_the_passing_side_is_shaded(side: str, start: bool) -> None:
    drawing = interval.draw(replace(ACCURACY, passing=side), 300, numbers.share)
    [shade], [threshold] = shapes(drawing, "passing"), shapes(drawing, "threshold")
    assert (shade["x"] == threshold["x1"]) is start


def test_a_score_without_interval_or_threshold_is_a_dot() -> None:
    bare = interval.Interval(3.0, None, None, None, None, None, "measured", None, "loss")
    drawing = interval.draw(bare, 300, numbers.plain)
    assert shapes(drawing, "dot measured")
    assert not shapes(drawing, "whisker measured")


@given(st.lists(FINITE, min_size=5, max_size=5), st.sampled_from(["above", "below", None]))
def test_everything_is_drawn_inside(values: list[float], side: str | None) -> None:
    value, low, high, threshold, baseline = values
    shown = interval.Interval(value, min(low, high), max(low, high), threshold, baseline, side, "pass", None, "x")  # type: ignore[arg-type]
    html = interval.draw(shown, 300, numbers.plain).__html__()
    places = [float(each) for each in re.findall(r'\b(?:x1|x2|cx)="([^"]+)"', html)]
    assert all(0 <= place <= 300 for place in places)


CURVE = loss.LossCurve(
    66, ((1, 2.5), (40, 0.4), (66, 0.2)), ((33, 0.5), (66, 0.3)), ((1, 1e-4), (66, 0.0)), (41,), "train.a"
)


def test_the_loss_falls_from_left_to_right() -> None:
    [line] = shapes(loss.draw(CURVE, 800), "line training", "polyline")
    points = [tuple(map(float, point.split(","))) for point in line["points"].split()]
    assert points == sorted(points)
    assert [y for _, y in points] == sorted(y for _, y in points)


def test_the_loss_chart_tells_its_numbers_and_where_it_was_resumed() -> None:
    drawing = loss.draw(CURVE, 800)
    assert drawing.title == "Loss of train.a: from 2.5 at step 1 to 0.2 at step 66 of 66; validation ends at 0.3"
    assert len(shapes(drawing, "mark")) == 1
    assert len(shapes(drawing, "dot validation")) == 2


def test_a_loss_that_is_not_a_number_leaves_the_others() -> None:
    broken = replace(CURVE, training=((1, 2.5), (2, float("nan")), (3, float("inf"))), validation=())
    [line] = shapes(loss.draw(broken, 800), "line training", "polyline")
    assert len(line["points"].split()) == 1


def test_many_points_are_thinned_to_means() -> None:
    points = [(float(step), float(step % 2)) for step in range(10_000)]
    few = thin(points, 100)
    assert len(few) == 100
    assert {y for _, y in few} == {0.5}


def test_a_confusion_matrix_counts_and_shades() -> None:
    matrix = confusion.Confusion(("a", "b"), ("a", "b", "anything else"), ((8, 1, 1), (0, 4, 0)), "after")
    drawing = confusion.draw(matrix, 400)
    assert drawing.title == "Confusion matrix, after: 12 of 14 on the diagonal"
    right, wrong = shapes(drawing, "cell right"), shapes(drawing, "cell wrong")
    assert (len(right), len(wrong)) == (2, 4)
    assert [float(cell["fill-opacity"]) for cell in right] == [0.73, 0.9]
    assert "expected a, answered b: 1" in drawing.__html__()


def test_rows_longer_than_the_limit_are_marked() -> None:
    drawing = lengths.draw(lengths.Lengths((1, 2, 3, 4), 400, 200, 7), 410)
    assert len(shapes(drawing, "bar cut")) == 2
    assert "7 are cut" in drawing.title


def test_a_limit_far_from_the_rows_is_told_not_drawn() -> None:
    drawing = lengths.draw(lengths.Lengths((1, 2, 3, 4), 100, 2048, 0), 410)
    assert not shapes(drawing, "threshold")
    assert "max_length 2,048, far to the right" in drawing.__html__()


def test_a_prediction_is_a_line_across() -> None:
    series = measure.Series(10, ((1, 5.0), (9, 6.0)), "memory", (7.0, "predicted 7"))
    [line] = shapes(measure.draw(series, 410, numbers.plain), "mark")
    assert line["y1"] == line["y2"]


def test_parts_share_the_width() -> None:
    drawing = parts.draw([("train", 75), ("test", 25), ("empty", 0)], 400, "splits")
    widths = [
        float(part["width"]) for _, part in Page(drawing.__html__()).elements if part.get("class", "")[:4] == "part"
    ]
    assert widths == [298.0, 98.0, 0.0]


@given(FINITE, FINITE, st.integers(1, 10))
def test_ticks_lie_within_and_are_few(low: float, high: float, wanted: int) -> None:
    if high - low < 1e-6 * max(1.0, abs(low), abs(high)):
        return
    found = ticks(low, high, wanted)
    slack = 1e-6 * (high - low)
    assert all(low - slack <= each <= high + slack for each in found)
    assert len(found) <= 2 * wanted + 1


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=5))
def test_a_scale_is_never_of_length_zero(values: list[float]) -> None:
    low, high = around([each for each in values if abs(each) < 1e100])
    assert low < high
    assert Scale(low, high, 0, 1)(low) == 0


def test_text_and_attributes_are_escaped() -> None:
    assert element("g", "<b>", id='"><x') == '<g id="&#34;&gt;&lt;x">&lt;b&gt;</g>'
    assert text("<script>", 1, 2) == '<text x="1" y="2" text-anchor="start">&lt;script&gt;</text>'
