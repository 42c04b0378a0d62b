"""The bibliography: paper files → `Paper`, citations → papers, papers → BibTeX, CSL-JSON, CSV and YAML."""
