"""The divergence of a student from its teacher, against numbers worked out by hand and against TRL's."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from ftspec.kinds.objectives._distill import divergence  # noqa: E402

TEACHER = torch.tensor([[0.5, 0.5]]).log()
STUDENT = torch.tensor([[0.8, 0.2]]).log()


def test_forward_by_hand() -> None:
    """½·ln(½/⅘) + ½·ln(½/⅕)."""
    expected = 0.5 * math.log(0.5 / 0.8) + 0.5 * math.log(0.5 / 0.2)
    assert divergence(STUDENT, TEACHER, "forward", 0.5, 1.0).item() == pytest.approx(expected, abs=1e-6)


def test_reverse_by_hand() -> None:
    """⅘·ln(⅘/½) + ⅕·ln(⅕/½)."""
    expected = 0.8 * math.log(0.8 / 0.5) + 0.2 * math.log(0.2 / 0.5)
    assert divergence(STUDENT, TEACHER, "reverse", 0.5, 1.0).item() == pytest.approx(expected, abs=1e-6)


def test_generalized_by_hand() -> None:
    """β = ¼: M = ¼·T + ¾·S = (0.725, 0.275)."""
    of_teacher = 0.5 * math.log(0.5 / 0.725) + 0.5 * math.log(0.5 / 0.275)
    of_student = 0.8 * math.log(0.8 / 0.725) + 0.2 * math.log(0.2 / 0.275)
    expected = 0.25 * of_teacher + 0.75 * of_student
    assert divergence(STUDENT, TEACHER, "generalized", 0.25, 1.0).item() == pytest.approx(expected, abs=1e-6)


def test_temperature_softens_and_keeps_the_size() -> None:
    """Logits divided by 2 are roots of the probabilities, scaled to 1; the divergence is multiplied by 4."""
    half = [math.sqrt(0.8), math.sqrt(0.2)]
    soft = [each / sum(half) for each in half]
    expected = 4 * (0.5 * math.log(0.5 / soft[0]) + 0.5 * math.log(0.5 / soft[1]))
    assert divergence(STUDENT, TEACHER, "forward", 0.5, 2.0).item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "beta"), [("forward", 0.0), ("reverse", 1.0), ("generalized", 0.3)])
def test_it_is_that_of_trl(kind: str, beta: float) -> None:
    from trl.experimental.gkd import GKDTrainer

    torch.manual_seed(0)
    student, teacher = torch.randn(1, 7, 11), torch.randn(1, 7, 11)
    theirs = GKDTrainer.generalized_jsd_loss(student, teacher, beta=beta, temperature=1.5, reduction="sum")
    ours = divergence(student[0], teacher[0], kind, beta, 1.5).sum() / 1.5**2
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
