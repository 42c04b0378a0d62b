"""Models of the keys in mkdocs.yml that only MkDocs and Material read, as far as a wrong value would stop them.

What they need not stop over is passed on as it is. A list with a faulty entry keeps its other entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from slidegloss.base.diagnostics import nearest
from slidegloss.base.resources import theme_folders

_ICONS = ".icons/{}.svg"
_PROVIDERS = "partials/integrations/analytics/{}.html"


def _has(folders: Iterable[Path], name: str) -> bool:
    # Jinja finds no template by a name that leads upwards
    return ".." not in name.split("/") and any((folder / name).is_file() for folder in folders)


def _in_theme(pattern: str, what: str) -> AfterValidator:
    """Check that the theme has a file of this name; the context of a validation is the project's own theme."""
    above, ending = pattern.split("{}")

    def check(name: str, info: ValidationInfo) -> str:
        folders = (*([info.context] if info.context else []), *theme_folders())
        if not _has(folders, pattern.format(name)):
            known = {
                path.relative_to(folder / above).as_posix().removesuffix(ending)
                for folder in folders
                for path in (folder / above).rglob(f"*{ending}")
            }
            near = nearest(name, sorted(known))
            msg = f"the theme has no {what} {name!r}" + (f"; did you mean {near!r}?" if near else "")
            raise ValueError(msg)
        return name

    return AfterValidator(check)


