"""Reads a page as a browser would build it, without one: every published value with the row it claims to come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "wbr", "col", "input", "img", "hr"}
SCOPE = ("data-department", "data-period", "data-start", "data-metric")


@dataclass
class Value:
    """The text of one data-field element and the row (department, period, start, metric) around it.

    `part` is kind:part where the row is about one part of a department; `scale` by how much the text was divided;
    `inside` are the names of the elements around it (see PageReader.named).
    """

    row: tuple[str, str, str, str]
    field: str
    text: str = ""
    part: str = ""
    scale: float = 1.0
    inside: frozenset[str] = frozenset()


@dataclass
class PageReader(HTMLParser):
    values: list[Value] = field(default_factory=list)
    scopes: list[Value] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    text: str = ""
    named: dict[str, str] = field(default_factory=dict)  # id, or aria-labelledby, of an element -> the text in it

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str | None], Value | None]] = []

    @classmethod
    def of(cls, path: Path) -> PageReader:
        reader = cls()
        reader.feed(path.read_text(encoding="utf-8"))
        reader.close()
        assert not reader._open, f"unclosed elements: {[name for name, _, _ in reader._open]}"
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.links += [value for name in ("href", "src") if (value := attributes.get(name))]
        if tag in ("h1", "h2", "h3"):
            self.headings.append((int(tag[1]), ""))
        if tag in VOID:
            return
        value = None
        if "data-field" in attributes or "data-start" in attributes:
            around = self._around(attributes)
            value = Value(
                tuple(around[name] or "" for name in SCOPE),
                attributes.get("data-field") or "",
                part=around.get("data-segment") or self._view(),
                scale=float(attributes.get("data-scale") or 1),
                inside=self._names(),
            )
            if "data-field" in attributes:
                self.values.append(value)
            if "data-start" in attributes:
                # All that stands beside one figure, its remarks included.
                self.scopes.append(value)
        self._open.append((tag, attributes, value))

    def handle_endtag(self, tag: str) -> None:
        name, _, _ = self._open.pop()
        assert name == tag, f"</{tag}> closes <{name}>"

    def handle_data(self, data: str) -> None:
        if any(name in ("script", "style") for name, _, _ in self._open):
            return
        self.text += data
        for name in self._names():
            self.named[name] = self.named.get(name, "") + data
        if self._open and self._open[-1][0] in ("h1", "h2", "h3"):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        for _, _, value in self._open:
            if value is not None:
                value.text += data

    def _names(self) -> frozenset[str]:
        """Of the elements that are open now."""
        found = (attributes.get(key) for _, attributes, _ in self._open for key in ("id", "aria-labelledby"))
        return frozenset(name for name in found if name)

    def _view(self) -> str:
        """In today's organisation figures are others."""
        is_today = any(attributes.get("data-organisation") == "today" for _, attributes, _ in self._open)
        return "organisation:today" if is_today else ""

    def _around(self, own: dict[str, str | None]) -> dict[str, str | None]:
        """The row that an element speaks of: what it says itself, else what the nearest one around it says."""
        found: dict[str, str | None] = {}
        for attributes in [own, *(attributes for _, attributes, _ in reversed(self._open))]:
            names = (*SCOPE, "data-segment") if "data-metric" in attributes else SCOPE
            found |= {name: attributes[name] for name in names if name in attributes and name not in found}
            if found.keys() >= set(SCOPE):
                break
        return found
