import json
import os
from pathlib import Path

import pytest
import yaml

from slidegloss.base.decode import decode
from slidegloss.config.project import load_config
from slidegloss.config.settings import Settings, inside_project, settings_schema


def project(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return root


def load(root, files):
    config, found = load_config(project(root, files))
    return config, [(d.path, d.line, d.col, d.code_name) for d in found], found


def ours(text):
    return "site_name: Notes\nextra:\n  slidegloss:\n" + "".join(f"    {line}\n" for line in text.splitlines())


def test_a_bare_folder_needs_no_settings(tmp_path):
    config, found, _ = load(tmp_path, {"a.md": "# A"})
    assert (config.kind, config.settings.notes, config.settings.languages) == ("folder", ".", ("en", "zh"))
    assert config.site_name == tmp_path.name
    assert found == []


def test_the_site_is_called_like_the_readme(tmp_path):
    text = "```\n# code\n```\n\n# The *best* `notes` &amp; more #\n"
    assert load(tmp_path, {"README.md": text})[0].site_name == "The best notes & more"


def test_the_usual_folders_are_found(tmp_path):
    assert load(tmp_path, {"docs/notes/a.md": "x"})[0].settings.notes == "docs/notes"


def test_a_single_file(tmp_path):
    project(tmp_path, {"a.md": "P1\n# First\n", "b.md": "x"})
    config, found = load_config(tmp_path / "a.md")
    assert (config.kind, config.only, config.site_name, config.root) == ("file", "a.md", "First", tmp_path.resolve())
    assert found == ()


def test_a_config_file_stands_for_its_folder(tmp_path):
    project(tmp_path, {"book.toml": '[book]\ntitle = "B"', "src/a.md": "x"})
    assert load_config(tmp_path / "book.toml")[0].site_name == "B"


def test_what_is_not_there_has_a_hint(tmp_path):
    project(tmp_path, {"notes/a.md": "x", "a.pdf": "x"})
    config, found = load_config(tmp_path / "notse")
    assert (config, found[0].code_name, found[0].hint) == (None, "source-missing", "did you mean notes?")
    assert "not a Markdown file" in load_config(tmp_path / "a.pdf")[1][0].message


@pytest.mark.parametrize("what", ["device", "link"])
def test_what_is_neither_a_folder_nor_a_file_is_not_mistaken_for_itself(tmp_path, what):
    (tmp_path / "link").symlink_to("gone")
    source = Path(os.devnull) if what == "device" else tmp_path / "link"
    config, found = load_config(source)
    says = "no folder of notes and no note" if what == "device" else "a link to what is not there"
    assert (config, found[0].code_name, found[0].message) == (None, "source-missing", says)
    assert found[0].hint == "name a project, a folder of notes or a .md file"


BOOK = """
[book]
title = "A book"
authors = ["Ada", "Bo"]
description = "About things"
language = "zh"
multilingual = false
src = "text"
[output.html]
git-repository-url = "https://github.com/ada/book"
mathjax-support = true
[output.html.redirect]
"/old.html" = "part/new.html#p3"
"part/gone/" = "../b.html"
"/part/away.html" = "/c.html"
[preprocessor.mermaid]
command = "mdbook-mermaid"
"""


def test_an_mdbook(tmp_path):
    config, found, _ = load(tmp_path, {"book.toml": BOOK, "text/a.md": "x", "docs/notes/b.md": "x"})
    assert found == []
    assert (config.kind, config.site_name, config.settings.notes) == ("mdbook", "A book", "text")
    assert (config.authors, config.description) == (("Ada", "Bo"), "About things")
    assert config.settings.languages == ("zh", "en")
    assert config.edit_url == "https://github.com/ada/book/blob/HEAD/{path}"
    assert config.skip == ("book",)
    assert config.settings.redirects == {
        "old.html": "part/new.html#p3",
        "part/gone/index.html": "part/b.html",
        "part/away.html": "c.html",
    }


def test_a_broken_book_toml_still_builds(tmp_path):
    config, found, _ = load(tmp_path, {"book.toml": '[book]\ntitle = "A\n', "src/README.md": "# Mine"})
    assert found == [("book.toml", 2, 11, "config-syntax")]
    assert (config.kind, config.settings.notes, config.site_name) == ("mdbook", "src", "Mine")


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 20_000])
def test_a_book_toml_that_python_refuses_still_builds(tmp_path, value):
    config, found, full = load(tmp_path, {"book.toml": f"[book]\ntitle = {value}\n", "src/a.md": "x"})
    assert found == [("book.toml", 3, 1, "config-syntax")]
    assert "too many digits or brackets" in full[0].message
    assert config.settings.notes == "src"


