"""A whole build, phase by phase; start reading at `phases.build`."""
