"""Words of the language, nearly: `Require`, `requires`, `AND`, `becuase`."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import Trouble, replace, span
from ftspec.syntax.terminals import VALUE_ENDS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.suggest import similar

_VERBS = ("require", "warn", "report", "waive", "let", "import")
_JOINTS = ("and", "or", "because", "when", "extends", "as")
_OTHER_VERBS = {"assert": "require", "ensure": "require", "expect": "require", "must": "require", "check": "require"}
_OTHER_VERBS |= {"warning": "warn", "print": "report", "log": "report", "measure": "report", "show": "report"}
_OTHER_JOINTS = {"if": "when", "unless": "when", "where": "when", "reason": "because", "since": "because"}


def verb(trouble: Trouble) -> Diagnostic | None:
    """`requires accuracy(x) >= 90%`, `assert pinned`"""
    head = trouble.head
    if not head or head[0].kind != "NAME" or trouble.opens or trouble.open_brackets:
        return None
    if trouble.kind in {"ASSIGN", "DOT"} or (len(head) > 1 and head[1].kind in {"ASSIGN", "DOT"}):
        return None
    if len(head) == 1 and (trouble.touches(head[0], trouble.token) or trouble.kind == "END"):
        return None
    return _misspelled(trouble, head[0], _nearest(head[0].text, _VERBS, _OTHER_VERBS))


def joint(trouble: Trouble) -> Diagnostic | None:
    """`a >= 1 AND b < 2`, `require pinned becuase "…"`, `require redact if goal.kind == domain`"""
    if trouble.kind != "NAME" or trouble.ahead(-1).kind not in VALUE_ENDS or not trouble.in_rule:
        return None
    word = _nearest(trouble.token.text, _JOINTS, _OTHER_JOINTS)
    if word == "when" and trouble.engine.enclosing() in {"gates", "budget"}:
        return trouble.says(
            codes.MISSPELLED_WORD,
            f"a rule here holds always: there is no `{trouble.token.text}`",
            span(trouble.token),
            "leave the condition out; for a variant of the spec write an `overlay`",
        )
    if word is None or not trouble.engine.accepts(word.upper()):
        return None
    return _misspelled(trouble, trouble.token, word)


def parent(trouble: Trouble) -> Diagnostic | None:
    """`train b extend a {`"""
    if trouble.kind != "NAME" or not trouble.opens or len(trouble.head) not in {1, 2}:
        return None
    if similar(trouble.token.text, ["extends"]) is None:
        return None
    return _misspelled(trouble, trouble.token, "extends")


def _nearest(word: str, ours: tuple[str, ...], others: dict[str, str]) -> str | None:
    return others.get(word.lower()) or (word.lower() if word.lower() in ours else similar(word, ours))


def _misspelled(trouble: Trouble, token: Token, word: str | None) -> Diagnostic | None:
    if word is None:
        return None
    return trouble.says(
        codes.MISSPELLED_WORD,
        f"`{token.text}` is no word of the language here",
        span(token),
        f"write `{word}`",
        safe=replace(token, word) if token.text != "unless" else (),
    )


MISTAKES = (verb, joint, parent)
