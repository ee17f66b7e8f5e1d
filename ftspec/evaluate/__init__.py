"""Evaluation: observe a model, score its items, hold the gates against the scores.

measurements = measure(step, subjects, data, items_dir, watcher)
verdict = decide(step, gates, measurements)
print(render(verdict, color=True))
"""

from ftspec.evaluate.decide import decide
from ftspec.evaluate.measure import measure
from ftspec.evaluate.results import Artefact, GateResult, Measurements, Scores, Verdict, to_json
from ftspec.evaluate.subjects import Subject, Subjects
from ftspec.evaluate.table import render
from ftspec.evaluate.watcher import Silent, Watcher

__all__ = [
    "Artefact",
    "GateResult",
    "Measurements",
    "Scores",
    "Silent",
    "Subject",
    "Subjects",
    "Verdict",
    "Watcher",
    "decide",
    "measure",
    "render",
    "to_json",
]
