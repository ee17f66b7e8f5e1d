"""Early stopping counts the checkpoints without a lower loss."""

from __future__ import annotations

from ftspec.kinds.stoppings.early_stopping import EarlyStopping


def test_patience_is_counted_from_the_lowest_loss() -> None:
    """Three worse ones in a row end it; a new low starts the count again."""
    stopping = EarlyStopping(patience=3)
    assert not stopping.reached([])
    assert not stopping.reached([3.0, 2.0, 2.1, 2.2])
    assert stopping.reached([3.0, 2.0, 2.1, 2.2, 2.0])
    assert not stopping.reached([3.0, 2.0, 2.1, 2.2, 1.9, 2.0, 2.0])


def test_a_fall_below_the_threshold_is_no_fall() -> None:
    """Less than `threshold` counts as standing still."""
    assert EarlyStopping(patience=2, threshold=0.1).reached([2.0, 1.95, 1.92])
    assert not EarlyStopping(patience=2, threshold=0.01).reached([2.0, 1.95, 1.92])
