"""What can be wrong with a policy and with a spec that is held against one: FT320 and FT321, FT412 to FT414."""

from ftspec.text.diagnostic import Code, Severity

BREAKS_POLICY = Code("FT320", "breaks-policy")
EMPTY_POLICY = Code("FT321", "empty-policy")

WAIVED = Code("FT412", "waived", Severity.WARNING)
IDLE_WAIVER = Code("FT413", "idle-waiver", Severity.WARNING)
DISCOURAGED = Code("FT414", "discouraged-by-policy", Severity.WARNING)
