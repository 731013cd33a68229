"""What the shop sells: classes of goods, products and families of variants, prices without VAT."""

# ruff: noqa: RUF001 - the dash between two sizes is Norwegian spelling

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One thing with a stock number of its own."""

    sku: str
    title: str
    price: str
    stock: int
    ean: str = ""
    size: str = ""


@dataclass(frozen=True)
class Family:
    """A parent that cannot be bought itself, and the variants that can."""

    title: str
    description: str
    variants: tuple[Product, ...]


# class of goods -> (has to be shipped, keeps count of stock); the VAT rates are in partner/strategy.py
CLASSES = {
    "Utstyr": (True, True),
    "Mat og drikke": (True, True),
    "Bok": (True, True),
    "Gavekort": (False, False),
}

PRODUCTS: dict[str, tuple[Product, ...]] = {
    "Utstyr": (
        Product("SEKK-28", "Dagstursekk Rondane 28 liter", "959.20", 14, "7035540000011"),
        Product("TELT-2", "Fjelltelt Hallingskarvet 2 personer", "3199.20", 6, "7035540000028"),
        Product("KJELE-1", "Turkjele i aluminium, 1,4 liter", "279.20", 31, "7035540000035"),
        Product("TERMOS-75", "Ståltermos Gjende 0,75 liter", "239.20", 40, "7035540000042"),
        Product("HODELYKT", "Hodelykt Blåtime 400 lumen", "399.20", 22, "7035540000059"),
        Product("KART-JOT", "Turkart Jotunheimen 1:50 000", "159.20", 18, "7035540000066"),
        Product("STAVER", "Gåstaver i karbon, sammenleggbare", "719.20", 9, "7035540000073"),
        Product("LIGGEUNDER", "Oppblåsbart liggeunderlag Røros", "1039.20", 11, "7035540000080"),
        Product("MYGGNETT", "Myggnett for hode og hatt", "79.20", 65, "7035540000097"),
        Product("KNIV-BRU", "Brukskniv med skjefte i bjørk og slire i lær", "479.20", 12, "7035540000103"),
        Product(
            "SOVEPOSE-8",
            "Sovepose Dovrefjell helårs, komfortgrense minus åtte grader, lengde 205 cm, venstre glidelås",
            "1919.20",
            7,
            "7035540000110",
        ),
    ),
    "Mat og drikke": (
        Product("KAFFE-250", "Bålkaffe, kokmalt 250 g", "80.00", 90, "7035540000127"),
        Product("KAFFE-500", "Bålkaffe, kokmalt 500 g", "140.00", 55, "7035540000134"),
        Product("TORRMAT-ELG", "Turmat: elggryte med tyttebær", "110.00", 48, "7035540000141"),
        Product("TORRMAT-SEI", "Turmat: seigryte med rømme", "100.00", 44, "7035540000158"),
        Product("SJOKOLADE", "Kvikk energi: sjokolade med hasselnøtter", "28.00", 120, "7035540000165"),
    ),
    "Bok": (
        Product("BOK-SOPP", "Sopp i skog og hage", "349.00", 15, "9788200000013"),
        Product("BOK-HYTTE", "Hytta mi – årstidene på vidda", "429.00", 8, "9788200000020"),
    ),
    "Gavekort": (Product("GAVE-500", "Gavekort 500 kroner", "500.00", 0),),
}

FAMILIES: dict[str, tuple[Family, ...]] = {
    "Utstyr": (
        Family(
            "Ullgenser Setesdal",
            "Strikket av norsk ull, med lus og kvardemønster.",
            (
                Product("GENSER-S", "Ullgenser Setesdal, small", "1279.20", 5, "7035540000202", "S"),
                Product("GENSER-M", "Ullgenser Setesdal, medium", "1279.20", 8, "7035540000219", "M"),
                Product("GENSER-L", "Ullgenser Setesdal, large", "1279.20", 7, "7035540000226", "L"),
                Product("GENSER-XL", "Ullgenser Setesdal, extra large", "1359.20", 4, "7035540000233", "XL"),
            ),
        ),
        Family(
            "Regnjakke Bergen",
            "Tåler hav, fjell og en vanlig dag på Vestlandet.",
            (
                Product("REGN-S", "", "1599.20", 6, "7035540000301", "S"),
                Product("REGN-M", "", "1599.20", 9, "7035540000318", "M"),
                Product("REGN-L", "", "1599.20", 9, "7035540000325", "L"),
            ),
        ),
        Family(
            "Ullsokker Fjære",
            "To par i pakken.",
            (
                Product("SOKK-37", "Ullsokker Fjære, str. 37–40", "159.20", 60, "7035540000400", "37–40"),
                Product("SOKK-41", "Ullsokker Fjære, str. 41–45", "159.20", 70, "7035540000417", "41–45"),
            ),
        ),
    ),
}

# ten per cent off everything with a code; three bags of coffee for the price of two without one
VOUCHER = ("VELKOMMEN", "Ti prosent for nye kunder", 10)
MULTIBUY = ("Kaffe: tre for to", 3, ("KAFFE-250", "KAFFE-500"))
