"""Types: expressions become values of the types that the models of `ftspec.spec` ask for."""

from ftspec.compile.read.spec import read_spec

__all__ = ["read_spec"]
