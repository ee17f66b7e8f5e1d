"""The order of rows: every row once an epoch, the same everywhere, balanced within a step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftspec.kinds.objectives._order import MicroBatches, Order

orders = st.builds(
    Order,
    lengths=st.lists(st.integers(1, 300), min_size=1, max_size=60),
    batch_size=st.integers(1, 16),
    micro_batch_size=st.integers(1, 8),
    seed=st.integers(0, 5),
    level=st.booleans(),
)


@given(orders, st.integers(0, 3))
def test_every_row_trains_once_an_epoch(order: Order, epoch: int) -> None:
    """Steps and micro batches share out all rows, none twice, none too many."""
    steps = order.steps(epoch)
    assert sorted(row for step in steps for row in step) == list(range(len(order.lengths)))
    assert len(steps) == order.steps_in_epoch
    for step in steps:
        micro = order.micro_batches(step)
        assert sorted(row for rows in micro for row in rows) == sorted(step)
        assert all(0 < len(rows) <= order.micro_batch_size for rows in micro)


@given(orders)
def test_full_steps_have_equally_many_micro_batches(order: Order) -> None:
    """Trainer takes a fixed number of micro batches for a step, so only an epoch's last step may have fewer."""
    counts = [len(order.micro_batches(step)) for step in order.steps(0)]
    assert len(set(counts[:-1])) <= 1
    assert counts[-1] <= counts[0]
    assert len(MicroBatches(order, lambda: 0)) == sum(counts) == len(list(MicroBatches(order, lambda: 0)))


def test_seed_and_epoch_change_the_order_and_nothing_else_does() -> None:
    """The order is written down here: it must never change, or kept checkpoints would go on with other rows."""
    order = Order(lengths=[5] * 8, batch_size=3, micro_batch_size=2, seed=0, level=False)
    assert order.steps(0) == [[4, 2, 6], [0, 7, 5], [1, 3]]
    assert order.steps(1) != order.steps(0)
    assert Order([9] * 8, 3, 1, 0, True).steps(0) == order.steps(0)
    assert Order([5] * 8, 3, 2, 1, False).steps(0) != order.steps(0)


def test_rows_that_share_a_sequence_are_dealt_out_evenly() -> None:
    """Each micro batch gets about as many tokens; padded rows stay with their like."""
    lengths = [100, 90, 80, 70, 40, 30, 20, 10]
    level = Order(lengths, 8, 2, 0, level=True).micro_batches(list(range(8)))
    assert [sum(lengths[row] for row in rows) for rows in level] == [110, 110, 110, 110]
    padded = Order(lengths, 8, 2, 0, level=False).micro_batches(list(range(8)))
    assert [[lengths[row] for row in rows] for rows in padded] == [[100, 90], [80, 70], [40, 30], [20, 10]]
