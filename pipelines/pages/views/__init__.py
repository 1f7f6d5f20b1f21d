"""Views: what one page shows and says, section by section, and the templates that lay it out.

`pages` and `*_page` compose whole pages; every other module makes one section or one part of sections.

What does not belong here: computing a figure (figures/), drawing (charts/), words and number formats (wording/), files.
"""
