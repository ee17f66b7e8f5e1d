"""`rouge_1(summaries.test)`: the overlap of answer and expected text in single words."""

from __future__ import annotations

from ftspec.kinds.metrics._rouge import Rouge


class Rouge1(Rouge):
    """The mean F-measure over single words (`rouge1` of rouge-score, Lin 2004)."""

    overlap = "rouge1"
    valid = ("rouge_1(summaries.test)", "rouge_1(summaries.test, stemmer = true)")
    invalid = ("rouge_1()", "rouge_1(summaries.test, order = 2)")
