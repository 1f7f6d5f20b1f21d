"""Writes the site: every page rendered first, then put in place, so that a failure leaves the previous site as it was.

What does not belong here: what a page shows (views/). The same published file gives the same bytes: nothing here
looks at the clock, and no file holds a time stamp.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.common import progress
from pipelines.errors import KatsuyoError
from pipelines.pages.figures.queries import Published, read_published
from pipelines.pages.site.place import LEDGER, put_in_place, staging
from pipelines.pages.site.policy import with_policy
from pipelines.pages.views.pages import page_file, pages
from pipelines.pages.views.verdict_words import judged_change
from pipelines.pages.wording.language import LANGUAGES, Language, language

ASSETS = "assets"


def render_site(published_file: Path, site_dir: Path) -> list[Path]:
    """Render all pages from the published file into `site_dir`; returns the pages, the Japanese index first.

    Raises KatsuyoError if the published file is missing or of another release, or if `site_dir` holds an index.html
    that is not ours. Pages of departments that are no longer published disappear; files of others stay.
    """
    progress.stage("Render", len(LANGUAGES))
    published = read_published(published_file)
    _refuse_foreign_site(site_dir)
    with staging(site_dir) as fresh:
        names = []
        for code in LANGUAGES:
            names += _render(published.in_language(code), language(code), fresh)
            progress.step(code)
        _copy_assets(fresh / ASSETS)
        put_in_place(fresh, site_dir)
    return [site_dir / name for name in names]


def _render(published: Published, chosen: Language, folder: Path) -> list[str]:
    environment = _environment()
    words = {"t": chosen.texts, "language": chosen, "form": chosen.form, "code": chosen.code}
    words["judged_change"] = judged_change
    words["others"] = [language(code) for code in LANGUAGES if code != chosen.code]
    section_files = {section.key: page_file(section) for section in published.sections()}
    names = []
    for page in pages(published, chosen):
        text = environment.get_template(page.template).render(
            **page.values,
            **words,
            charts=page.charts,
            current=page.file_name,
            section_files=section_files,
            footer_line=_footer_line(published, chosen),
        )
        name = chosen.folder + page.file_name
        assert name not in names, f"two pages would be written to {name}"
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(with_policy(_compact(text)), encoding="utf-8", newline="\n")
        names.append(name)
    return names


@cache
def _environment() -> Environment:
    """One for all languages: reading the templates takes as long as filling a small site."""
    environment = Environment(
        loader=PackageLoader("pipelines.pages.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css_string"] = css_string
    return environment


def css_string(text: str) -> Markup:
    """A CSS string literal for the page margins. Everything but letters and digits is written as its number."""
    plain = text.unescape() if isinstance(text, Markup) else text
    escaped = "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in plain)
    return Markup(f'"{escaped}"')  # noqa: S704 - no character that CSS or HTML could read otherwise is left


def _footer_line(published: Published, chosen: Language) -> str:
    publication = published.publication
    parts = (
        publication.organisation_name,
        chosen.say("site.as_of", date=chosen.form.full_date(publication.as_of_date)),
        chosen.say("footer.source_short"),
        chosen.say("footer.hidden", min_group=publication.min_group),
        chosen.say("footer.release", release=publication.release),
    )
    return chosen.say("footer.separator").join(parts)


def _compact(text: str) -> str:
    """Without the indentation and empty lines of the templates; no text of ours spans lines."""
    return "\n".join(line for raw in text.splitlines() if (line := raw.strip())) + "\n"


def _copy_assets(folder: Path) -> None:
    folder.mkdir()
    static = resources.files("pipelines.pages.site").joinpath("static")
    for item in sorted(static.iterdir(), key=lambda item: item.name):
        (folder / item.name).write_bytes(item.read_bytes())
    script = resources.files("plotly").joinpath("package_data", "plotly.min.js")
    (folder / "plotly.min.js").write_bytes(script.read_bytes())


def _refuse_foreign_site(site_dir: Path) -> None:
    if site_dir.exists() and not site_dir.is_dir():
        raise KatsuyoError(f"The site folder {site_dir} is a file: name another folder for the pages.")
    if (site_dir / "index.html").exists() and not (site_dir / LEDGER).is_file():
        raise KatsuyoError(
            f"The folder {site_dir} holds an index.html that Katsuyo did not write: name another folder for the pages."
        )
