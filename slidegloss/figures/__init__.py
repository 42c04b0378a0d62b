"""Figures: found, sniffed, measured, converted and cached."""
