"""Names of people, found by presidio with a spaCy pipeline that is installed; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ftspec.data import codes
from ftspec.data.faults import Unusable


def name_redactor(pipeline: str) -> Callable[[str], str]:
    """What puts `[name]` where a name stood. Raises `Unusable` where presidio or the pipeline is not installed."""
    try:
        import presidio_analyzer as _  # noqa: F401
        import spacy
    except ImportError as error:
        message = "`redact_names` needs presidio, which is not installed"
        raise Unusable(codes.NOT_INSTALLED, message, "install `ftspec[presidio]`") from error
    if not spacy.util.is_package(pipeline):
        message = f"the spaCy pipeline `{pipeline}` is not installed"
        raise Unusable(codes.NOT_INSTALLED, message, f"`python -m spacy download {pipeline}`, or name another")
    return redactor_of(spacy.load(pipeline))


def redactor_of(pipeline: Any) -> Callable[[str], str]:
    """The same for a loaded spaCy pipeline that marks `PERSON`, or `PER` as those of other languages do."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    language = pipeline.meta["lang"]
    engine: Any = SpacyNlpEngine(ner_model_configuration=NerModelConfiguration())
    engine.nlp = {language: pipeline}
    finder = SpacyRecognizer(supported_language=language, supported_entities=["PERSON"])
    registry = RecognizerRegistry(recognizers=[finder], supported_languages=[language])
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[language])

    def redacted(text: str) -> str:
        if not any(map(str.isalpha, text)):
            return text
        found = analyzer.analyze(text, language=language, entities=["PERSON"])
        for each in sorted(found, key=lambda name: name.start, reverse=True):
            text = f"{text[: each.start]}[name]{text[each.end :]}"
        return text

    return redacted
