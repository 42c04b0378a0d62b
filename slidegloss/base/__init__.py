"""What everything stands on: text, messages, patterns, names, processes; nothing of slides."""
