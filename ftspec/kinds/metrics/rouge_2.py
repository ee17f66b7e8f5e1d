"""`rouge_2(summaries.test)`: the overlap of answer and expected text in pairs of words."""

from __future__ import annotations

from ftspec.kinds.metrics._rouge import Rouge


class Rouge2(Rouge):
    """The mean F-measure over pairs of words (`rouge2` of rouge-score, Lin 2004)."""

    overlap = "rouge2"
    valid = ("rouge_2(summaries.test)", "rouge_2(summaries.test, stemmer = true)")
    invalid = ("rouge_2()", "rouge_2(summaries.test, order = 2)")
