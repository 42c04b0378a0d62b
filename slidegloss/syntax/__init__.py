"""Functions on the syntax tree of author text (`nodes.py`): traversal, plain text, anchors, raw HTML, TeX."""
