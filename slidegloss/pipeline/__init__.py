"""A whole build, phase by phase."""
