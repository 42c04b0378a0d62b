"""The parser of notes: the text of one Markdown file → `Deck`."""
