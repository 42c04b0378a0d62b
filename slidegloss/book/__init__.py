"""All decks together, and other books: what leads where."""
