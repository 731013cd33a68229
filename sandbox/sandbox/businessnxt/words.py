"""What tables and columns are called in each language, as `useModel` tells it."""

from __future__ import annotations

import re

LANGUAGES = {"ENGLISH": 44, "DANISH": 45, "SWEDISH": 46, "NORWEGIAN": 47, "FINNISH": 358}
_NORWEGIAN = {
    "Address": "Adresse",
    "Associate": "Aktør",
    "Order": "Ordre",
    "OrderLine": "Ordrelinje",
    "Product": "Produkt",
    "DeliveryAddress": "Leveringsadresse",
    "PostalAddress": "Poststed",
    "Country": "Land",
    "Currency": "Valuta",
    "Language": "Språk",
    "Unit": "Enhet",
    "Warehouse": "Lager",
    "Company": "Firma",
    "Name": "Navn",
}


def called(identifier: str, language: str | None) -> str:
    """The name of a table or column; English, made from its identifier, where no other is known."""
    if language == "NORWEGIAN" and identifier in _NORWEGIAN:
        return _NORWEGIAN[identifier]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", identifier).capitalize()