@pytest.mark.parametrize(
    ("toml", "place", "code", "notes"),
    [
        ('[book]\n src = "../x"', (2, 2), "config-path", "src"),
        ('[book]\nsrc = "scr"', (2, 1), "config-path", "."),
        ("[book]\ntitle = 3", (2, 1), "config-value", "src"),
        ("book = 3", (1, 1), "config-value", "src"),
        ("book.title = 3", (0, 0), "config-value", "src"),
        ("output.title = 3\n[book]\nauthors = 'Ada'", (3, 1), "config-value", "src"),
        ("[output]\nhtml = 3", (2, 1), "config-value", "src"),
        ("[[output.html]]\na = 1", (1, 3), "config-value", "src"),
        ('[output.html.redirect]\n"/a.html" = "https://example.org/"', (2, 1), "config-unused", "src"),
        ('[output.html.redirect]\na = "b.html"', (2, 1), "config-value", "src"),
        ('[output.html.redirect]\n"a.html" = "../../b.html"', (2, 1), "config-value", "src"),
    ],
)
def test_faults_of_a_book(tmp_path, toml, place, code, notes):
    config, found, _ = load(tmp_path, {"book.toml": toml, "src/a.md": "x"})
    assert found == [("book.toml", *place, code)]
    assert config.settings.notes == notes
    assert config.settings.redirects == {}


def test_mkdocs_keys_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("SG_TEST_NAME", "From outside")
    text = (
        "site_name: !ENV [SG_TEST_NAME, x]\nsite_url: https://example.org/\nrepo_url: https://github.com/a/b/\n"
        "edit_uri: edit/main/docs/\ncopyright: me\ntheme: {name: material}\nmarkdown_extensions:\n"
        "  - pymdownx.emoji: {emoji_index: !!python/name:material.extensions.emoji.twemoji }\n"
        "extra:\n  slidegloss: {languages: [zh]}\n"
    )
    config, found, _ = load(tmp_path, {"mkdocs.yml": text, "docs/notes/a.md": "x"})
    assert [(line, code) for _, line, _, code in found] == [(7, "config-unused")]
    assert (config.site_name, config.site_url) == ("From outside", "https://example.org/")
    assert config.edit_url == "https://github.com/a/b/edit/main/{path}"
    assert config.settings.languages == ("zh",)
    assert config.mkdocs["site_name"] == "From outside"
    assert config.mkdocs["theme"] == {"name": "material"}


def test_all_faults_at_once_each_with_its_place(tmp_path):
    text = ours("languges: [en]\nnotes: ../x\nraw_html: maybe\nfigures:\n  quality: 300\n  qualty: 3\nassets: pics")
    config, found, full = load(tmp_path, {"mkdocs.yml": text, "docs/notes/a.md": "x"})
    assert found == [
        ("mkdocs.yml", 4, 5, "config-key"),
        ("mkdocs.yml", 5, 12, "config-path"),
        ("mkdocs.yml", 6, 15, "config-value"),
        ("mkdocs.yml", 8, 16, "config-value"),
        ("mkdocs.yml", 9, 7, "config-key"),
        ("mkdocs.yml", 10, 13, "config-value"),
    ]
    assert full[0].hint == "did you mean `languages`?"
    assert full[4].hint == "did you mean `quality`?"
    assert full[5].hint == "for example `assets: [assets]`"
    assert config.settings == Settings(notes="docs/notes")


