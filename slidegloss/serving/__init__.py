"""`slidegloss serve`: the development server, its builds, its file watcher."""
