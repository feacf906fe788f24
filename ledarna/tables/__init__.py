"""Tables on their way in: bytes to a grid of cells, cells to facts, facts to a preview.

    bytes ─ grid ─ columns (which header means what) ─ cells (text to dates, counts, öre)
          ─ kinds: what the app that owns the facts makes of them ─ ledarna.views.read_in

The apps get rows of typed facts with their numbers in the file, and never see a file or a header.
"""
