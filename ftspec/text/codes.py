"""The codes of this floor and the next: files and syntax, FT1xx. Later floors keep theirs beside their rules."""

from __future__ import annotations

from ftspec.text.diagnostic import Code, Severity

UNEXPECTED = Code("FT100", "unexpected-token")

# The file as a whole.
MISSING_FILE = Code("FT101", "missing-file")
NOT_A_FILE = Code("FT102", "not-a-file")
EMPTY_FILE = Code("FT103", "empty-file")
BINARY_FILE = Code("FT104", "binary-file")
NOT_UTF8 = Code("FT105", "not-utf8")
BYTE_ORDER_MARK = Code("FT106", "byte-order-mark", Severity.WARNING)
TOO_LARGE = Code("FT107", "too-large")
UNREADABLE = Code("FT108", "unreadable-file")
TOO_MANY_ERRORS = Code("FT109", "too-many-errors")

# Characters and words.
UNKNOWN_CHARACTER = Code("FT110", "unknown-character")
UNTERMINATED_STRING = Code("FT111", "unterminated-string")
UNKNOWN_ESCAPE = Code("FT112", "unknown-escape")
WRONG_QUOTES = Code("FT113", "wrong-quotes")
FOREIGN_COMMENT = Code("FT114", "foreign-comment")
HIDDEN_CHARACTER = Code("FT115", "hidden-character")
MALFORMED_NUMBER = Code("FT116", "malformed-number")
BAD_NAME = Code("FT117", "bad-name")
RESERVED_WORD = Code("FT118", "reserved-word")
MISSPELLED_WORD = Code("FT119", "misspelled-word")

# The shape of the file.
MISSING_HEADER = Code("FT120", "missing-header")
UNSUPPORTED_VERSION = Code("FT121", "unsupported-version")
FOREIGN_FORMAT = Code("FT122", "foreign-format")
UNCLOSED_BRACE = Code("FT123", "unclosed-brace")
STRAY_BRACE = Code("FT124", "stray-brace")
UNCLOSED_BRACKET = Code("FT125", "unclosed-bracket")
STRAY_BRACKET = Code("FT126", "stray-bracket")
TOO_DEEP = Code("FT127", "too-deep")
MISPLACED_HEADER = Code("FT128", "misplaced-header")

# Statements.
WRONG_ASSIGNMENT = Code("FT130", "wrong-assignment")
MISSING_ASSIGNMENT = Code("FT131", "missing-assignment")
MISSING_VALUE = Code("FT132", "missing-value")
MISSING_BRACE = Code("FT133", "missing-brace")
WRONG_SEPARATOR = Code("FT134", "wrong-separator")
MAP_LITERAL = Code("FT135", "map-literal")
ASSIGNED_BLOCK = Code("FT136", "assigned-block")
WRONG_LABEL = Code("FT137", "wrong-label")
CROWDED_LINE = Code("FT138", "crowded-line")
MISSING_REASON = Code("FT139", "missing-reason")
FOREIGN_STATEMENT = Code("FT140", "foreign-statement")
WRONG_IMPORT = Code("FT141", "wrong-import")

# Values.
MISSING_QUOTES = Code("FT150", "missing-quotes")
ADJACENT_STRINGS = Code("FT151", "adjacent-strings")
MISSING_COMMA = Code("FT152", "missing-comma")
EXTRA_COMMA = Code("FT153", "extra-comma")
BARE_LIST = Code("FT154", "bare-list")
CHAINED_COMPARISON = Code("FT155", "chained-comparison")
UNKNOWN_OPERATOR = Code("FT156", "unknown-operator")
ARGUMENT_ORDER = Code("FT157", "argument-order")
MISSING_PARENTHESES = Code("FT158", "missing-parentheses")
MISSING_OPERATOR = Code("FT159", "missing-operator")
