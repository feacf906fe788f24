"""A small SIE file of the tests' own, and the vouchers that go into it."""

from typing import Any

HEAD = """#FLAGGA 0
#PROGRAM "Prov" 1.0
#FORMAT PC8
#SIETYP 4
#FNAMN "Föreningen Prov"
#ORGNR 802000-0001
#RAR 0 20230101 20231231
#RAR -1 20220101 20221231
#KONTO 1930 "Företagskonto"
#KONTO 2069 "Årets resultat"
#KONTO 3010 "Medlemsavgifter"
#KONTO 6250 "Porto"
#DIM 6 "Projekt"
#OBJEKT 6 "P1" "Kongress"
#OBJEKT 1 "K1" "Kansli"
#IB 0 1930 1000.00
#IB 0 2069 -1000.00
#UB -1 1930 1000.00
#RES -1 3010 -700.00
"""

FOR_IMPORT = '#FLAGGA 0\n#SIETYP 4\n#FNAMN "Föreningen Prov"\n'


def ver(series: str, number: Any, amount: str = "100.00", day: str = "20230301", text: str = "Avgift") -> str:
    """A voucher of the file: *amount* in on 1930, for the congress."""
    return (
        f'#VER "{series}" "{number}" {day} "{text}"\n{{\n'
        f'#TRANS 1930 {{}} {amount}\n#TRANS 3010 {{6 "P1" 1 "K1" 8 "7"}} -{amount}\n}}\n'
    )
