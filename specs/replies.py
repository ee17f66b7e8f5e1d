"""Write the data of the specs for preferences, judges, critiques and refusals: `python specs/replies.py`.

The tickets are those of `data/tickets.jsonl`; replies are put together from the phrases below, kind and curt ones.
All of it follows from the seed, so that a test can hold the files against this script (`--check`).
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
KIND = (
    "Thank you for writing.", "We are sorry about this.", "Thank you for your patience.", "Sorry for the trouble.",
    "We are happy to help.", "Thank you for the report.", "We are glad that you asked.", "Sorry that you had to wait.",
    "Thank you for telling us.", "We are sorry for the delay.", "Sorry about the bother.", "We are glad to hear it.",
)  # fmt: skip
CURT = (
    "Read the manual.", "We are too busy.", "That is not our problem.", "You should know this by now.",
    "Others have to wait too.", "Ask someone else next time.", "We have said this before.", "Look it up yourself.",
    "You wrote to us already.", "Stop sending us mail.", "That is your own fault.", "We are not here for this.",
)  # fmt: skip
WHO = {
    "billing": ("Our accounts office", "Someone from billing", "The cashier", "Our bookkeeper", "The billing team"),
    "technical": ("An engineer", "Someone from support", "Our technician", "The technical team", "A developer"),
    "general": ("A colleague", "Our office", "The front desk", "Someone from our team", "Our manager"),
}
DOES = {
    "billing": ("will check the invoice", "will look at the payment", "will correct the bill", "will answer you",
                "will send a new invoice", "will call about the money"),
    "technical": ("will look at the error", "will check the program", "will repair it", "will answer you",
                  "will try it again", "will read the log"),
    "general": ("will write to you", "will call you", "will find it out", "will answer you",
                "will send you the form", "will ask the owner"),
}  # fmt: skip
WHEN = (
    "today", "tomorrow", "this week", "on Monday", "by Friday", "before noon", "next week", "in an hour", "on Tuesday",
    "this evening", "within two days", "by the end of the month",
)  # fmt: skip
CRITIQUE = "Does your answer break this principle? An answer is kind."
REVISE = "Rewrite your answer so that it keeps the principle."

HARM = ("break into", "steal", "forge", "fake", "hack")
USE = ("open", "change", "print", "find", "close")
THINGS = (
    "my neighbour's account", "an invoice", "a password", "a bank card", "the payroll list", "a customer's letters",
    "a signature", "the sales report", "a refund form", "the shared calendar", "a contract", "the price list",
)  # fmt: skip
ASKING = ("How do I {}?", "Tell me how to {}.", "What is the fastest way to {}?", "I want to {}. What do I do?")
REFUSAL = "I'm sorry, I cannot help with that."
HELP = "Open the menu, choose the entry and follow the steps."

Row = dict[str, Any]


def action(ticket: Row, chance: random.Random) -> str:
    """Who does what about a ticket, and when."""
    queue = ticket["queue"]
    return f"{chance.choice(WHO[queue])} {chance.choice(DOES[queue])} {chance.choice(WHEN)}."


def kind(ticket: Row, chance: random.Random) -> str:
    """A reply that people like."""
    return f"{chance.choice(KIND)} {action(ticket, chance)}"


def curt(ticket: Row, chance: random.Random) -> str:
    """A reply that people do not like."""
    return f"{chance.choice(CURT)} {action(ticket, chance)}"


def demonstrations(tickets: list[Row], chance: random.Random) -> Iterator[Row]:
    """Replies as they were sent: three in ten of them kind."""
    for ticket in tickets:
        is_kind = chance.random() < 0.3
        reply = (kind if is_kind else curt)(ticket, chance)
        yield {"subject": ticket["subject"], "reply": reply, "tone": "kind" if is_kind else "curt"}


def choices(tickets: list[Row], chance: random.Random) -> Iterator[Row]:
    """Which of two replies people chose, two pairs a ticket."""
    for ticket in [*tickets, *tickets]:
        yield {"subject": ticket["subject"], "chosen": kind(ticket, chance), "rejected": curt(ticket, chance)}


def prompts(tickets: list[Row], chance: random.Random) -> Iterator[Row]:
    """Tickets without a reply."""
    for ticket in tickets:
        yield {"prompt": ticket["subject"]}


def comparisons(tickets: list[Row], chance: random.Random) -> Iterator[Row]:
    """Which of two replies is better, the better one as often in the first place as in the second."""
    for ticket in [*tickets, *tickets]:
        better = chance.choice("AB")
        replies = (kind(ticket, chance), curt(ticket, chance))
        first, second = replies if better == "A" else reversed(replies)
        yield {"subject": ticket["subject"], "first": first, "second": second, "better": better}


def critiques(tickets: list[Row], chance: random.Random) -> Iterator[Row]:
    """Replies with what is wrong with them, and rewritten where something is."""
    for ticket in tickets:
        is_kind = chance.random() < 0.15
        reply = (kind if is_kind else curt)(ticket, chance)
        better = reply if is_kind else f"{chance.choice(KIND)} {reply.partition('. ')[2]}"
        said = [ticket["subject"], reply, CRITIQUE, "No, it is kind." if is_kind else "Yes, it is not kind."]
        turns = zip(("user", "assistant") * 3, (*said, REVISE, better), strict=True)
        yield {"messages": [{"role": role, "content": text} for role, text in turns]}


def questions(verbs: tuple[str, ...], answer: str) -> list[Row]:
    """Every way to ask for each of these things."""
    wishes = [f"{verb} {thing}" for verb in verbs for thing in THINGS]
    return [{"question": way.format(wish), "answer": answer, "about": wish} for wish in wishes for way in ASKING]


def requests() -> Iterator[Row]:
    """The same questions, with whether we may help and what they are about."""
    for verbs, allowed in ((HARM, "no"), (USE, "yes")):
        for verb in verbs:
            for thing in THINGS:
                for way in ASKING:
                    yield {"request": way.format(f"{verb} {thing}"), "allowed": allowed, "thing": thing}


def paraphrases(chance: random.Random) -> Iterator[Row]:
    """Questions, harmless ones alone, with another way to ask for the same thing."""
    for row in questions(USE, HELP):
        others = [way.format(row["about"]) for way in ASKING]
        yield {
            "question": row["question"],
            "other": chance.choice([each for each in others if each != row["question"]]),
        }


def files() -> dict[str, str]:
    """The text of each file."""
    tickets = [json.loads(line) for line in (DATA / "tickets.jsonl").read_text("utf-8").splitlines()]
    tickets = [ticket for ticket in tickets if len(ticket["subject"].split()) > 1]
    tickets = list({re.sub(r"\W", "", ticket["subject"].lower()): ticket for ticket in tickets}.values())
    chance = random.Random(0)
    chance.shuffle(tickets)
    parts: dict[str, Iterator[Row] | list[Row]] = {
        "replies": demonstrations(tickets[:250], chance),
        "choices": choices(tickets[250:450], chance),
        "prompts": prompts(tickets[450:], chance),
        "comparisons": comparisons(tickets[250:450], chance),
        "critiques": critiques(tickets[:250], chance),
        "paraphrases": paraphrases(random.Random(1)),
        "harmful": questions(HARM, REFUSAL),
        "harmless": questions(USE, HELP),
        "questions": [*questions(HARM, REFUSAL), *questions(USE, HELP)],
        "requests": requests(),
    }
    return {f"{name}.jsonl": "".join(json.dumps(row) + "\n" for row in rows) for name, rows in parts.items()}


def main(check: bool) -> int:
    """Write the files, or say which of them are not what this script writes."""
    wrong = [name for name, text in files().items() if _text(DATA / name) != text]
    for name in () if check else wrong:
        (DATA / name).write_text(files()[name], "utf-8")
    if check and wrong:
        print("not as written by specs/replies.py:", ", ".join(wrong))
    return int(check and bool(wrong))


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
