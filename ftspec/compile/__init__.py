"""From a tree to a plan: names, types, rules of meaning, and the lowering to steps."""
