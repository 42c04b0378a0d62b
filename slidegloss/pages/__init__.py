"""The pages of an edition as Markdown for the engine: one module for each kind of page."""
