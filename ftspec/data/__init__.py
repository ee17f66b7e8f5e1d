"""Data: read, clean, split, render, tokenize and label.

Nothing heavy is imported with it: a warm survey only hashes files.
"""

from ftspec.data.encode import Encoded, encode, expected, prompts
from ftspec.data.prepare import prepare
from ftspec.data.prepared import Prepared
from ftspec.data.row import Row, Turn
from ftspec.data.survey import survey, survey_data
from ftspec.data.tokens import token_facts

__all__ = [
    "Encoded",
    "Prepared",
    "Row",
    "Turn",
    "encode",
    "expected",
    "prepare",
    "prompts",
    "survey",
    "survey_data",
    "token_facts",
]
