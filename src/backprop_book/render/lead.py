"""lead: the first sentence of an explanation, which stands before the values, and the rest, which follows them."""

import re

_TOKEN = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)(?:"[^"]*"|'[^']*'|[^'">])*?(?P<empty>/?)>|<[^>]*>|[^<]+"""
)
_END = re.compile(r"(?<!\.\w)[.!?][”\"’)]*(?=\s+(?:[A-Z“\"(]|$))")
"""The end of a sentence: a full stop that a capital letter or an element follows, but not that of `e.g.`"""
_VOID = {"br", "img", "wbr", "hr", "input"}


def lead(html: str) -> tuple[str, str]:
    """The first sentence of an explanation as a paragraph, and all that follows it.

    The first is empty where the explanation does not begin with a paragraph, and the second where it is a single sentence.

    Args:
        html: The explanation, as blocks.
    """
    text = html.lstrip()
    if not re.match(r"<p[\s>]", text):
        return "", html
    depth = 0
    for token in _TOKEN.finditer(text):
        if token["name"]:
            depth += _step(token)
            if not depth:
                return text[: token.end()], text[token.end() :].lstrip()
        elif depth == 1 and (end := _END.search(text, token.start(), token.end())):
            return f"{text[: end.end()]}</p>", f"<p>{text[end.end() :].lstrip()}"
    return "", html


def _step(token: re.Match[str]) -> int:
    if token["close"]:
        return -1
    return 0 if token["empty"] or token["name"] in _VOID else 1
