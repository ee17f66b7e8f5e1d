"""An organization's policy: rules that every spec keeps, or waives with a reason."""

from ftspec.compile.policy.hold import hold
from ftspec.compile.policy.read import Policy, read_policy

__all__ = ["Policy", "hold", "read_policy"]