def test_one_fault_leaves_the_other_settings_alone(tmp_path):
    config, found, _ = load(tmp_path, {"mkdocs.yml": ours("raw_html: maybe\nlanguages: [zh]\nnope: 1"), "a.md": "x"})
    assert len(found) == 2
    assert config.settings.languages == ("zh",)


def test_a_broken_ignore_rule_does_not_ignore_everything(tmp_path):
    config, found, _ = load(tmp_path, {"mkdocs.yml": ours("ignore: [{code: nope}, {code: no-notes}]"), "a.md": "x"})
    assert [item[3] for item in found] == ["config-value"]
    assert [rule.code for rule in config.settings.ignore] == ["no-notes"]


def test_words_that_yaml_takes_for_something_else(tmp_path):
    text = ours("languages: [no, en]\nseverity: {no-notes: off}")
    config, _, full = load(tmp_path, {"mkdocs.yml": text, "a.md": "x"})
    assert [(d.line, d.hint) for d in full] == [(4, "put it in quotes: YAML reads this word as something else")]
    assert config.settings.severity == {"no-notes": "off"}


def test_an_unknown_message_in_severity_names_the_nearest(tmp_path):
    _, found, full = load(tmp_path, {"mkdocs.yml": ours("severity: {no-note: error}"), "a.md": "x"})
    assert found == [("mkdocs.yml", 4, 16, "config-value")]
    assert "did you mean 'no-notes'?" in full[0].message


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("site_name: a: b\n", (1, 13), "quotes"),
        ("a:\n\t- b\n", (2, 1), "tabs"),
        ("a: [1, 2\nb: 3\n", (2, 2), "line 1"),
        ("a: 'x\n", (2, 1), "not closed"),
        ("a: \x07\n", (1, 4), "U+0007"),
        ("a: *nope\n", (1, 4), "nope"),
        ("a: 0b_\n", (1, 4), "`0b_` cannot be read as a whole number put it in quotes"),
        ("b: 1\na: [1, 0x_]\n", (2, 8), "`0x_`"),
        ("a: " + "9" * 5000, (1, 4), "9…` cannot be read as a whole number"),
        ("a: !!bool perhaps\n", (1, 4), "`perhaps` cannot be read as true or false"),
        ("a: !!timestamp soon\n", (1, 4), "a date"),
        ("a: !!int ''\n", (1, 4), "a whole number"),
        ("a: " + "[" * 3000, (1, 1), "deeply"),
        ("a: &x [*x]\n", (1, 4), "inside what it names"),
        (
            "a: &a [1, 1]\n"
            + "".join(
                f"b{n}: &b{n} [*{'b' + str(n - 1) if n else 'a'}, *{'b' + str(n - 1) if n else 'a'}]\n"
                for n in range(30)
            ),
            (19, 6),
            "too many",
        ),
    ],
)
def test_broken_yaml_has_a_place_and_the_rest_builds(tmp_path, text, place, words):
    config, found, full = load(tmp_path, {"mkdocs.yml": text, "docs/notes/a.md": "x"})
    assert found == [("mkdocs.yml", *place, "config-syntax")]
    assert words in f"{full[0].message} {full[0].hint}"
    assert config.settings.notes == "docs/notes"


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("- a\n", (1, 1), "config-value"),
        ("site_name: 3\n", (1, 12), "config-value"),
        ("site_url: example.org\n", (1, 11), "config-value"),
        ("site_url: http://[::1\n", (1, 11), "config-value"),
        ("site_url: http:///notes\n", (1, 11), "config-value"),
        ("repo_url: https://?x\n", (1, 11), "config-value"),
        ("repo_name: 3\n", (1, 12), "config-value"),
        ("copyright: [1]\n", (1, 12), "config-value"),
        ("extra_css: own.css\n", (1, 12), "config-value"),
        ("extra_css: [3]\n", (1, 13), "config-value"),
        ("extra_javascript: own.js\n", (1, 19), "config-value"),
        ("extra_javascript: [{async: true}]\n", (1, 20), "config-value"),
        ("extra_javascript: [{path: a.js, async: 3}]\n", (1, 40), "config-value"),
        ("extra_javascript: [{path: a.js, asinc: true}]\n", (1, 33), "config-key"),
        ("theme: 3\n", (1, 8), "config-value"),
        ("extra: 3\n", (1, 8), "config-value"),
        ("extra: {slidegloss: 3}\n", (1, 21), "config-value"),
        ("site_nmae: x\n", (1, 1), "config-mkdocs-key"),
        ("languages: [en]\n", (1, 1), "config-mkdocs-key"),
        ("INHERIT: ../base.yml\n", (1, 1), "config-mkdocs-key"),
        ("site_name: a\nsite_name: b\n", (2, 1), "config-duplicate"),
        ("docs_dir: /etc\n", (1, 11), "config-path"),
        ("extra: {slidegloss: {notes: nots}}\n", (1, 29), "config-path"),
        ("extra: {slidegloss: {annotations: {x: {color: red}}}}\n", (1, 39), "config-value"),
        ("extra: {slidegloss: {annotations: {X y: {sign: x}}}}\n", (1, 36), "config-value"),
        ("extra: {slidegloss: {languages: [en, en]}}\n", (1, 33), "config-value"),
        ("extra: {slidegloss: {languages: []}}\n", (1, 33), "config-value"),
    ],
)
def test_faults_of_mkdocs_yml(tmp_path, text, place, code):
    config, found, _ = load(tmp_path, {"mkdocs.yml": text, "notes/a.md": "x"})
    assert found == [("mkdocs.yml", *place, code)]
    assert config.settings.languages
    if code == "config-value" and "slidegloss" not in text:
        left = config.mkdocs.get(text.partition(":")[0])
        assert left in (None, [], [{"path": "a.js"}]), "what is faulty does not reach the engine"


