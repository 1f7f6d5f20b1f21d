"""axe-core in a page of Chromium: what it finds wrong, one line each."""

from __future__ import annotations

from importlib import resources

from playwright.sync_api import Page

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# The colours take most of the time: for pages whose colours are those of another that was looked at.
WITHOUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}


def violations(page: Page, **options: object) -> list[str]:
    """The rules that the page breaks, with the element."""
    if page.evaluate("typeof axe") == "undefined":
        # Not a script of the page: the policy would refuse it.
        page.evaluate(AXE)
    found = page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], **options})
    return [
        f"{item['id']}: {item['help']}: {node['html'][:200]}" for item in found["violations"] for node in item["nodes"]
    ]
