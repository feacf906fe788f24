"""The board's documents as people meet them: who reads which, on the page, on paper, by mail, in a calendar."""
