"""ftspec: fine-tuning as a spec that compiles to a plan, trains a model and passes gates."""

__version__ = "0.1.0"
