"""Types: expressions become values of the types that the models of `ftspec.spec` ask for."""
