"""Checks of the finished site: links, anchors, requests to other hosts."""
