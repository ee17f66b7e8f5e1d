"""How a value of each type is written."""

from ftspec.compile.read.forms.annotations import forms_of, is_block
from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.forms.compound import read_as
from ftspec.compile.read.forms.labels import LabelForm
from ftspec.compile.read.forms.numbers import Numeric

__all__ = ["Form", "LabelForm", "Numeric", "forms_of", "is_block", "read_as"]
