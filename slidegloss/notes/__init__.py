"""The note format: from the text of one note to a Deck."""
