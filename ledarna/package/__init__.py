"""The year-end package: all that the auditors take home, and a verifier that needs nothing else.

``contents`` says what is in it, ``writing`` writes it, ``verify.py`` goes with it and proves it.
"""
