"""What earlier builds have worked out, in the user's own cache."""
