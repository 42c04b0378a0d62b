"""The only package that writes: single files, trees of pages, the assembled site and its publication, archives, locks.

Each folder that slidegloss writes holds a `.slidegloss` manifest that names every file of ours in it. What the manifest
does not name is somebody else's and is never touched.
"""
