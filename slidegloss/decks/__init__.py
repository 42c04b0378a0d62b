"""One deck: its units of translation, its questions, its history; reading it once for as long as it stays."""
