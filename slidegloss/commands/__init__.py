"""What the command line can do: a module for each command, whose `run` takes its options and returns the exit code."""
