"""What can be known of one deck alone: translation units, questions, dates from git; and reading it, with a cache."""
