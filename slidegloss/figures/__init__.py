"""Figures: found, sniffed, measured, converted and cached.

`locate.locate` turns what a note says into a file, `batch.prepare` turns files into what the site shows, `audit` has the
rules over the whole book. The cache is the one thing here that is written to the disk.
"""