def _unless_own(template: str) -> WrapValidator:
    """Leave a setting alone that only this template reads, where the project has one of its own."""

    def check(value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        return value if info.context and _has([info.context], template) else handler(value)

    return WrapValidator(check)


_RUNS = re.compile(r"[\0- ]*(?:java|vb)script:", re.IGNORECASE)
"""Addresses that are programs; browsers leave out control characters at their begin, and line ends and tabs in them."""


def _address(text: str) -> str:
    if _RUNS.match(re.sub(r"[\t\r\n]", "", text)):
        msg = f"{text!r} would run code"
        raise ValueError(msg)
    try:
        urlsplit(text)  # which the template does, too
    except ValueError as error:
        msg = f"{text!r} is no address"
        raise ValueError(msg) from error
    return text


def _text_or(model: type[BaseModel], expected: str) -> WrapValidator:
    """Accept text, or a mapping that fits the model; pydantic would say of anything else why it is neither."""

    def check(value: object, _handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        if value is None or isinstance(value, str):
            return value
        if not isinstance(value, dict):
            raise ValueError(expected)  # noqa: TRY004 - pydantic makes messages of these only
        return model.model_validate(value, context=info.context)

    return WrapValidator(check)


Address = Annotated[str, AfterValidator(_address)]
Colour = Annotated[str, Field(pattern=r"^[\w -]*$")]
"""The name of a colour or scheme: the theme puts it into an attribute as it is."""
Icon = Annotated[str, _in_theme(_ICONS, "icon")]
Provider = Annotated[str, _in_theme(_PROVIDERS, "provider")]
_switch = BeforeValidator(lambda value: None if value is False else value)
"""What `false` turns off."""


class _Part(BaseModel):
    """Settings among others that nobody stops over."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)


# --- extra ------------------------------------------------------------------------------------------------------------


class Social(_Part):
    """An icon with a link at the foot of each page."""

    icon: Icon = Field(examples=["fontawesome/brands/github"])
    link: Address = Field(examples=["https://example.org/me"])
    name: str | None = Field(default=None, examples=["Me elsewhere"])


class Rating(_Part):
    """A button below a page."""

    icon: Icon = Field(examples=["material/emoticon-happy-outline"])
    name: str | None = Field(default=None, examples=["This page was helpful"])
    note: str | None = Field(default=None, examples=["Thanks for your feedback!"])


class Feedback(_Part):
    """What readers are asked below each page."""

    title: str | None = Field(default=None, examples=["Was this page helpful?"])
    ratings: list[Rating] = Field(
        default=[], examples=[[{"icon": "material/emoticon-happy-outline", "name": "Helpful", "data": 1}]]
    )


class Analytics(_Part):
    """Who counts visits."""

    provider: Annotated[Provider | None, _switch] = Field(default=None, examples=["google"])
    feedback: Annotated[Feedback | None, _switch] = Field(default=None, examples=[{"title": "Was this page helpful?"}])


class Cookie(_Part):
    """What readers may allow."""

    name: str = Field(examples=["Google Analytics"])
    checked: bool | None = Field(default=None, examples=[False])


class Consent(_Part):
    """What readers are asked before anything is counted."""

    title: str | None = Field(default=None, examples=["Cookie consent"])
    description: str | None = Field(default=None, examples=["We use cookies to …"])
    cookies: dict[
        str, Annotated[str | Cookie | None, _text_or(Cookie, "a cookie has a name, or a mapping with one")]
    ] = Field(default={}, examples=[{"analytics": "Google Analytics"}])
    actions: list[Literal["accept", "reject", "manage"]] | None = Field(default=None, examples=[["accept", "manage"]])


class Version(_Part):
    """Which versions of the site there are."""

    provider: str | None = Field(default=None, examples=["mike"])


class Extra(_Part):
    """Values for the theme, as far as it knows them."""

    homepage: Address | None = Field(default=None, examples=["https://example.org/"])
    social: Annotated[list[Social] | None, _switch, _unless_own("partials/social.html")] = Field(
        default=None, examples=[[{"icon": "fontawesome/brands/github", "link": "https://example.org/me"}]]
    )
    alternate: Annotated[list[dict[str, Any]] | None, _switch, _unless_own("partials/alternate.html")] = Field(
        default=None, examples=[[{"name": "English", "link": "/en/", "lang": "en"}]]
    )
    analytics: Annotated[Analytics | None, _switch, _unless_own("partials/integrations/analytics.html")] = Field(
        default=None, examples=[{"provider": "google", "property": "G-…"}]
    )
    consent: Annotated[Consent | None, _switch, _unless_own("partials/consent.html")] = Field(
        default=None, examples=[{"title": "Cookie consent", "description": "We use cookies to …"}]
    )
    version: Annotated[Version | None, _switch] = Field(default=None, examples=[{"provider": "mike"}])
    tags: Annotated[dict[Any, Any] | None, _switch] = Field(default=None, examples=[{"Vision": "vision"}])
    status: Annotated[dict[Any, Any] | None, _switch] = Field(default=None, examples=[{"new": "Recently added"}])
    polyfills: list[str] | None = Field(default=None, examples=[["assets/own.js"]])


# --- theme ------------------------------------------------------------------------------------------------------------


class Toggle(_Part):
    """The button that leads to the next choice of colours."""

    icon: Icon = Field(examples=["material/brightness-4"])
    name: str = Field(examples=["Dark mode"])


class Palette(_Part):
    """A choice of colours."""

    media: str | None = Field(default=None, examples=["(prefers-color-scheme: dark)"])
    scheme: Colour | None = Field(default=None, examples=["slate"])
    primary: Colour | None = Field(default=None, examples=["indigo"])
    accent: Colour | None = Field(default=None, examples=["indigo"])
    toggle: Toggle | None = Field(default=None, examples=[{"icon": "material/brightness-4", "name": "Dark mode"}])


class Icons(_Part):
    """The icons of the theme itself."""

    logo: Icon | None = Field(default=None, examples=["material/library"])
    menu: Icon | None = Field(default=None, examples=["material/menu"])
    alternate: Icon | None = Field(default=None, examples=["material/translate"])
    search: Icon | None = Field(default=None, examples=["material/magnify"])
    share: Icon | None = Field(default=None, examples=["material/share-variant"])
    close: Icon | None = Field(default=None, examples=["material/close"])
    top: Icon | None = Field(default=None, examples=["material/arrow-up"])
    edit: Icon | None = Field(default=None, examples=["material/pencil"])
    view: Icon | None = Field(default=None, examples=["material/eye"])
    repo: Icon | None = Field(default=None, examples=["fontawesome/brands/git-alt"])
    previous: Icon | None = Field(default=None, examples=["material/arrow-left"])
    next: Icon | None = Field(default=None, examples=["material/arrow-right"])
    annotation: Icon | None = Field(default=None, examples=["material/plus-circle"])
    admonition: dict[str, Icon | None] | None = Field(default=None, examples=[{"note": "material/pencil"}])
    tag: dict[str, Icon | None] | None = Field(default=None, examples=[{"default": "material/tag"}])


class Font(_Part):
    """Names of fonts."""

    text: str | None = Field(default=None, examples=["Roboto"])
    code: str | None = Field(default=None, examples=["Roboto Mono"])


class Theme(_Part):
    """The theme's own settings, as far as it knows them."""

    name: str | None = Field(default=None, examples=["material"])
    custom_dir: str | None = Field(default=None, examples=["templates/theme"])
    language: str | None = Field(default=None, examples=["en"])
    direction: Literal["ltr", "rtl"] | None = Field(default=None, examples=["ltr"])
    logo: Annotated[Address | None, _switch] = Field(default=None, examples=["assets/logo.svg"])
    favicon: Address = Field(default="", examples=["assets/favicon.svg"])
    icon: Icons | None = Field(default=None, examples=[{"logo": "material/library"}])
    features: list[str] | None = Field(default=None, examples=[["toc.follow"]])
    font: Annotated[Font | None, _switch] = Field(default=None, examples=[{"text": "Roboto", "code": "Roboto Mono"}])
    palette: Palette | list[Palette] | None = Field(default=None, examples=[{"scheme": "slate", "primary": "indigo"}])
    static_templates: list[str] = Field(default=[], examples=[["404.html"]])

    @field_validator("palette", mode="wrap")
    @classmethod
    def _one_or_several(cls, value: object, _handler: object, info: ValidationInfo) -> object:
        """Look at it as one or as several, for pydantic would say what is wrong with either."""
        if value is None:
            return None
        model = TypeAdapter(list[Palette]) if isinstance(value, list) else TypeAdapter(Palette)
        return model.validate_python(value, context=info.context)


# --- both, and what else is passed on ---------------------------------------------------------------------------------


class Script(BaseModel):
    """A script with the attributes that MkDocs knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    path: str = Field(examples=["assets/own.js"])
    type: str = Field(default="", examples=["module"])
    defer: bool = Field(default=False, examples=[True])
    is_async: bool = Field(default=False, alias="async", examples=[True])


class PassedOnKeys(_Part):
    """Keys of mkdocs.yml that only the engine and the theme read, as far as they stop over a wrong one."""

    repo_name: str | None = Field(default=None, examples=["me/notes"])
    extra_css: list[str] | None = Field(default=None, examples=[["assets/own.css"]])
    extra_javascript: (
        list[Annotated[str | Script, _text_or(Script, "a script is a path, or a mapping with a `path`")]] | None
    ) = Field(default=None, examples=[["assets/own.js"]])
    theme: Annotated[str | Theme | None, _text_or(Theme, "a theme is its name, or a mapping of settings")] = Field(
        default=None, examples=[{"name": "material", "features": ["toc.follow"]}]
    )
    extra: Extra | None = Field(default=None, examples=[{"homepage": "https://example.org/"}])
