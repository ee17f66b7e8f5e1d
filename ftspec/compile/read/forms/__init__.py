"""How a value of each type is written."""

from ftspec.compile.read.forms.annotations import block_model, forms_of
from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.forms.calls import CallForm, ListForm
from ftspec.compile.read.forms.choose import read_as
from ftspec.compile.read.forms.labels import LabelForm
from ftspec.compile.read.forms.numbers import LengthForm, Numeric
from ftspec.compile.read.forms.words import BareForm, Choice, PathForm, String, Switch

__all__ = [
    "BareForm",
    "CallForm",
    "Choice",
    "Form",
    "LabelForm",
    "LengthForm",
    "ListForm",
    "Numeric",
    "PathForm",
    "String",
    "Switch",
    "block_model",
    "forms_of",
    "read_as",
]
