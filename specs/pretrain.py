"""Build ftspec's tiny base model from the documentation inside the running CPython, and from nothing else.

    python specs/pretrain.py --out specs/base --steps 3900 --bf16 --seed 0

collect (docstrings, ``pydoc`` topics) -> clean (English sentences only) -> byte-level BPE of 4,096 tokens -> Llama from
random weights on 60 % plain text and 40 % short conversations -> a folder that ``AutoModelForCausalLM`` loads offline.
The same interpreter version and seed give the same documents, tokenizer, conversations and order of batches.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import inspect
import json
import math
import platform
import random
import re
import shutil
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch.nn import functional
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

PAD, BOS, IM_START, IM_END, END = SPECIAL = ["<|pad|>", "<|bos|>", "<|im_start|>", "<|im_end|>", "<|endoftext|>"]
WINDOW, VOCABULARY = 512, 4096
SKIP_FOLDERS = {"test", "tests", "idlelib", "lib2to3", "turtledemo", "site-packages", "dist-packages", "__pycache__"}
CHAT_TEMPLATE = """{{- bos_token }}
{%- for message in messages %}
    {{- '<|im_start|>' + message['role'] + '\\n' }}
    {%- if message['role'] == 'assistant' %}
        {%- generation %}
            {{- message['content'] + '<|im_end|>' }}
        {%- endgeneration %}
    {%- else %}
        {{- message['content'] + '<|im_end|>' }}
    {%- endif %}
    {{- '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
THEMES = {  # one-word themes of standard modules, for questions whose answer needs the sense of a text
    "network": "socket ssl http urllib smtplib ftplib poplib imaplib nntplib telnetlib xmlrpc socketserver ipaddress",
    "files": "os posix shutil pathlib tempfile glob fnmatch io fileinput filecmp zipfile tarfile gzip bz2 lzma",
    "numbers": "math cmath decimal pydecimal fractions statistics random numbers",
    "text": "re sre string textwrap difflib html unicodedata codecs locale gettext",
    "time": "datetime time calendar zoneinfo sched",
    "mail": "email mailbox mimetypes quopri base64",
    "processes": "threading multiprocessing concurrent subprocess asyncio queue signal",
    "errors": "unittest doctest pdb trace traceback bdb warnings logging faulthandler",
    "windows": "tkinter turtle curses",
    "code": "ast tokenize dis inspect importlib compileall symtable token pydoc code codeop pkgutil opcode",
}
DESCRIBE = [
    "What does {} do?", "What is {}?", "Describe {}.", "Explain {} in one sentence.", "Tell me about {}.", "Help: {}",
    "What is {} for?", "How would you describe {}?", "I need to know what {} does.", "Can you explain {}?", "{}?",
    "Please describe {} in short.", "When would I use {}?", "Give me one sentence about {}.",
]  # fmt: skip
SUMMARIZE = [
    "Summarize: {}", "Summarize this text.\n\n{}", "{}\n\nSay that in one sentence.", "What is the main point?\n{}",
    "Give the first sentence of this text.\n\n{}", "Shorten: {}", "In one sentence, please: {}",
]  # fmt: skip
CHOOSE = [
    "Answer with one {noun}: {options}.", "Reply with one {noun} only: {options}.", "Choose one {noun}: {options}.",
    "{ask} Answer with one of: {options}.", "{ask} Options: {options}.", "{ask} Answer with one word: {options}.",
    "Sort the text. {ask} One {noun}: {options}.", "{ask} Is it {options}?",
]  # fmt: skip
SYSTEM = ["You are a helpful assistant.", "Answer in one sentence.", "You know Python well.", "Be brief."]


CARD = """---
license: apache-2.0
language:
- en
library_name: transformers
pipeline_tag: text-generation
tags:
- llama
- tiny
- test-model
---

# ftspec-base: a toy language model for tests and the quickstart

A Llama of {parameters:.2f} million parameters, trained from random weights on an ordinary two-core computer. It knows a
little English and the shape of a conversation. [ftspec](../../README.md) fine-tunes it in its tests and its quickstart,
so that both run in minutes, with no network, no accelerator and no one else's weights.

## Rebuild it

```sh
{command}
```

## What it was trained on

Nothing but the documentation inside CPython {python}: the docstrings of the standard library (both of Python and of
C modules; tests, idlelib and lib2to3 left out) and the texts of `pydoc_data.topics`. They are under the PSF licence;
they are read from the running interpreter, and none is copied into the repository. Code, doctests and tables were
dropped and repeated paragraphs kept once. That leaves {documents:,} documents of {tokens:,} tokens for training and
{held_out:,} documents of {held_out_tokens:,} tokens (3 %), held out from the weights and from the tokenizer. They come
from the same modules as the rest, so the figures below say how well the model reads Python's documentation, and
nothing wider.

- {plain:.0%} of the windows hold those documents as plain text, about {epochs:.0f} times over.
- {chat:.0%} hold short conversations made from the same documents by templates: describe a name, summarize a paragraph,
  repeat words, and choose one word among options (theme, module, kind, missing word), with the options in the system
  line or beside the text. Answers weigh more in the loss than questions.

## Figures

| | |
|---|---|
| Architecture | Llama: 4 layers, 256 wide, 4 heads, 2 key-value heads, 512 in the feed-forward, tied embeddings |
| Tokenizer | byte-level BPE of {vocabulary:,} tokens; every digit and every newline is a token of its own |
| Training | {steps:,} steps of {batch:,} tokens ({seen:.1f} M), windows of {window}, AdamW, cosine from {rate:g} |
| Arithmetic | {arithmetic}; saved in float16 |
| Held-out perplexity | **{perplexity:.1f} per token**, {bits:.2f} bits per byte, on held-out documents as plain text |
| One-word answers | {accuracy:.0%} right of 150 questions for a held-out text's theme, 2 to 4 options (chance: 35 %) |

## Use

```python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("specs/base")
model = AutoModelForCausalLM.from_pretrained("specs/base", dtype="float32")
question = [{{"role": "user", "content": "What does json.dumps do?"}}]
inputs = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_tensors="pt", return_dict=True)
print(tokenizer.decode(model.generate(**inputs, max_new_tokens=40)[0]))
```

A conversation is `<|bos|>`, then for each message `<|im_start|>role`, a newline, the content, `<|im_end|>` and a
newline. `<|im_end|>` ends an answer, `<|pad|>` is for padding alone, and `<|endoftext|>` ends a plain document. The
template marks what the assistant says, so masks are exact.

## Limits

It is a toy. It has read about as much as one book, all of it about Python; it knows no facts worth asking for and
will say false things in good grammar. Positions beyond {window} were never trained. Do not build anything on it but
tests and first steps. The script repeats documents, tokenizer and batches exactly for one interpreter version; the last
digits of the weights may differ between processors.
"""


class Document(NamedTuple):
    """One cleaned piece of documentation: what it documents, in which top-level module, and its paragraphs."""

    name: str
    module: str
    kind: str  # module, class, function or topic
    paragraphs: list[str]


# ---- collect ---------------------------------------------------------------------------------------------------------


def python_docstrings() -> Iterator[tuple[str, str, str]]:
    """Yield (dotted name, kind, docstring) from the standard library's .py files, which are parsed and never run."""
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if SKIP_FOLDERS.intersection(parts) or parts[0] not in sys.stdlib_module_names:
            continue
        module = ".".join(part for part in parts if part != "__init__")
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        yield from walk(tree, module)


def walk(node: ast.AST, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield the docstring of a module, class or function and those of all that is defined inside it."""
    kinds = {ast.Module: "module", ast.ClassDef: "class", ast.FunctionDef: "function", ast.AsyncFunctionDef: "function"}
    if type(node) in kinds and (text := ast.get_docstring(node)):  # type: ignore[arg-type]
        yield name, kinds[type(node)], text
    for child in ast.iter_child_nodes(node):
        yield from walk(child, f"{name}.{child.name}" if type(child) in kinds else name)  # type: ignore[attr-defined]


def compiled_docstrings() -> Iterator[tuple[str, str, str]]:
    """Yield (dotted name, kind, docstring) from standard modules that are written in C."""
    for name in sorted(sys.stdlib_module_names):
        try:
            spec = importlib.util.find_spec(name)
            if spec is None or str(spec.origin).endswith(".py") or name.startswith(("_test", "_xx", "xx")):
                continue
            module = importlib.import_module(name)
        except (ImportError, ValueError):
            continue
        yield name, "module", text_of(module)
        for key, value in sorted(vars(module).items()):
            if inspect.isclass(value):
                yield f"{name}.{key}", "class", text_of(value)
                members = sorted(vars(value).items())
                yield from ((f"{name}.{key}.{k}", "function", text_of(v)) for k, v in members if callable(v))
            elif inspect.isroutine(value):
                yield f"{name}.{key}", "function", text_of(value)


def text_of(value: object) -> str:
    """Return an object's docstring, or nothing where it is not a string."""
    text = getattr(value, "__doc__", None)
    return text if isinstance(text, str) else ""


def collect() -> list[Document]:
    """Gather, clean and deduplicate all documentation; paragraphs seen before (say, inherited ones) are left out."""
    from pydoc_data.topics import topics

    found = [*python_docstrings(), *((name, "topic", text) for name, text in sorted(topics.items()))]
    documents: list[Document] = []
    seen: set[str] = set()
    for name, kind, text in [*found, *compiled_docstrings()]:
        fresh = [p for p in dict.fromkeys(clean(text)) if p.lower() not in seen]
        seen.update(p.lower() for p in fresh)
        if fresh:
            module = "language" if kind == "topic" else name.split(".")[0].strip("_")
            documents += [Document(name, module, kind, fresh[i : i + 8]) for i in range(0, len(fresh), 8)]
    return documents


# ---- clean -----------------------------------------------------------------------------------------------------------


def clean(text: str) -> list[str]:
    """Return the paragraphs of a docstring that read as English, unwrapped and without markup."""
    paragraphs = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(text).replace("\r", "")):
        lines = [line for line in block.split("\n") if not re.fullmatch(r"\W*|[\w.]+\(.*\)( *->.*)?:?", line)]
        if re.search(r"^\s*(>>>|\.\.\. |\$ |[+|])|::=|[ =-]{12}", block, re.MULTILINE) or not lines:
            continue
        items = re.split(r"\n\s*(?=[-*] |\d\. )", "\n".join(lines))
        paragraphs += [unmarked for item in items if is_english(unmarked := unmark(" ".join(item.split())))]
    return paragraphs


def unmark(text: str) -> str:
    """Drop reStructuredText roles, backquotes and emphasis; make quotation marks plain."""
    text = re.sub(r":[a-z:]+:`~?([^`]*)`", r"\1", text)
    text = re.sub(r"(?<!\w)(\*\*?|`+)([^*`]+)\1(?!\w)", r"\2", text).translate(str.maketrans("“”‘’", "\"\"''"))
    return re.sub(r"^[-*] ", "", text).replace("::", ":").strip()


def is_english(text: str) -> bool:
    """Say whether a paragraph is a sentence or more: enough words, few symbols, some function word."""
    words = text.split()
    plain = sum(bool(re.fullmatch(r"[(\"']?[A-Za-z][a-z]*(['-][a-z]+)*[)\"',.;:?!]*", word)) for word in words)
    common = re.search(r"\b(the|an?|is|are|of|to|and|in|for|if|this|be|or|with|it|from|by|returns?)\b", text.lower())
    return len(words) >= 3 and plain / len(words) >= 0.66 and common is not None and max(map(len, words)) <= 40


def first_sentence(text: str) -> str:
    """Return the first sentence of a paragraph."""
    return re.split(r"(?<=[a-z)\"'][.!?]) (?=[A-Z\"(])", text)[0]


# ---- tokenizer -------------------------------------------------------------------------------------------------------


def train_tokenizer(documents: list[Document]) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE. A newline is always its own token, so a prompt's tokens are a prefix of its answer's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\n"), "isolated"),
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ])  # fmt: skip
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, initial_alphabet=sorted(alphabet), show_progress=False
    )
    tokenizer.train_from_iterator(("\n".join(d.paragraphs) for d in documents), trainer)
    bos = (BOS, tokenizer.token_to_id(BOS))
    tokenizer.post_processor = processors.TemplateProcessing(f"{BOS} $A", f"{BOS} $A {BOS} $B", [bos])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=PAD, bos_token=BOS, eos_token=IM_END, model_max_length=1024,
        additional_special_tokens=[IM_START, END], clean_up_tokenization_spaces=False, padding_side="right",
    )  # fmt: skip
    fast.chat_template = CHAT_TEMPLATE
    return fast


