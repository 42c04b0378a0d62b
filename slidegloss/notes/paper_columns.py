"""Which tables keep papers by hand, as their heads tell; who shows tables need not load what reads their rows."""

from __future__ import annotations

from slidegloss.nodes import Table
from slidegloss.notes.citation_words import clean
from slidegloss.notes.running_text import flatten

_COLUMNS = {
    "id": {"id", "no", "no.", "#", "序号", "编号", "index", "论文 id", "论文id", "论文编号"},
    "year": {"year", "date", "年份", "年", "时间", "发表时间", "日期"},
    "name": {
        "name", "title", "paper title", "paper", "papers", "论文", "名称", "题目", "标题", "论文名称", "论文标题", "论文题目",
        "文章", "文章标题", "文章名称", "论文名", "论文名字", "名字", "work", "method",
    },
    "note": {
        "note", "notes", "解决了什么痛点", "主要贡献是什么", "备注", "说明", "简介", "笔记", "内容", "摘要", "要点", "comment",
    },
    "tags": {"tags", "tag", "标签", "关键词", "keywords", "分类", "类别"},
    "link": {"link", "links", "链接", "url", "地址", "pdf", "论文链接", "论文地址"},
    "venue": {
        "venue", "venue & year", "会议", "期刊", "会议/期刊", "期刊/会议", "出处", "发表", "发表于", "发表会议",
        "发表期刊", "conference", "journal", "year / venue", "venue / year", "pub", "pub.", "pub. & date",
        "publication", "published in",
    },
    "authors": {"authors", "author", "作者"},
}  # fmt: skip
_NAMES_PAPERS = frozenset(
    {"paper", "papers", "title", "论文", "题目", "标题", "论文名称", "论文标题", "论文题目", "文章标题"}
)
"""Where a venue stands in place of a year: methods that are compared have these, too, and are no papers."""
_TITLES = frozenset({"title", "paper title", "题目", "标题", "论文标题", "论文题目", "文章标题"})
_PAPERS = frozenset({"paper", "papers", "论文", "文章"})
_ROLE = {word: role for role, words in _COLUMNS.items() for word in words}


def columns_of(table: Table) -> dict[str, int] | None:
    """Return role → column of a paper table, or None for any other table.

    A paper table names its papers (`Name`, `名称`, …) and has at least a year beside an id, tags or a link; or it says in its
    head that these are papers, and where they appeared.
    """
    roles: dict[str, int] = {}
    heads = [clean(flatten(cell.children).text).casefold() for cell in table.head]
    titled = next((index for index, head in enumerate(heads) if head in _TITLES), None)
    for index, head in enumerate(heads):
        # beside a column of titles, `Paper` has the links to them, and `Method` what they are called
        role = "link" if titled is not None and index != titled and head in _PAPERS else _ROLE.get(head)
        if role == "name" and titled not in {None, index}:
            role = "short"
        if role and role not in roles:
            roles[role] = index
    others = roles.keys() & {"id", "tags", "link", "note", "venue", "authors"}
    if "name" not in roles or not others:
        return None
    return roles if "year" in roles or ("venue" in roles and heads[roles["name"]] in _NAMES_PAPERS) else None
