"""Who finds help where, and who does not: counting, words, and the terminal, the page and JSON."""
