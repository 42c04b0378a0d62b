"""The build cache: results of earlier builds, in the user's own cache folder."""
