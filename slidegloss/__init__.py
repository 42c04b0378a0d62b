"""slidegloss turns slide notes, figures and paper metadata into a bilingual site."""

__version__ = "0.1.0"
