"""One page of a site as one file for mail: style and scripts inside it, no link to pages that do not travel with it.

What does not belong here: making the page. It is read from the site as `write.py` wrote it: its figures are
the same.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.errors import KatsuyoError
from pipelines.pages.site.policy import as_placed, with_policy

_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)">\n?')
_SCRIPT_LINK = re.compile(r'<script src="([^"]+)" defer></script>\n?')
_NAVIGATION = re.compile(r"<nav\b.*?</nav>\n?", re.DOTALL)
_LINK = re.compile(r'<a\b[^>]*\bhref="(?!#)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)


def write_single_file(site_dir: Path, page_name: str, target: Path) -> Path:
    """Write the page `page_name` of the site, such as index.html or en/index.html, as one file; returns its path."""
    page = _page_of(site_dir, page_name)
    text = _alone(page.read_text(encoding="utf-8"), page.parent)
    if target.is_dir() or not target.parent.is_dir():
        raise KatsuyoError(f"{target} is no name for a file: name a file in a folder that exists with --to.")
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(target)
    return target


def _page_of(site_dir: Path, page_name: str) -> Path:
    known = sorted(page.relative_to(site_dir).as_posix() for page in site_dir.rglob("*.html"))
    if page_name not in known:
        names = ", ".join(name for name in known if "dept-" not in name)
        raise KatsuyoError(
            f"The site has no page of that name: name one of {names}, or a department such as dept-0100.html."
        )
    return site_dir / page_name


def _alone(page: str, folder: Path) -> str:
    page = _LINK.sub(r"\1", _NAVIGATION.sub("", page))
    # A function as replacement: the scripts hold backslashes that re.sub would read.
    page = _STYLE_LINK.sub(lambda link: f"<style>{_text(folder / link[1])}</style>\n", page)
    scripts = "".join(f"<script>{_text(folder / name)}</script>\n" for name in _SCRIPT_LINK.findall(page))
    # Last in the page: a script inside a page is run where it stands, and these need the figures.
    page = _SCRIPT_LINK.sub("", page).replace("</body>", f"{scripts}</body>")
    return with_policy(as_placed(page))


def _text(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    assert "</script" not in text.lower(), f"{file.name} would end its own element"
    assert "</style" not in text.lower(), f"{file.name} would end its own element"
    return text
