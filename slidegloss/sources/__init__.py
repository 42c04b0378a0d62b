"""The only readers of directories: which notes, papers and catalogues there are, and in which order."""
