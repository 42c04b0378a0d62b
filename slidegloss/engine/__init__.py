"""Renders the Markdown pages of `build/` to HTML with MkDocs, ProperDocs or Zensical."""
