"""How long this process was ready to compute while other work had the processors."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

_TASKS = Path("/proc/self/task")


def waited(tasks: Path = _TASKS) -> dict[str, tuple[float, float]]:
    """Of each thread: seconds that it computed, and seconds that it waited for a processor (Linux: schedstat).

    Empty where the system does not say.
    """
    found = {}
    for each in tasks.glob("*/schedstat"):
        try:
            computed, waiting, _ = each.read_text(encoding="ascii").split()
        except (OSError, ValueError):
            continue  # the thread has ended meanwhile
        found[each.parent.name] = (int(computed) / 1e9, int(waiting) / 1e9)
    return found


@dataclass(frozen=True)
class Waiting:
    """Counts from when it is made."""

    before: dict[str, tuple[float, float]] = field(default_factory=waited)
    began: float = field(default_factory=perf_counter)

    def share(self) -> float:
        """The share of the threads' time, from 0 to 1, that went to waiting; 0 where the system does not say.

        Threads that compute side by side are done when the last one is, so the one that waited most decides, of those
        that had much to compute.
        """
        shares = [self._share(name, now) for name, now in waited().items() if self._computed(name, now) > self._much]
        return max(shares, default=0.0)

    @property
    def _much(self) -> float:
        return 0.05 * (perf_counter() - self.began)

    def _computed(self, name: str, now: tuple[float, float]) -> float:
        return now[0] - self.before.get(name, (0.0, 0.0))[0]

    def _share(self, name: str, now: tuple[float, float]) -> float:
        waiting = now[1] - self.before.get(name, (0.0, 0.0))[1]
        return min(1.0, max(0.0, waiting) / max(1e-9, perf_counter() - self.began))
