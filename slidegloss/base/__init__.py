"""What everything stands on: text, patterns, names, processes; messages; nothing of slides."""
