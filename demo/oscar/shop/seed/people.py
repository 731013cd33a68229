"""Who buys: twelve customers with an account, and guests who leave an e-mail address and no more."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Address:
    """An address with Oscar's names for its parts (the town is `line4`)."""

    first_name: str
    last_name: str
    line1: str
    postcode: str
    line4: str
    country: str = "NO"
    line2: str = ""
    phone_number: str = ""

    def fields(self) -> dict[str, str]:
        """Return the parts as Oscar's models take them."""
        return asdict(self)


@dataclass(frozen=True)
class Customer:
    """An account and its address book, the address for bills first."""

    email: str
    addresses: tuple[Address, ...]


COUNTRIES = {"NO": "Norge", "SE": "Sverige", "DK": "Danmark"}

# The telephone numbers are of the range kept free for fiction by the Swedish authority; no Norwegian range is.
CUSTOMERS = (
    Customer(
        "aase.odegaard@example.test",
        (
            Address("Åse", "Ødegård", "Ærfuglveien 4", "8013", "Bodø"),
            Address("Åse", "Ødegård", "Hytteveien 112", "8400", "Sortland", line2="v/butikken"),
        ),
    ),
    Customer("bjornar.saether@example.test", (Address("Bjørnar", "Sæther", "Storgata 18 B", "7013", "Trondheim"),)),
    Customer("kari.nordmann@example.test", (Address("Kari", "Nordmann", "Gåseveien 7", "0581", "Oslo"),)),
    Customer("ragnhild.froyland@example.test", (Address("Ragnhild", "Frøyland", "Nygårdsgaten 31", "5015", "Bergen"),)),
    Customer("tor-oyvind.lie@example.test", (Address("Tor-Øyvind", "Lie", "Kjærlighetsstien 2", "4006", "Stavanger"),)),
    Customer("maret.balto@example.test", (Address("Máret", "Balto", "Suomageaidnu 9", "9730", "Karasjok"),)),
    Customer("oystein.maeland@example.test", (Address("Øystein", "Mæland", "Løkkegata 5", "2615", "Lillehammer"),)),
    Customer(
        "siv.akerstrom@example.test",
        (Address("Siv", "Åkerström", "Östra Hamngatan 16", "411 09", "Göteborg", "SE", phone_number="+46701740605"),),
    ),
    Customer(
        "goran.hoglund@example.test",
        (Address("Göran", "Höglund", "Sjövägen 3", "972 41", "Luleå", "SE", phone_number="+46701740610"),),
    ),
    Customer("soren.kjaer@example.test", (Address("Søren", "Kjær", "Ærøgade 22", "8000", "Aarhus C", "DK"),)),
    Customer("hanne.bruaas@example.test", (Address("Hanne", "Bruås", "Fjordgata 1", "6800", "Førde"),)),
    Customer("ny.kunde@example.test", (Address("Nils", "Nykunde", "Prøvegata 10", "3015", "Drammen"),)),
)

GUESTS = {
    "gjest.en@example.test": Address("Gjøran", "Gjest", "Vågen 12", "5003", "Bergen"),
    "liv@example.test": Address("Liv", "Tømte", "Skogbrynet 8", "2406", "Elverum", line2="2. etasje"),
    "hytteeier@example.test": Address("Per", "Hytteeier", "Fjellstølvegen 77", "3580", "Geilo"),
}
