"""Views: what one page shows and says, section by section, and the templates that lay it out.

What does not belong here: computing a figure (figures/), drawing (charts/), words and number formats (wording/), files.
"""
