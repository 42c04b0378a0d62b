"""The subcommands: one module each, whose `run(options)` returns the exit code."""
