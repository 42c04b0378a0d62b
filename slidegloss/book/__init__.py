"""The book: all decks together, with links, figures and citations resolved, and links to other books."""
