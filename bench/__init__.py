"""What the README says about speed and size, measured: each figure is a ratio taken within one process run."""
