"""The annual report: what the board writes of a year, in which every figure is derived.

A section is Markdown with names between double braces: ``{{ finance.result }}``. What people write is
data: ``expressions`` finds the braces, ``markdown`` the structure, ``vocabulary`` says what a name
stands for, ``document`` puts it together into nodes. The page (``html``), the PDF (``paper``) and the
sealed report (``sealing``) are made of the same nodes.
"""
