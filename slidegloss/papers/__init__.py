"""Papers: loaded, matched with what notes cite, exported."""