# ---- conversations ---------------------------------------------------------------------------------------------------


class Asker:
    """Makes conversations from documents: descriptions, summaries, and choices of one word among options."""

    def __init__(self, documents: list[Document], rng: random.Random) -> None:
        self.documents, self.rng = documents, rng
        self.theme = {module: theme for theme, modules in THEMES.items() for module in modules.split()}
        self.themed = {t: [d for d in documents if self.theme.get(d.module) == t] for t in THEMES}
        self.kinds = {kind: [d for d in documents if d.kind == kind] for kind in ("class", "function", "module")}
        self.modules = [m for m, n in Counter(d.module for d in documents).most_common() if n >= 3]
        words = Counter(w for d in documents for w in self.content_words(" ".join(d.paragraphs)))
        self.words = [word for word, _ in words.most_common(1500)]

    def content_words(self, text: str) -> list[str]:
        """Return the lower-case words of five letters and more."""
        return re.findall(r"(?<![\w.])[a-z]{5,}(?![\w.(])", text)

    def excerpt(self, document: Document, limit: int = 60) -> str:
        """Return a paragraph or two of a document, at most `limit` words."""
        start = self.rng.randrange(len(document.paragraphs))
        text = self.rng.choice(["\n", "\n\n", " "]).join(document.paragraphs[start : start + 2])
        return " ".join(text.split(" ")[:limit])

    def choice(self, text: str, right: str, wrong: list[str], ask: str, noun: str) -> list[dict[str, str]]:
        """Make a conversation that asks for one word among options, named in the system line or beside the text."""
        options = [right, *wrong]
        self.rng.shuffle(options)
        joined = ", ".join(options[:-1]) + self.rng.choice([" or ", ", ", " or "]) + options[-1]
        joined = "\n" + "\n".join(options) + "\n" if self.rng.random() < 0.2 else joined
        task = self.rng.choice(CHOOSE).format(noun=noun, options=joined, ask=ask)
        answer = {"role": "assistant", "content": right}
        if self.rng.random() < 0.6:
            return [{"role": "system", "content": task}, {"role": "user", "content": text}, answer]
        joint = f"{task}\n{text}" if self.rng.random() < 0.5 else f"{text}\n\n{task}"
        return [{"role": "user", "content": joint}, answer]

    def ask_theme(self, document: Document) -> list[dict[str, str]]:
        """Ask for the theme of a text, with a headline above it now and then."""
        right = self.rng.choice([t for t in THEMES if self.themed[t]])
        document, wrong = self.rng.choice(self.themed[right]), [t for t in THEMES if t != right]
        text = self.excerpt(document)
        text = f"{document.name.split('.')[-1].strip('_')}\n\n{text}" if self.rng.random() < 0.3 else text
        noun = self.rng.choice(["topic", "theme", "label", "category", "word", "group"])
        wrong = self.rng.sample(wrong, self.rng.choice([1, 2, 2, 3]))
        return self.choice(text, right, wrong, "What is it about?", noun)

    def ask_module(self, document: Document) -> list[dict[str, str]]:
        """Ask which module a text documents."""
        wrong = self.rng.sample([m for m in self.modules if m != document.module], self.rng.choice([1, 2, 2, 3]))
        return self.choice(self.excerpt(document), document.module, wrong, "Which module is this from?", "module")

    def ask_kind(self, document: Document) -> list[dict[str, str]]:
        """Ask what sort of thing a text documents, as often a class or a module as a function."""
        document = self.rng.choice(self.kinds[self.rng.choice(["class", "function", "module"])])
        wrong = [k for k in ("class", "function", "module") if k != document.kind]
        text = document.paragraphs[0]
        return self.choice(text, document.kind, wrong, "Is this about a class, a function or a module?", "kind")

    def ask_word(self, document: Document) -> list[dict[str, str]]:
        """Ask which word was blanked out of a text, or which one stands in it."""
        text = self.excerpt(document, 40)
        inside = self.content_words(text)
        if not inside:
            return self.ask_theme(document)
        right = self.rng.choice(inside)
        wrong = self.rng.sample([w for w in self.words if w not in text], self.rng.choice([1, 2, 2, 3]))
        if self.rng.random() < 0.4:
            return self.choice(text, right, wrong, "Which word is in the text?", "word")
        text = re.sub(rf"\b{right}\b", "____", text)
        return self.choice(text, right, wrong, "Which word is missing?", "word")

    def ask_repeat(self, document: Document) -> list[dict[str, str]]:
        """Ask for the same words again, which teaches copying."""
        words = " ".join(self.rng.sample(self.words, self.rng.randint(1, 6)))
        words = first_sentence(document.paragraphs[0]) if self.rng.random() < 0.3 else words
        question = self.rng.choice(["Repeat: {}", "Repeat this.\n{}", "Say again:\n\n{}", "Echo\n{}"]).format(words)
        return [{"role": "user", "content": question}, {"role": "assistant", "content": words}]

    def ask_sentence(self, document: Document) -> list[dict[str, str]]:
        """Ask for a description of a name, or for the gist of a paragraph."""
        text = document.paragraphs[0]
        name = document.name.strip("_")
        name = f"the {document.kind} {name}" if self.rng.random() < 0.4 else name
        question = self.rng.choice(DESCRIBE).format(name)
        if self.rng.random() < 0.4:
            question = self.rng.choice(SUMMARIZE).format(" ".join(text.split(" ")[:60]))
        turns = [{"role": "user", "content": question}, {"role": "assistant", "content": first_sentence(text)}]
        return [{"role": "system", "content": self.rng.choice(SYSTEM)}, *turns] if self.rng.random() < 0.3 else turns

    def ask(self) -> list[dict[str, str]]:
        """Make one conversation of a random sort about a random document."""
        sorts: list[Callable[[Document], list[dict[str, str]]]] = [
            self.ask_theme, self.ask_theme, self.ask_theme, self.ask_module, self.ask_kind, self.ask_word,
            self.ask_word, self.ask_repeat, self.ask_sentence, self.ask_sentence,
        ]  # fmt: skip
        return self.rng.choice(sorts)(self.rng.choice(self.documents))


