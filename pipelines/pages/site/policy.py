"""The Content Security Policy of a page: nothing from anywhere but the page and the files beside it, nothing evaluated.

What stands in the page itself is allowed by its hash, so that a name ever written unescaped could add neither
script nor style. What does not belong here: reading or writing files.
"""

from __future__ import annotations

import base64
import hashlib
import re

# Where the policy goes: a page says it before anything that the policy speaks of.
PLACE = "<!--policy-->"
_META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">')
_INLINE = {
    "script-src": re.compile(r"<script>(.*?)</script>", re.DOTALL),
    "style-src": re.compile(r"<style>(.*?)</style>", re.DOTALL),
}
# The files beside the page. Opened from a folder a page has no origin that 'self' could mean, hence `file:`.
_BESIDE = ("'self'", "file:")
# plotly makes an empty style element, which it fills rule by rule without the policy minding, and one with the style of
# its maps as soon as it is loaded. Another release of plotly has another one: the tests in the browser then fail.
_EMPTY_STYLE = ""
_MAP_STYLE_HASH = "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"


def with_policy(page: str) -> str:
    """The page with its policy. Scripts and styles that are fetched may lie beside the page only."""
    inline = {directive: pattern.findall(page) for directive, pattern in _INLINE.items()}
    allowed = {directive: {_hash(text) for text in texts} for directive, texts in inline.items()}
    allowed["style-src"] |= {_hash(_EMPTY_STYLE), _MAP_STYLE_HASH}
    directives = ["default-src 'none'"]
    for directive, hashes in allowed.items():
        beside = _BESIDE if _fetches(page, directive) else ()
        directives.append(" ".join([directive, *beside, *sorted(hashes)]))
    directives += ["img-src data:", "base-uri 'none'", "form-action 'none'"]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(directives)}">'
    assert page.count(PLACE) == 1, "a page has one place for its policy"
    return page.replace(PLACE, meta)


def as_placed(page: str) -> str:
    """The page without its policy, ready for another one."""
    return _META.sub(PLACE, page)


def _fetches(page: str, directive: str) -> bool:
    return ("<script src=" if directive == "script-src" else '<link rel="stylesheet"') in page


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
