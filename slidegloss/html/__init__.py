"""Author text as HTML."""
