"""What can be wrong with a tokenizer."""

from __future__ import annotations

from ftspec.errors import CannotRun
from ftspec.text.diagnostic import Code

BAD_TOKENIZER = Code("FT503", "bad-tokenizer")
NO_END_TOKEN = Code("FT504", "no-end-token")
BAD_CHAT_TEMPLATE = Code("FT505", "bad-chat-template")


class UnusableTokenizer(CannotRun):
    """Raised when a model folder's tokenizer cannot be used; `code` says why."""

    def __init__(self, code: Code, message: str, help: str) -> None:
        super().__init__(message, help)
        self.code = code
