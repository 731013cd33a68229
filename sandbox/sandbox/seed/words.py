"""The words that the demo shop is made of: names, streets, towns and wares of a Norwegian outdoor and wool shop."""

from __future__ import annotations

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
    ("SE", "411 05", "Göteborg", "Kungsportsavenyen", "SEK", "sv"),
    ("SE", "111 29", "Stockholm", "Österlånggatan", "SEK", "sv"),
    ("DK", "8000", "Aarhus C", "Sønder Allé", "DKK", "da"),
    ("DE", "20095", "Hamburg", "Mönckebergstraße", "EUR", "en"),
    ("FI", "00100", "Helsinki", "Mannerheimintie", "EUR", "en"),
)

COMPANIES = (
    "Ådals Sport", "Fjellstua Røros", "Ytre Namdal Fiskebåtrederi", "Øyer Idrettslag", "Snåsa Villmarkssenter",
    "Bølgen Barnehage", "Kværner Hytteutleie", "Nordkapp Guiding", "Lærdal Turlag", "Sjøbua Restaurant",
    "Hålogaland Landbruk", "Trøndersk Ullvarefabrikk",
)  # fmt: skip

COMPANY_FORMS = ("AS", "SA", "ANS", "ENK")

WARES = (
    # title, category, unit, tax code, price with VAT, weight in grams, sizes or colours
    ("Ullgenser «Ålhus»", "Ull", "stk", "standard", 1299, 620, ("S", "M", "L", "XL")),
    ("Ullundertrøye, lang erm", "Ull", "stk", "standard", 599, 210, ("S", "M", "L", "XL")),
    ("Ullongs", "Ull", "stk", "standard", 549, 190, ("S", "M", "L")),
    ("Raggsokker, to par", "Ull", "pk", "standard", 249, 160, ("36-39", "40-43", "44-47")),
    ("Strikkelue «Finse»", "Ull", "stk", "standard", 349, 80, ("Rød", "Blå", "Grå")),
    ("Selbuvotter", "Ull", "stk", "standard", 449, 110, ("S", "M", "L")),
    ("Strikkegarn, ren ny ull 50 g", "Garn", "stk", "standard", 59, 50, ("Kvit", "Svart", "Sjøgrønn", "Rosa", "Gul")),
    ("Fjellduken", "Tur", "stk", "standard", 1199, 640, ("Rød", "Grønn")),
    ("Stormkjøkken i aluminium", "Tur", "stk", "standard", 899, 740, ("Standard",)),
    ("Termos 1 liter", "Tur", "stk", "standard", 399, 560, ("Svart", "Blå", "Rød")),
    ("Kåsa av bjørk", "Tur", "stk", "standard", 299, 95, ("Standard",)),
    ("Liggeunderlag", "Tur", "stk", "standard", 699, 480, ("Kort", "Lang")),
    ("Sovepose 3 årstider", "Tur", "stk", "standard", 2499, 1350, ("180", "200")),
    ("Tau, flettet 8 mm", "Tur", "m", "standard", 19, 45, ("Standard",)),
    ("Turkart, Jotunheimen", "Kart og bøker", "stk", "zero", 229, 110, ("Standard",)),
    ("Bok: Ville vekster på tallerkenen", "Kart og bøker", "stk", "zero", 349, 830, ("Standard",)),
    ("Bok: Strikking i nord", "Kart og bøker", "stk", "zero", 399, 910, ("Standard",)),
    ("Stekepanne i støpejern", "Kjøkken", "stk", "standard", 799, 2100, ("24 cm", "28 cm")),
    ("Smørkniv av einer", "Kjøkken", "stk", "standard", 129, 25, ("Standard",)),
    ("Brødkniv", "Kjøkken", "stk", "standard", 549, 180, ("Standard",)),
    ("Ostehøvel", "Kjøkken", "stk", "standard", 189, 90, ("Stål", "Eik")),
    ("Kaffekvern", "Kjøkken", "stk", "standard", 649, 720, ("Standard",)),
    ("Kokekaffe, lys brent 250 g", "Mat", "pk", "reduced", 89, 265, ("Standard",)),
    ("Tørket reinkjøtt", "Mat", "kg", "reduced", 890, 1000, ("Standard",)),
    ("Flatbrød fra Telemark", "Mat", "pk", "reduced", 69, 320, ("Standard",)),
    ("Multesyltetøy 400 g", "Mat", "stk", "reduced", 149, 620, ("Standard",)),
    ("Brunost, geit 1 kg", "Mat", "stk", "reduced", 219, 1000, ("Standard",)),
    ("Fiskekrok og søkke, sett", "Fiske", "pk", "standard", 99, 60, ("Standard",)),
    ("Fluestang #5", "Fiske", "stk", "standard", 1899, 340, ("9 fot", "10 fot")),
    ("Vadestøvler", "Fiske", "stk", "standard", 1499, 1900, ("40", "42", "44", "46")),
)

SERIES = ("", "Junior", "Ekstra")
"""Every ware comes in these lines; together they make the shop's products."""

NOTES = (
    "Kan leveres hos naboen 🙂",
    "Ring på, hunden er snill — «Bæsj» heter han",
    "Gave: pakk inn, og la prisen bli borte",
    "Leveres etter kl. 17, porten er låst; kode hos vaktmester O'Brien",
    "Må fram før påske!",
)

LONG_NAME = "Stiftelsen Nordre Østfold og Omegns Frivillige Skogbrann-, Rednings- og Ungdomsfriluftslag av 1897"
LONG_STREET = "Prestegårdsallmenningen ved Gamle Ødegårdstun, oppgang B, fjerde etasje til venstre"
