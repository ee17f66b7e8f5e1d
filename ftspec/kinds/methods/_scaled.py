"""What `loha` and `lokr` share: a rank, and the alpha that scales the update."""

from __future__ import annotations

from pydantic import Field

from ftspec.kinds.methods._targeted import Targeted


class Scaled(Targeted):
    """A low-rank update times alpha / rank."""

    rank: int = Field(default=8, ge=1)
    """The width of the thin matrices."""

    alpha: float | None = Field(default=None, gt=0)
    """The update is scaled by alpha / rank; by default the rank."""

    @property
    def title(self) -> str:
        """Rank and alpha."""
        return f"r{self.rank} α{self._alpha:g}"

    @property
    def scales(self) -> tuple[float, ...]:
        """alpha / rank."""
        return (self._alpha / self.rank,)

    @property
    def _alpha(self) -> float:
        return self.rank if self.alpha is None else self.alpha
