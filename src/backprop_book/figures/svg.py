"""svg: the drawing of matplotlib as a part of a page, without fonts and ids of its own, in the colours of the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from xml.etree import ElementTree as ET

from backprop_book.core.config import FAMILIES

_OWN = ("ink", "muted", "grid", "paper")

PROPERTIES = MappingProxyType(
    {
        **{role: f"--bb-fig-{role}" for role in _OWN},
        **{role: f"--bb-sym-{role}" for role in FAMILIES},
        "accent": "--bb-accent",
    }
)
"""The custom property of the stylesheet that each role becomes."""

PLACEHOLDERS = MappingProxyType({role: f"#fa0e{number + 16:02x}" for number, role in enumerate(PROPERTIES)})
"""The colour that stands for each role while matplotlib draws; unlikely to be chosen by chance."""


_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_VARIABLES = {placeholder: f"var({PROPERTIES[role]})" for role, placeholder in PLACEHOLDERS.items()}
_COLOURED = ("fill", "stroke")
_DROPPED = ("font-family", "stroke-dashoffset")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+(?:e-?[0-9]+)?")


class ColourError(ValueError):
    """A drawing holds a colour that is no role, and so would be the same in every scheme."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing at one width."""

    width: float
    """Its width in pixels."""
    height: float
    """Its height in pixels."""
    body: str
    """Content of its `svg` element."""


def tidy(text: str, prefix: str) -> Picture:
    """Convert a drawing of matplotlib for a page.

    Args:
        text: The SVG file. One unit is a pixel.
        prefix: Prefix of its ids, unique on the page.

    Raises:
        ColourError: It holds a colour that is no role.
    """
    root = ET.fromstring(text)
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    _write_marks_out(root)
    used = {name for element in root.iter() for value in element.attrib.values() for name in _REFERENCE.findall(value)}
    names = {name: f"{prefix}-{number}" for number, name in enumerate(sorted(used))}
    body = "".join(piece for child in root for piece in _element(child, names, defined=False))
    return Picture(width, height, body)


def _write_marks_out(root: ET.Element) -> None:
    """Replace each use of a mark by its path: the theme's script fails on the `href` of a `use`."""
    marks = {path.get("id"): path for path in root.iter(f"{_SVG}path") if path.get("id")}
    for element in list(root.iter(f"{_SVG}use")):
        mark = marks[element.attrib.pop(_LINK).removeprefix("#")]
        x, y = element.attrib.pop("x"), element.attrib.pop("y")
        style = {**_style(mark), **_style(element)}
        element.tag = f"{_SVG}path"
        element.attrib |= {"d": mark.get("d", ""), "transform": f"translate({x} {y})"}
        element.set("style", ";".join(f"{name}:{value}" for name, value in style.items()))
    for defs in root.iter(f"{_SVG}defs"):
        for path in defs.findall(f"{_SVG}path"):
            defs.remove(path)


def _element(element: ET.Element, names: dict[str, str], *, defined: bool) -> Iterator[str]:
    """An element as HTML; a group without attributes is replaced by its content."""
    tag = element.tag.rpartition("}")[2]
    if tag in {"metadata", "style"}:
        return
    defined = defined or tag == "defs"
    inner = "".join(piece for child in element for piece in _element(child, names, defined=defined))
    attributes = dict(_attributes(tag, element, names, defined=defined))
    if tag in {"g", "defs"} and (not inner or (not attributes and tag == "g")):
        yield inner
    elif tag != "path" or _is_seen(element, defined=defined):
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        shown = inner + escape(element.text or "") if tag == "text" else inner
        yield f"<{tag}{written}>{shown}</{tag}>" if shown else f"<{tag}{written}/>"


def _is_seen(element: ET.Element, *, defined: bool) -> bool:
    """Whether a path is visible: the background of matplotlib is not."""
    style = _style(element)
    return defined or style.get("fill") != "none" or style.get("stroke", "none") != "none"


def _attributes(tag: str, element: ET.Element, names: dict[str, str], *, defined: bool) -> Iterator[tuple[str, str]]:
    style = _style(element)
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2]
        if name == "id":
            if value in names:
                yield "id", names[value]
        elif name in _COLOURED:
            style[name] = value
        elif name == "transform" and value.startswith("rotate(-0 "):
            continue
        elif name not in {"style", "type"}:
            renamed = _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value)
            yield name, " ".join(_rounded(renamed).split())
    if tag in {"text", "path"} and not defined and "fill" not in style:
        # Without a fill, matplotlib means black, unless the shape is transparent.
        style["fill"] = "none" if style.pop("fill-opacity", "1") == "0" else "#000000"
    written = [f"{name}:{_painted(name, value, names)}" for name, value in style.items() if name not in _DROPPED]
    if written:
        yield "style", ";".join(written)


def _style(element: ET.Element) -> dict[str, str]:
    parts = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def _painted(name: str, value: str, names: dict[str, str]) -> str:
    if name not in _COLOURED or value == "none":
        return _rounded(value)
    if value.startswith("url("):
        return _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value)
    if value not in _VARIABLES:
        raise ColourError(value)
    return _VARIABLES[value]


def _rounded(text: str) -> str:
    return _DECIMAL.sub(lambda found: f"{round(float(found[0]), 2) + 0.0:g}", text)
