"""The libraries' own warnings, bars and reports, which a user of ftspec does not see."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGERS = ("transformers", "trl", "peft", "accelerate", "datasets", "bitsandbytes", "huggingface_hub", "torch")
_ENVIRONMENT = {
    "HF_HUB_DISABLE_TELEMETRY": "1",  # TRL reports every training otherwise
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "true",
    "BITSANDBYTES_NOWELCOME": "1",
    "TORCH_CPP_LOG_LEVEL": "ERROR",
    "TQDM_DISABLE": "1",
}


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing but errors from the libraries, and nothing sent anywhere. Set before they are first imported."""
    environment = {key: os.environ.get(key) for key in _ENVIRONMENT}
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    os.environ.update(_ENVIRONMENT)
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _no_bars()
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        for key, value in environment.items():
            os.environ.pop(key, None) if value is None else os.environ.__setitem__(key, value)


def _no_bars() -> None:
    """Switch off the bars of libraries that are imported already; the others read the environment."""
    if "huggingface_hub" in sys.modules:
        from huggingface_hub.utils.tqdm import disable_progress_bars as disable_hub_bars

        disable_hub_bars()
    if "transformers" in sys.modules:
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
    if "datasets" in sys.modules:
        from datasets.utils import disable_progress_bars

        disable_progress_bars()
