"""Which paragraph is the caption of which figure: the citation line that follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from slidegloss.nodes import Block, Cite, HardBreak, Image, Inline, Paragraph, SoftBreak, Text
from slidegloss.syntax.anchors import only_images
from slidegloss.syntax.tree import plain


def caption_after(blocks: Sequence[Block]) -> Mapping[int, int]:
    """Return, for these siblings, index of a paragraph that is one figure → index of the caption right after it.

    A caption is a paragraph that holds citations and nothing else; under two figures it stays a paragraph, as it may
    speak of both.
    """
    if len(blocks) < 2:
        return {}
    return {
        at: at + 1
        for at, (block, following) in enumerate(pairwise(blocks))
        if type(block) is Paragraph
        and type(following) is Paragraph
        and cites_only(following.children)
        and len(only_images(block.children)) == 1
    }


def cites_only(children: Sequence[Inline]) -> tuple[Cite, ...]:
    """Return the citations of a leaf that holds nothing else but white space; else nothing.

    `[@ho2020]` is one, but `@ho` alone may be anybody.
    """
    found: list[Cite] = []
    for node in children:
        if isinstance(node, Cite) and not (node.by_key and plain(node.children)[:1] != "["):
            found.append(node)
        elif not isinstance(node, (SoftBreak, HardBreak)) and not (isinstance(node, Text) and not node.text.strip()):
            return ()
    return tuple(found)


def captioned(blocks: Sequence[Block]) -> Mapping[tuple[str, int, int], tuple[Cite, ...]]:
    """Return (address, line, column) of each figure with a caption → what the caption cites."""
    found = {}
    for figure, caption in caption_after(blocks).items():
        block, words = blocks[figure], blocks[caption]
        assert isinstance(block, Paragraph)  # noqa: S101 - caption_after pairs nothing else
        assert isinstance(words, Paragraph)  # noqa: S101
        for node in block.children:
            if isinstance(node, Image):
                found[node.dest, node.span.line, node.span.col] = cites_only(words.children)
    return found
