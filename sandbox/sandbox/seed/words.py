"""The words that the demo shop is made of: names, streets, towns and wares of a Norwegian outdoor and wool shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import random


class Place(NamedTuple):
    """A street abroad, and what is spoken and paid with there."""

    country_code: str
    postal_code: str
    city: str
    street: str
    currency: str
    language: str


class Ware(NamedTuple):
    """A product of the shop: price with VAT, weight in grams (0 is a service), its sizes or colours."""

    title: str
    category: str
    unit: str
    tax_code: str
    price: int
    weight: int
    options: tuple[str, ...]


ONE_SIZE = ("Standard",)

FIRST_NAMES = (
    "Åse", "Øyvind", "Ærlend", "Bjørg", "Håkon", "Ingrid", "Jørgen", "Kåre", "Liv", "Magnhild", "Nils", "Oddvar",
    "Pål", "Ragnhild", "Sølvi", "Torbjørn", "Unni", "Vegard", "Wenche", "Ylva", "Anne-Grethe", "Bård", "Dagny",
    "Eirik", "Frøydis", "Gøril", "Hallgeir", "Ida", "Jon", "Kjersti", "Lars", "Maiken", "Njål", "Ola", "Per",
    "Rønnaug", "Sigrid", "Tor", "Ulrik", "Vår", "Åshild", "Østen",
)  # fmt: skip

LAST_NAMES = (
    "Ødegård", "Åsen", "Bråten", "Dæhlie", "Eikås", "Fjørtoft", "Grønli", "Hågensen", "Iversen", "Jørgensen",
    "Kvåle", "Løvås", "Mæland", "Nygård", "O'Connor", "Pålsson", "Røed", "Sæther", "Tveitå", "Ulvøy", "Vårheim",
    "Wærness", "Ytterøy", "Aasgaard", "Bjørnsjø", "Hæreid", "Mjøs", "Nærbø", "Skår", "Sørås",
)  # fmt: skip

STREETS = (
    "Bjørkeveien", "Øvre Slottsgate", "Åsgårdsvegen", "Fjæragata", "Kirkegårdsveien", "Lærerstien", "Møllergata",
    "Nærøyvegen", "Prestegårdsallmenningen", "Skogstjernestien", "Tømmerbakken", "Utsikten", "Vågsbunnen", "Ræveien",
    "Sørlandsvegen", "Ålekroken",
)  # fmt: skip

TOWNS = (
    ("0150", "Oslo"), ("0473", "Oslo"), ("1440", "Drøbak"), ("1719", "Greåker"), ("2317", "Hamar"),
    ("2615", "Lillehammer"), ("3110", "Tønsberg"), ("3921", "Porsgrunn"), ("4006", "Stavanger"),
    ("4614", "Kristiansand"),
    ("5003", "Bergen"), ("5416", "Stord"), ("6002", "Ålesund"), ("6413", "Molde"), ("7010", "Trondheim"),
    ("7374", "Røros"), ("8006", "Bodø"), ("8622", "Mo i Rana"), ("9008", "Tromsø"), ("9950", "Vardø"),
)  # fmt: skip

ABROAD = (
    Place("SE", "411 05", "Göteborg", "Kungsportsavenyen", "SEK", "sv"),
    Place("SE", "111 29", "Stockholm", "Österlånggatan", "SEK", "sv"),
    Place("DK", "8000", "Aarhus C", "Sønder Allé", "DKK", "da"),
    Place("DE", "20095", "Hamburg", "Mönckebergstraße", "EUR", "en"),
    Place("FI", "00100", "Helsinki", "Mannerheimintie", "EUR", "en"),
)

COMPANIES = (
    "Ådals Sport", "Fjellstua Røros", "Ytre Namdal Fiskebåtrederi", "Øyer Idrettslag", "Snåsa Villmarkssenter",
    "Bølgen Barnehage", "Kværner Hytteutleie", "Nordkapp Guiding", "Lærdal Turlag", "Sjøbua Restaurant",
    "Hålogaland Landbruk", "Trøndersk Ullvarefabrikk",
)  # fmt: skip

COMPANY_FORMS = ("AS", "SA", "ANS", "ENK")

WARES = (
    Ware("Ullgenser «Ålhus»", "Ull", "stk", "standard", 1299, 620, ("S", "M", "L", "XL")),
    Ware("Ullundertrøye, lang erm", "Ull", "stk", "standard", 599, 210, ("S", "M", "L", "XL")),
    Ware("Ullongs", "Ull", "stk", "standard", 549, 190, ("S", "M", "L")),
    Ware("Raggsokker, to par", "Ull", "pk", "standard", 249, 160, ("36-39", "40-43", "44-47")),
    Ware("Strikkelue «Finse»", "Ull", "stk", "standard", 349, 80, ("Rød", "Blå", "Grå")),
    Ware("Selbuvotter", "Ull", "stk", "standard", 449, 110, ("S", "M", "L")),
    Ware(
        "Strikkegarn, ren ny ull 50 g", "Garn", "stk", "standard", 59, 50, ("Kvit", "Svart", "Sjøgrønn", "Rosa", "Gul")
    ),
    Ware("Fjellduken", "Tur", "stk", "standard", 1199, 640, ("Rød", "Grønn")),
    Ware("Stormkjøkken i aluminium", "Tur", "stk", "standard", 899, 740, ONE_SIZE),
    Ware("Termos 1 liter", "Tur", "stk", "standard", 399, 560, ("Svart", "Blå", "Rød")),
    Ware("Kåsa av bjørk", "Tur", "stk", "standard", 299, 95, ONE_SIZE),
    Ware("Liggeunderlag", "Tur", "stk", "standard", 699, 480, ("Kort", "Lang")),
    Ware("Sovepose 3 årstider", "Tur", "stk", "standard", 2499, 1350, ("180", "200")),
    Ware("Tau, flettet 8 mm", "Tur", "m", "standard", 19, 45, ONE_SIZE),
    Ware("Turkart, Jotunheimen", "Kart og bøker", "stk", "zero", 229, 110, ONE_SIZE),
    Ware("Bok: Ville vekster på tallerkenen", "Kart og bøker", "stk", "zero", 349, 830, ONE_SIZE),
    Ware("Bok: Strikking i nord", "Kart og bøker", "stk", "zero", 399, 910, ONE_SIZE),
    Ware("Stekepanne i støpejern", "Kjøkken", "stk", "standard", 799, 2100, ("24 cm", "28 cm")),
    Ware("Smørkniv av einer", "Kjøkken", "stk", "standard", 129, 25, ONE_SIZE),
    Ware("Brødkniv", "Kjøkken", "stk", "standard", 549, 180, ONE_SIZE),
    Ware("Ostehøvel", "Kjøkken", "stk", "standard", 189, 90, ("Stål", "Eik")),
    Ware("Kaffekvern", "Kjøkken", "stk", "standard", 649, 720, ONE_SIZE),
    Ware("Kokekaffe, lys brent 250 g", "Mat", "pk", "reduced", 89, 265, ONE_SIZE),
    Ware("Tørket reinkjøtt", "Mat", "kg", "reduced", 890, 1000, ONE_SIZE),
    Ware("Flatbrød fra Telemark", "Mat", "pk", "reduced", 69, 320, ONE_SIZE),
    Ware("Multesyltetøy 400 g", "Mat", "stk", "reduced", 149, 620, ONE_SIZE),
    Ware("Brunost, geit 1 kg", "Mat", "stk", "reduced", 219, 1000, ONE_SIZE),
    Ware("Fiskekrok og søkke, sett", "Fiske", "pk", "standard", 99, 60, ONE_SIZE),
    Ware("Fluestang #5", "Fiske", "stk", "standard", 1899, 340, ("9 fot", "10 fot")),
    Ware("Vadestøvler", "Fiske", "stk", "standard", 1499, 1900, ("40", "42", "44", "46")),
    Ware('Turkniv 4" med skinnslire', "Tur", "stk", "standard", 649, 190, ONE_SIZE),
    Ware("Guidet kveldstur med hodelykt", "Opplevelser", "stk", "low", 490, 0, ("Voksen", "Barn")),
)

SERIES = ("", "Junior", "Ekstra")
"""Every ware comes in these lines; together they make the shop's products."""