SOCIAL = "icon: fontawesome/brands/github, link: 'https://example.org/me'"
DEEP_FAULTS = [
    ("extra", "{social: 5}", 17, "`extra.social` must be a list, not `5`", {}),
    ("extra", "{social: [3]}", 18, "`extra.social.0` must be a mapping of settings, not `3`", {"social": []}),
    ("extra", "{social: [{link: x}]}", 18, "`extra.social.0.icon` is missing", {"social": []}),
    ("extra", f"{{social: [{{{SOCIAL}, name: [1]}}]}}", 90, "`extra.social.0.name` must be text", None),
    ("extra", "{social: [{icon: material/statr, link: x}]}", 25, "did you mean 'material/star'?", {"social": []}),
    ("extra", "{social: [{icon: ../../404, link: x}]}", 25, "the theme has no icon", {"social": []}),
    ("extra", "{social: [{icon: material/star, link: 'http://[x'}]}", 46, "'http://[x' is no address", None),
    ("extra", "{alternate: 5}", 20, "`extra.alternate` must be a list", {}),
    ("extra", "{analytics: 5}", 20, "`extra.analytics` must be a mapping of settings", {}),
    ("extra", "{analytics: {provider: gogle}}", 31, "the theme has no provider 'gogle'; did you mean 'google'?", None),
    ("extra", "{analytics: {feedback: {ratings: 5}}}", 41, "ratings` must be a list", {"analytics": {"feedback": {}}}),
    ("extra", "{consent: 5}", 18, "`extra.consent` must be a mapping of settings", {}),
    ("extra", "{consent: {cookies: 5}}", 28, "must be a mapping of names to values", {"consent": {}}),
    ("extra", "{consent: {cookies: {a: 5}}}", 32, "a cookie has a name", {"consent": {"cookies": {}}}),
    (
        "extra",
        "{consent: {actions: [acept]}}",
        29,
        "one of 'accept', 'reject' or 'manage'",
        {"consent": {"actions": []}},
    ),
    ("extra", "{version: []}", 18, "`extra.version` must be a mapping of settings, not `[]`", {}),
    ("extra", "{tags: 5}", 15, "`extra.tags` must be a mapping", {}),
    ("extra", "{status: 5}", 17, "`extra.status` must be a mapping", {}),
    ("extra", "{homepage: 'http://[x'}", 19, "'http://[x' is no address", {}),
    ("extra", "{polyfills: [5]}", 21, "`extra.polyfills.0` must be text", {"polyfills": []}),
    ("theme", "{5: 5}", 9, "`theme.5`: a name must be text", {}),
    ("theme", "{palette: 5}", 18, "`theme.palette` must be a mapping of settings", {}),
    ("theme", "{palette: [{scheme: slate}, 5]}", 36, "`theme.palette.1`", {"palette": [{"scheme": "slate"}]}),
    ("theme", "{palette: [{toggle: {name: x}}]}", 28, "`theme.palette.0.toggle.icon` is missing", {"palette": [{}]}),
    ("theme", "{icon: 5}", 15, "`theme.icon` must be a mapping of settings", {}),
    ("theme", "{icon: {logo: no/such}}", 22, "the theme has no icon 'no/such'", {"icon": {}}),
    ("theme", "{icon: {tag: 5}}", 21, "`theme.icon.tag` must be a mapping", {"icon": {}}),
    ("theme", "{icon: {admonition: {note: 5}}}", 35, "must be text", {"icon": {"admonition": {}}}),
    ("theme", "{features: 5}", 19, "`theme.features` must be a list", {}),
    ("theme", "{features: [5, toc.follow]}", 20, "`theme.features.0` must be text", {"features": ["toc.follow"]}),
    ("theme", "{font: 5}", 15, "`theme.font` must be a mapping of settings", {}),
    ("theme", "{logo: 5}", 15, "`theme.logo` must be text", {}),
    ("theme", "{favicon: [], logo: a.svg}", 18, "`theme.favicon` must be text", {"logo": "a.svg"}),
    ("theme", "{static_templates: 5}", 27, "`theme.static_templates` must be a list", {}),
]


