"""The tree of author text, and how it is gone through: places, visible text, raw HTML, TeX."""
