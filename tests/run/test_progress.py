"""What a person sees: plain lines in a log, a live line on a terminal, nothing when quiet."""

from __future__ import annotations

import io
import re

from ftspec.run.progress import Point, Progress, Silent, progress_for
from ftspec.run.progress.lines import Lines
from ftspec.run.progress.terminal import Terminal
from ftspec.run.progress.words import duration

POINT = Point("train.router", 5, 66, 1.2345, 2e-4, 3134.6, 880 * 2**20, 95.0)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Whether it moves a cursor."""
        return True


def _story(progress: Progress) -> None:
    progress.step_started("train.router", "train")
    progress.resumed("train.router", 4)
    progress.training(POINT)
    progress.validated("train.router", 5, 1.5)
    progress.checkpoint("train.router", 5)
    progress.step_finished("train.router", "train", 71.0, False, "66 steps")
    progress.step_started("evaluate", "evaluate")
    progress.measuring("answers of tickets.test on export", 3, 68)
    progress.measured("accuracy(tickets.test)", 0.926, 68, 1.2, False)
    progress.measured("f1(tickets.test)", None, 68, 0.0, True)
    progress.step_finished("evaluate", "evaluate", 2.0, True, "")


def test_lines_are_whole_and_few() -> None:
    """Every line says what it is about; steps between two lines pass unseen."""
    stream = io.StringIO()
    lines = Lines(stream)
    _story(lines)
    for step in range(6, 60):
        lines.training(Point("train.router", step, 66, 1.0, 2e-4, 3000.0, 1 << 30, 90.0))
    text = stream.getvalue()
    assert "\r" not in text and "\x1b" not in text
    assert "train    router  goes on after step 4\n" in text
    assert "step 5/66 · loss 1.2345 · 3,135 tokens/s · 1 min 35 s left · 0.86 GiB" in text
    assert "train    router  66 steps · 1 min 11 s\n" in text
    assert "evaluate accuracy(tickets.test) = 0.926 · n 68 · 1.2 s\n" in text
    assert "f1(tickets.test) = no value · n 68 · kept from earlier" in text
    assert text.count("tokens/s") <= 2


def test_a_terminal_keeps_what_is_finished() -> None:
    """The live line is gone at the end; finished steps stay."""
    screen = Screen()
    with Terminal(screen) as terminal:
        _story(terminal)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert "train    router  66 steps · 1 min 11 s" in text
    assert "evaluate accuracy(tickets.test) = 0.926 · n 68 · 1.2 s" in text


def test_the_stream_decides() -> None:
    """A terminal gets the live display, a file lines, and quiet nothing."""
    with progress_for(Screen()) as shown:
        assert isinstance(shown, Terminal)
    with progress_for(io.StringIO()) as shown:
        assert isinstance(shown, Lines)
    stream = io.StringIO()
    with progress_for(stream, quiet=True) as shown:
        assert isinstance(shown, Silent)
        _story(shown)
    assert stream.getvalue() == ""


def test_durations_are_written_as_people_say_them() -> None:
    """Two units at most."""
    assert [duration(each) for each in (0.44, 12.3, 200, 7500)] == ["0.4 s", "12 s", "3 min 20 s", "2 h 5 min"]
