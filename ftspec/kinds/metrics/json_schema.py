"""`json_schema(orders.test, schema = "order.schema.json")`: the share of answers that fit a schema."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ftspec.kinds.metrics import Answer, NotComputable
from ftspec.kinds.metrics._json import parsed
from ftspec.kinds.metrics._means import ShareOfAnswers
from ftspec.spec.types import FilePath

with warnings.catch_warnings():
    # pydantic still has a deprecated method of that name; the contract's word for the argument is `schema`.
    warnings.filterwarnings("ignore", message='Field name "schema"')

    class JsonSchema(ShareOfAnswers):
        """The share of answers that are JSON and fit a JSON Schema (the `jsonschema` package, any draft it knows).

        A `$ref` leads to the schema's own definitions and never to the network.
        """

        paths = ("schema",)
        valid = ('json_schema(orders.test, schema = "order.schema.json")',)
        invalid = ("json_schema(orders.test)", "json_schema(orders.test, schema = 3)")

        schema: FilePath  # type: ignore[assignment]
        """The file with the schema."""

        def hits(self, answers: Sequence[Answer]) -> Sequence[bool]:
            """Whether each answer fits."""
            from referencing.exceptions import Unresolvable

            path = Path(str(self.schema))
            validator = _validator(path)
            values = (parsed(answer.given) for answer in answers)
            try:
                return [bool(value) and validator.is_valid(value[0]) for value in values]
            except Unresolvable as error:
                raise NotComputable(f"{path.name} refers to {error.ref}, which is not in it") from error


def _validator(path: Path) -> Any:
    from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]
    from jsonschema.validators import validator_for  # type: ignore[import-untyped]
    from referencing import Registry

    try:
        schema = json.loads(path.read_text("utf-8"))
        kind = validator_for(schema)
        kind.check_schema(schema)
    except OSError as error:
        raise NotComputable(f"the schema {path.name} cannot be read: {(error.strerror or '').lower()}") from error
    except ValueError as error:
        raise NotComputable(f"the schema {path.name} cannot be read: {error}") from error
    except SchemaError as error:
        raise NotComputable(f"{path.name} is not a JSON Schema: {error.message}") from error
    return kind(schema, registry=Registry())
