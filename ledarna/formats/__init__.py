"""Formats of dates: ISO 8601 in both languages, as Swedish bookkeeping writes them."""
