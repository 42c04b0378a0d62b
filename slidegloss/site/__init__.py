"""What a site holds besides pages: the search index, the feed, downloads, preview pictures, vendored assets."""
