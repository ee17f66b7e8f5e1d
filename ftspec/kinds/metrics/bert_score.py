"""`bert_score(answers.test, encoder = "roberta-large", layer = 17)`: the overlap of answer and text in embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import FilePath

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class BertScore(Metric):
    """The mean F-measure of the best matches between token embeddings (the `bert-score` package, Zhang et al. 2020).

    No weighting by rarity and no rescaling. Needs the `semantic` extra.
    """

    compares = True
    direction = "higher"
    need = Need.ANSWERS
    paths = ("encoder",)
    valid = ('bert_score(answers.test, encoder = "models/all-MiniLM-L6-v2", layer = 6)',)
    invalid = ("bert_score(answers.test)", 'bert_score(answers.test, encoder = "models/x", layer = 0)')

    encoder: FilePath
    """The folder of an encoder in safetensors."""

    layer: Annotated[int, Field(ge=1)]
    """The layer whose embeddings are compared; bert-score lists the best one of each model."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`f` of each pair; 0 where one of the two is empty, as bert-score has it."""
        import numpy as np

        scorer = _scorer(self.encoder, self.layer)
        f = np.zeros(len(some(observations)))
        told = [place for place, each in enumerate(observations) if each.given.strip() and each.expected.strip()]
        if told:
            given = [observations[place].given for place in told]
            expected = [observations[place].expected for place in told]
            f[told] = scorer.score(given, expected)[2].double().numpy()
        return {"f": f}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `f`."""
        return mean(columns["f"], weights)


def _scorer(folder: str, layer: int) -> Any:
    try:
        from bert_score import BERTScorer  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise NotComputable("it needs bert-score: install `ftspec[semantic]`") from error
    if not any(Path(folder).glob("*.safetensors")):
        raise NotComputable(f"there is no encoder in safetensors in {Path(folder).name}")
    try:
        return BERTScorer(model_type=folder, num_layers=layer, device="cpu", idf=False, rescale_with_baseline=False)
    except (OSError, ValueError, AssertionError) as error:
        raise NotComputable(f"the encoder {Path(folder).name} cannot be loaded: {error}") from error
