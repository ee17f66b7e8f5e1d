"""`rouge_l(summaries.test)`: the overlap of answer and expected text in the longest common subsequence of words."""

from __future__ import annotations

from ftspec.kinds.metrics._rouge import Rouge


class RougeL(Rouge):
    """The mean F-measure over the longest common subsequence of words (`rougeL` of rouge-score, Lin 2004)."""

    overlap = "rougeL"
    valid = ("rouge_l(summaries.test)", "rouge_l(summaries.test, stemmer = true)")
    invalid = ("rouge_l()", "rouge_l(summaries.test, order = 2)")
