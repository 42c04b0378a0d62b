"""The only package that reads directories: which notes, papers and catalogues there are, and in which order."""
