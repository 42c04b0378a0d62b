"""What a site holds beside the pages of notes: search, feed, downloads, pictures, assets."""
