"""A project's settings: found, validated against pydantic models, faults reported with their places."""