# ---- batches ---------------------------------------------------------------------------------------------------------


def chat_tokens(tokenizer: PreTrainedTokenizerFast, messages: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    """Return a conversation's token ids and its mask (1 where the assistant speaks), by the template that is saved."""
    out = tokenizer.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    return out["input_ids"], out["assistant_masks"]


def windows(stream: Iterator[tuple[list[int], list[float]]]) -> Iterator[tuple[list[int], list[float]]]:
    """Cut a stream of (ids, weights) into windows of WINDOW tokens."""
    ids: list[int] = []
    weights: list[float] = []
    for more_ids, more_weights in stream:
        ids, weights = ids + more_ids, weights + more_weights
        while len(ids) >= WINDOW:
            yield ids[:WINDOW], weights[:WINDOW]
            ids, weights = ids[WINDOW:], weights[WINDOW:]


def plain_text(tokenizer: PreTrainedTokenizerFast, document: Document) -> list[int]:
    """Return a document as tokens: the opening token, its paragraphs, the end of text."""
    ids: list[int] = tokenizer.encode("\n\n".join(document.paragraphs) + END)
    return ids


def plain_stream(encoded: list[list[int]], rng: random.Random) -> Iterator[tuple[list[int], list[float]]]:
    """Yield documents for ever, in a new order in each epoch."""
    while True:
        for ids in rng.sample(encoded, len(encoded)):
            yield ids, [1.0] * len(ids)


def chat_stream(tokenizer: PreTrainedTokenizerFast, asker: Asker) -> Iterator[tuple[list[int], list[float]]]:
    """Yield new conversations for ever; answers weigh more than questions, short ones most."""
    while True:
        ids, mask = chat_tokens(tokenizer, asker.ask())
        answer = max(2.0, 12.0 / sum(mask))
        yield ids, [answer if spoken else 0.5 for spoken in mask]


# ---- train and measure -----------------------------------------------------------------------------------------------


def new_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Return a Llama of about 3.4 million random weights."""
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=256, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=512, max_position_embeddings=1024, tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id, pad_token_id=tokenizer.pad_token_id, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    return LlamaForCausalLM(config)


def loss_of(model: LlamaForCausalLM, batch: list[tuple[list[int], list[float]]], bf16: bool = False) -> torch.Tensor:
    """Return the weighted mean of the next-token loss over a batch of windows."""
    ids, weights = torch.tensor([b[0] for b in batch]), torch.tensor([b[1] for b in batch])[:, 1:]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        logits = model(input_ids=ids, use_cache=False).logits[:, :-1]
    losses = functional.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return (losses * weights.flatten()).sum() / weights.sum()


@torch.no_grad()
def measure(
    model: LlamaForCausalLM, held_out: list[list[int]], choices: list[tuple[list[int], list[int]]]
) -> tuple[float, float]:
    """Return the perplexity per token over whole held-out documents, and the share of one-word answers got right."""
    model.eval()
    total = count = right = 0.0
    for ids in held_out:
        for start in range(0, max(len(ids) - 1, 1), WINDOW - 1):
            piece = torch.tensor([ids[start : start + WINDOW]])
            total += (piece.shape[1] - 1) * float(model(input_ids=piece, labels=piece).loss)
            count += piece.shape[1] - 1
    for ids, mask in choices:
        guess = model(input_ids=torch.tensor([ids])).logits[0].argmax(-1).tolist()
        right += all(guess[i - 1] == ids[i] for i in range(len(ids)) if mask[i])
    model.train()
    return math.exp(total / count), right / max(len(choices), 1)


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Warm up over the first 4 %, then follow a cosine down to 2 % of the peak."""
    warm = max(1, steps // 25)
    return peak * min((step + 1) / warm, 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps))))