@pytest.mark.parametrize(("key", "value", "col", "words", "left"), DEEP_FAULTS)
def test_faults_deep_in_what_material_reads(tmp_path, key, value, col, words, left):
    config, found, full = load(tmp_path, {"mkdocs.yml": f"site_name: x\n{key}: {value}\n", "notes/a.md": "x"})
    assert found == [("mkdocs.yml", 2, col, "config-value")]
    assert words in full[0].message
    assert full[0].hint
    assert left is None or config.mkdocs[key] == left, "what is faulty does not reach the engine, and the rest does"


@pytest.mark.parametrize(
    "text",
    [
        f"extra: {{social: [{{{SOCIAL}}}], homepage: https://example.org, version: {{provider: mike, default: stable}}}}\n",
        "extra: {social: , analytics: false, consent: , version: false, tags: {HTML5: html}, own: {5: [1]}}\n",
        "extra: {analytics: {provider: google, property: !ENV SG_NOT_SET, feedback: {title: x, ratings: []}}}\n",
        "extra: {consent: {title: x, cookies: {analytics: {name: x, checked: false}, own: Own}, actions: [accept]}}\n",
        "theme: {palette: {scheme: slate, primary: deep purple}, font: false, icon: {repo: fontawesome/brands/git}}\n",
        "theme: {palette: [{media: x, toggle: {icon: material/eye, name: y}}], direction: rtl, own: [5]}\n",
        "theme: material\n",
        "extra_javascript: [a.js, {path: b.js, async: true, defer: false, type: module}]\n",
    ],
)
def test_what_material_reads_is_passed_on(tmp_path, text):
    config, found, _ = load(tmp_path, {"mkdocs.yml": text, "notes/a.md": "x"})
    assert found == []
    key = text.partition(":")[0]
    assert str(config.mkdocs[key]) == str(yaml.safe_load(text.replace("!ENV SG_NOT_SET", ""))[key])


def test_a_theme_of_ones_own_has_icons_and_templates_of_its_own(tmp_path):
    files = {
        "mkdocs.yml": "theme: {custom_dir: look, icon: {logo: mine/sign}}\n"
        "extra: {social: {any: thing}, analytics: {provider: mine}}\n",
        "look/.icons/mine/sign.svg": "<svg/>",
        "look/partials/social.html": "",
        "look/partials/integrations/analytics/mine.html": "",
        "notes/a.md": "x",
    }
    assert load(tmp_path, files)[1] == []


