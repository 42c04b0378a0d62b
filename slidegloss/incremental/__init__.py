"""A build after a small change: nothing to do, or the pages that it reaches."""
