"""A project's settings: found, typed, told from faulty ones."""
