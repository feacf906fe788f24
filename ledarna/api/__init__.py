"""The reading API: what a program may read for the person whose token it has (``docs/api.md``).

Answers are shaped in ``answers``, addresses and rights are in ``addresses``.
"""
