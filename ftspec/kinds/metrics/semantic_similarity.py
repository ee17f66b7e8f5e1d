"""`semantic_similarity(answers.test, encoder = "minilm")`: how near answer and expected text are in meaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import FilePath

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class SemanticSimilarity(Metric):
    """The mean cosine of the embeddings of answer and expected text, from a local sentence-transformers model.

    Between −1 and 1; unlike texts are seldom below 0. Needs the `semantic` extra.
    """

    compares = True
    direction = "higher"
    need = Need.ANSWERS
    paths = ("encoder",)
    valid = ('semantic_similarity(answers.test, encoder = "models/all-MiniLM-L6-v2")',)
    invalid = ("semantic_similarity(answers.test)",)

    encoder: FilePath
    """The folder of a sentence-transformers model in safetensors."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`cosine` of each pair."""
        encoder = _encoder(self.encoder)
        from sentence_transformers.util import pairwise_cos_sim

        pairs = [(answer.given, answer.expected) for answer in some(observations)]
        given, expected = (
            encoder.encode([pair[side] for pair in pairs], show_progress_bar=False, convert_to_tensor=True).double()
            for side in (0, 1)
        )
        return {"cosine": pairwise_cos_sim(given, expected).cpu().numpy()}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `cosine`."""
        return mean(columns["cosine"], weights)


def _encoder(folder: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ModuleNotFoundError as error:
        raise NotComputable("it needs sentence-transformers: install `ftspec[semantic]`") from error
    if not Path(folder).is_dir():
        raise NotComputable(f"there is no encoder {Path(folder).name}")
    safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        return SentenceTransformer(folder, device="cpu", model_kwargs={"use_safetensors": True}, **safe)
    except (OSError, ValueError) as error:
        raise NotComputable(f"the encoder {Path(folder).name} cannot be loaded: {error}") from error