WITHOUT_SERIES = ("Mat", "Kart og bøker")

BRANDS = ("Ålhus", "Finse Bruk", "Røros Ull", "Sjøbua")

NOTES = (
    "Kan leveres hos naboen 🙂",
    "Ring på, hunden er snill — «Bæsj» heter han",
    "Gave: pakk inn, og la prisen bli borte",
    "Leveres etter kl. 17, porten er låst; kode hos vaktmester O'Brien",
    "Må fram før påske!",
)

LONG_NAME = "Stiftelsen Nordre Østfold og Omegns Frivillige Skogbrann-, Rednings- og Ungdomsfriluftslag av 1897"
LONG_STREET = "Prestegårdsallmenningen ved Gamle Ødegårdstun, oppgang B, fjerde etasje til venstre"
LONG_TITLE_END = ", plantefarget på gamlemåten med bjørkelauv, lav og krapprot"

_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "'": "", " ": ".", "-": ""})


def plain(name: str) -> str:
    """A name as it stands in a mail address."""
    return name.lower().translate(_PLAIN)


def some_name(chance: random.Random) -> str:
    """Somebody."""
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def home_of(customer: dict[str, Any]) -> Place | None:
    """The place abroad where a customer's country and currency are at home."""
    country = customer["addresses"][0]["country_code"]
    return next((each for each in ABROAD if each.country_code == country), None)
