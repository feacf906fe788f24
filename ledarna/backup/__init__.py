"""The whole of an installation as one file, and back again.

A backup is a ZIP: ``backup.json`` says what it is of, then comes the database, then every document
under its digest, and last ``MANIFEST.sha256``, the SHA-256 of each. The secret key is not in it: who
holds the key can sign in as anybody.

``writing`` makes it, ``restoring`` takes it back, ``engines`` know SQLite from PostgreSQL.
"""
