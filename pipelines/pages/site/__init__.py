"""Site: pages become files: rendering, the security policy, shared scripts and styles, one page as one file.

What does not belong here: what a page shows (views/). The same published file gives the same bytes.
"""
