"""A company's whole schema, as it tells it itself: do our documents fit it, and what does it look like elsewhere?

Only the doctor needs it. A run asks for the few types that it uses, for a real company has thousands.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import build_client_schema, get_introspection_query, parse, validate
from graphql.error import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from graphql import GraphQLSchema

    from businessnxt.client import Client


class Inspection:
    """What a company answers to an introspection query.

    Args:
        told: The data of the answer: `{"__schema": …}`.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told

    @classmethod
    def of(cls, client: Client) -> Inspection:
        """Ask a company for all of it.

        Raises:
            BusinessNxtError: It does not tell.
        """
        return cls(client.execute(get_introspection_query(descriptions=False), {}))

    @cached_property
    def _schema(self) -> GraphQLSchema:
        return build_client_schema(dict(self._told), assume_valid=True)  # type: ignore[arg-type]

    @property
    def size(self) -> int:
        """How many types there are."""
        return len(self._told["__schema"]["types"])

    def problems(self, document: str) -> list[str]:
        """What the company would say against a document before carrying it out; nothing where it fits.

        Raises:
            ValueError: What the company tells is no schema.
        """
        try:
            schema = self._schema
        except (TypeError, KeyError) as error:
            raise ValueError(f"what the company tells of its schema cannot be read: {error}") from error
        try:
            return [error.message for error in validate(schema, parse(document))]
        except GraphQLError as error:
            return [error.message]

    def save(self, file: Path) -> None:
        """Write it down as the company said it; `sandbox businessnxt --schema FILE` serves it.

        Raises:
            OSError: The file cannot be written.
        """
        file.write_text(json.dumps({"data": self._told}, ensure_ascii=False), "utf-8")