@pytest.mark.parametrize("text", ["", "# nothing\n", "extra:\n", "extra:\n  slidegloss:\n", "site_name:\n  x\n"])
def test_empty_settings_are_fine(tmp_path, text):
    assert load(tmp_path, {"mkdocs.yml": text, "a.md": "x"})[1] == []


def test_settings_in_gbk_are_read_and_reported(tmp_path):
    config, found, _ = load(tmp_path, {"mkdocs.yml": "site_name: 我的课堂笔记\n".encode("gbk"), "a.md": "x"})
    assert config.site_name == "我的课堂笔记"
    assert found == [("mkdocs.yml", 1, 12, "note-encoding")]


def test_aliases_and_merged_keys(tmp_path):
    text = "x: &a {quality: 70}\nextra:\n  slidegloss:\n    figures: {<<: *a, remote: 3}\n"
    config, found, _ = load(tmp_path, {"mkdocs.yml": text, "a.md": "x"})
    assert config.settings.figures.quality == 70
    assert [item[1:] for item in found] == [(1, 1, "config-mkdocs-key"), (4, 31, "config-value")]


@pytest.mark.parametrize(
    ("path", "clean"), [("a/b/", "a/b"), ("./a/../b", "b"), (".", "."), ("a\\b", "a/b"), ("a/..", "."), (" a ", "a")]
)
def test_paths_are_made_plain(path, clean):
    assert inside_project(path) == clean


@pytest.mark.parametrize("path", ["..", "a/../../b", "/a", "~/a", "C:\\a", "c:a", "\\\\host\\x"])
def test_paths_that_leave_the_project_are_refused(path):
    with pytest.raises(ValueError, match="the path"):
        inside_project(path)


def models(model):
    yield model
    for field in model.model_fields.values():
        for name in ("AnnotationKind", "Ignore", "Figures"):
            if name in str(field.annotation):
                yield from models(getattr(__import__("slidegloss.config.settings", fromlist=[name]), name))


def test_every_setting_is_described_and_its_example_is_right():
    for model in models(Settings):
        for name, field in model.model_fields.items():
            assert field.description, name
            assert field.examples, name
    examples = {name: field.examples[0] for name, field in Settings.model_fields.items()}
    assert Settings.model_validate(yaml.safe_load(yaml.safe_dump(examples))).languages == ("en", "zh")


def test_the_schema_is_plain_json():
    schema = json.loads(json.dumps(settings_schema()))
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Settings.model_fields)


@pytest.mark.parametrize(
    ("data", "text", "codes"),
    [
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", []),
        ("中文笔记\n第二行".encode("gbk"), "中文笔记\n第二行", ["note-encoding"]),
        ("𠮷野家".encode("gb18030"), "𠮷野家", ["note-encoding"]),
        ("中文 text".encode("utf-16"), "中文 text", ["note-encoding"]),
        (b"\xfe\xff" + "中文".encode("utf-16-be"), "中文", ["note-encoding"]),
        ("plain text\r\n中".encode("utf-16-le"), "plain text\n中", ["note-encoding"]),
        ("很长的一段中文文字，后面断了".encode()[:-1], "很长的一段中文文字，后面断\ufffd", ["note-encoding"]),
        ("caf\u00e9 au lait".encode("latin-1"), "café au lait", ["note-encoding"]),
        (b"a\0b", "a\ufffdb", ["note-nul"]),
        (b"", "", []),
    ],
)
def test_decoding(data, text, codes):
    decoded, found = decode(data, "a.md")
    assert decoded.text == text
    assert [d.code_name for d in found] == codes


def test_the_first_broken_byte_is_named():
    _, found = decode("ok\r\n中文ok\n".encode() + "课堂".encode("gbk") + b"\n", "a.md")
    assert (found[0].line, found[0].col) == (3, 1)


def test_a_project_is_found_through_a_link(tmp_path):
    project(tmp_path / "real", {"a.md": "x"})
    (tmp_path / "link").symlink_to("real")
    assert load_config(tmp_path / "link")[0].root == Path(tmp_path / "real").resolve()