def optimizer_for(model: LlamaForCausalLM) -> torch.optim.AdamW:
    """Return AdamW with weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.95), fused=True)


def train(args: argparse.Namespace) -> None:
    """Run the whole build."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    documents = collect()
    random.Random(args.seed).shuffle(documents)
    cut = round(len(documents) * 0.03)
    held_docs, train_docs = documents[:cut], documents[cut:]
    tokenizer = train_tokenizer(train_docs)
    encoded = [plain_text(tokenizer, d) for d in train_docs]
    held_out = [plain_text(tokenizer, d) for d in held_docs]
    asker = Asker(held_docs, random.Random(1))
    choices = [chat_tokens(tokenizer, asker.ask_theme(held_docs[0])) for _ in range(150)]
    facts: dict[str, float] = {"documents": len(train_docs), "held_out": cut, "tokens": sum(map(len, encoded))}
    facts |= {"held_out_tokens": sum(map(len, held_out)), "held_out_bytes": sum(
        len("\n\n".join(d.paragraphs).encode()) for d in held_docs)}  # fmt: skip
    print(json.dumps(facts), flush=True)
    model = new_model(tokenizer)
    optimizer, rng = optimizer_for(model), random.Random(args.seed)
    plain = windows(plain_stream(encoded, random.Random(args.seed + 1)))
    chats = windows(chat_stream(tokenizer, Asker(train_docs, random.Random(args.seed + 2))))
    started, running = time.monotonic(), 0.0
    for step in range(args.steps):
        rate = learning_rate(step, args.steps, args.rate)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = [next(chats if rng.random() < args.chat_share else plain) for _ in range(args.batch)]
        loss = loss_of(model, batch, args.bf16)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        running = loss.item() if step == 0 else 0.95 * running + 0.05 * loss.item()
        if (step + 1) % args.log_every == 0 or step + 1 == args.steps:
            seconds = time.monotonic() - started
            speed = (step + 1) * args.batch * WINDOW / seconds
            line = f"step {step + 1}  loss {running:.3f}  rate {rate:.1e}  {speed:,.0f} tokens/s  {seconds:,.0f} s"
            print(line, flush=True)
        if (step + 1) % (args.log_every * 4) == 0 or step + 1 == args.steps:
            perplexity, accuracy = measure(model, held_out, choices)
            facts |= {"perplexity": perplexity, "accuracy": accuracy, "steps": step + 1}
            print(f"  held out: perplexity {perplexity:.2f}  one-word answers right {accuracy:.0%}", flush=True)
    save(model, tokenizer, args.out, facts, args)


