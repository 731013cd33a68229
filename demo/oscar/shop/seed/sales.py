"""What was bought: each order as it is placed at checkout, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sale:
    """One checkout; the buyer is a customer's or a guest's e-mail address."""

    buyer: str
    placed_at: str
    lines: tuple[tuple[str, int], ...]
    delivery: str = "hentested"
    voucher: bool = False
    ship_to_second_address: bool = False
    billing_address: bool = True
    status: str = "Ny"


def _at(name: str) -> str:
    return f"{name}@example.test"


EXPEDITION = (
    *(("TELT-2", 1), ("LIGGEUNDER", 2), ("SOVEPOSE-8", 1), ("HODELYKT", 2), ("KJELE-1", 1), ("STAVER", 1)),
    *(("TORRMAT-ELG", 8), ("TORRMAT-SEI", 8), ("SJOKOLADE", 20), ("KART-JOT", 1), ("MYGGNETT", 2), ("REGN-L", 1)),
)

SALES = (
    Sale(_at("aase.odegaard"), "2026-09-28T19:42:10+02:00", (("GENSER-M", 1), ("SOKK-37", 2)), status="Sendt"),
    Sale(_at("bjornar.saether"), "2026-09-29T08:15:00+02:00", (("TELT-2", 1),), "hjemlevering", status="Sendt"),
    Sale(_at("gjest.en"), "2026-09-30T12:01:33+02:00", (("KAFFE-250", 4),), status="Sendt"),
    Sale(_at("kari.nordmann"), "2026-10-01T21:30:45+02:00", (("BOK-SOPP", 1), ("KNIV-BRU", 1)), status="Sendt"),
    Sale(_at("ragnhild.froyland"), "2026-10-02T07:55:02+02:00", (("REGN-S", 1), ("REGN-L", 1)), "hjemlevering"),
    Sale(_at("tor-oyvind.lie"), "2026-10-03T16:20:00+02:00", (("KAFFE-500", 3), ("KJELE-1", 1)), status="Sendt"),
    Sale(_at("siv.akerstrom"), "2026-10-04T10:10:10+02:00", (("SEKK-28", 1), ("TERMOS-75", 2)), "hjemlevering"),
    Sale(_at("maret.balto"), "2026-10-05T13:37:00+02:00", (("SOVEPOSE-8", 2),), "hjemlevering", status="Sendt"),
    Sale(_at("aase.odegaard"), "2026-10-06T18:00:00+02:00", (("HODELYKT", 1),), ship_to_second_address=True),
    Sale(_at("liv"), "2026-10-07T09:41:17+02:00", (("GENSER-L", 1), ("SJOKOLADE", 6)), voucher=True),
    Sale(_at("goran.hoglund"), "2026-10-08T22:05:59+02:00", (("TORRMAT-ELG", 5), ("TORRMAT-SEI", 5))),
    Sale(_at("kari.nordmann"), "2026-10-09T11:11:11+02:00", (("GAVE-500", 2),)),
    Sale(_at("oystein.maeland"), "2026-10-10T15:45:00+02:00", (("STAVER", 1), ("KART-JOT", 3)), "hent-i-butikk"),
    Sale(_at("soren.kjaer"), "2026-10-11T20:02:30+02:00", (("LIGGEUNDER", 2), ("MYGGNETT", 2)), "hjemlevering"),
    Sale(_at("bjornar.saether"), "2026-10-12T06:30:00+02:00", (("KAFFE-250", 7),), voucher=True),
    Sale(_at("hytteeier"), "2026-10-14T17:17:17+02:00", (("KJELE-1", 2), ("KAFFE-500", 2), ("BOK-HYTTE", 1))),
    Sale(_at("ragnhild.froyland"), "2026-10-16T08:08:08+02:00", (("SOKK-41", 4),), status="Kansellert"),
    Sale(_at("hanne.bruaas"), "2026-10-18T19:19:19+02:00", (("GENSER-S", 1), ("GENSER-XL", 1)), voucher=True),
    Sale(_at("gjest.en"), "2026-10-20T14:14:14+02:00", (("KAFFE-250", 3),), "hent-i-butikk"),
    Sale(_at("tor-oyvind.lie"), "2026-10-22T12:00:00+02:00", (("REGN-M", 1),), billing_address=False),
    # from here on the clocks are set back to winter time
    Sale(_at("siv.akerstrom"), "2026-10-25T23:59:59+01:00", (("SOKK-37", 1), ("SOKK-41", 1)), "hjemlevering"),
    Sale(_at("oystein.maeland"), "2026-11-01T00:30:00+01:00", EXPEDITION, "hjemlevering"),
    Sale(_at("maret.balto"), "2026-11-05T10:00:00+01:00", (("SJOKOLADE", 24),)),
    Sale(_at("aase.odegaard"), "2026-11-11T11:11:00+01:00", (("TERMOS-75", 1), ("BOK-HYTTE", 1)), voucher=True),
    Sale(_at("kari.nordmann"), "2026-11-20T16:05:00+01:00", (("SEKK-28", 1), ("HODELYKT", 2)), "hjemlevering"),
    Sale(_at("soren.kjaer"), "2026-11-22T09:00:00+01:00", (("KNIV-BRU", 1),), billing_address=False),
)