@pytest.mark.parametrize(
    ("text", "places", "words"),
    [
        ("languages: [english]", [(4, 17)], "must look like the example, not `english`"),
        ("languages: [en, chinese]", [(4, 21)], "not `chinese`"),
        ("languages: []", [(4, 16)], "at least 1"),
    ],
)
def test_a_wrong_language_is_one_message_without_a_regular_expression(tmp_path, text, places, words):
    _, found, full = load(tmp_path, {"mkdocs.yml": ours(text), "a.md": "x"})
    assert [(line, col) for _, line, col, _ in found] == places
    assert words in full[0].message
    assert "^" not in full[0].message
    assert full[0].hint == "for example `languages: [en, zh]`"


@pytest.mark.parametrize("place", ["/books/lamps", "~/lamps", "C:/books/lamps", "C:\\\\books"])
def test_another_book_lies_beside_this_one_whoever_has_both(tmp_path, place):
    books = f'books: {{"https://example.org/lamps/": "{place}"}}'
    _, found, full = load(tmp_path, {"mkdocs.yml": ours(books), "a.md": "x"})
    assert [code for *_, code in found] == ["config-path"]
    assert "is absolute" in full[0].message


def test_settings_below_the_wrong_key(tmp_path):
    full = load(tmp_path, {"mkdocs.yml": "slidegloss:\n  languages: [en]\n", "a.md": "x"})[2]
    assert full[0].hint == "move it below `extra:`"


def test_what_mkdocs_would_use_and_we_do_not_is_said(tmp_path):
    text = "theme: readthedocs\nplugins: [search]\nnav: [a.md]\nhooks: []\n"
    _, found, _ = load(tmp_path, {"mkdocs.yml": text, "a.md": "x"})
    assert [(line, code) for _, line, _, code in found] == [(n, "config-unused") for n in (1, 2)], "nav is the order"
    _, found, _ = load(tmp_path, {"mkdocs.yml": f"{text}extra: {{slidegloss: {{languages: [en]}}}}\n", "a.md": "x"})
    assert [(line, code) for _, line, _, code in found] == [(n, "config-unused") for n in (1, 2, 3)]
    assert load(tmp_path, {"mkdocs.yml": "theme: {name: material, palette: {primary: red}}\n"})[1] == []


@pytest.mark.parametrize("said", ["MIT: 6.S192: talk", "@me", "[open", "2023-13-45", "a\x07b"])
def test_what_is_no_yaml_in_the_environment_is_text(tmp_path, monkeypatch, said):
    monkeypatch.setenv("SG_TEST_NAME", said)
    config, found, _ = load(tmp_path, {"mkdocs.yml": "site_name: !ENV SG_TEST_NAME\n", "notes/a.md": "x"})
    assert (config.site_name, found) == (said, [])


def test_a_folder_that_is_not_there_is_said_in_the_file_that_names_it(tmp_path):
    (tmp_path / "mkdocs.yaml").write_text("site_name: X\nextra:\n  slidegloss:\n    notes: nots\n", encoding="utf-8")
    _, problems = load_config(tmp_path)
    assert [(one.path, one.line, one.message) for one in problems] == [
        ("mkdocs.yaml", 4, "`notes`: there is no folder nots")
    ]


@pytest.mark.parametrize(
    "settings",
    [
        "extra: {homepage: 'javascript:alert(1)'}",
        "extra: {homepage: ' JAVA\\tscript:alert(1)'}".replace("'", '"'),
        "extra: {social: [{icon: fontawesome/brands/github, link: 'vbscript:x'}]}",
        "theme: {name: material, palette: {primary: '\"><script>'}}",
        "theme: {name: material, palette: [{scheme: 'a\"b'}]}",
    ],
)
def test_what_would_run_code_in_pages_is_told_and_left_out(tmp_path, settings):
    config, problems = load_config(project(tmp_path, {"mkdocs.yml": f"site_name: X\n{settings}\n", "docs/a.md": "x"}))
    assert [one.code_name for one in problems] == ["config-value"]
    assert not any(part in str(config.mkdocs).lower() for part in ("script", 'a"b'))