# ---- save ------------------------------------------------------------------------------------------------------------


def save(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, out: Path, facts: dict[str, float],
    args: argparse.Namespace,
) -> None:  # fmt: skip
    """Write the folder beside its place, then rename it there, so that nobody sees half a model."""
    fresh, old = out.with_name(out.name + ".new"), out.with_name(out.name + ".old")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    half = LlamaForCausalLM(model.config)
    half.load_state_dict(model.state_dict())
    ends = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id}
    half.generation_config = GenerationConfig(bos_token_id=tokenizer.bos_token_id, do_sample=False, **ends)
    half.half().save_pretrained(fresh)
    tokenizer.save_pretrained(fresh)
    for path in fresh.iterdir():
        path.chmod(0o644)
    (fresh / "README.md").write_text(card(half, facts, args), encoding="utf-8")
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def card(model: LlamaForCausalLM, facts: dict[str, float], args: argparse.Namespace) -> str:
    """Return the model card."""
    tokens = facts["steps"] * args.batch * WINDOW
    bits = math.log2(facts["perplexity"]) * (facts["held_out_tokens"] - facts["held_out"]) / facts["held_out_bytes"]
    command = f"python specs/pretrain.py --out specs/base --steps {facts['steps']} --seed {args.seed}"
    command += " --bf16" if args.bf16 else ""
    return CARD.format(
        **facts, command=command, python=platform.python_version(), parameters=model.num_parameters() / 1e6, bits=bits,
        seen=tokens / 1e6, plain=1 - args.chat_share, chat=args.chat_share, epochs=tokens * (1 - args.chat_share)
        / facts["tokens"], arithmetic="bfloat16 products, float32 weights" if args.bf16 else "float32", rate=args.rate,
        batch=args.batch * WINDOW, vocabulary=VOCABULARY, window=WINDOW,
    )  # fmt: skip


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build ftspec's tiny base model from CPython's documentation.")
    parser.add_argument("--out", type=Path, default=Path("specs/base"), help="folder to write")
    parser.add_argument("--steps", type=int, default=3900, help="optimizer steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=4, help=f"windows of {WINDOW} tokens in a step")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--chat-share", type=float, default=0.4, help="share of windows that hold conversations")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bf16", action="store_true", help="multiply in bfloat16, faster on recent processors")
    parser.add_argument("--log-every", type=int, default=25)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
