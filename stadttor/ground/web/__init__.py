"""The look of every page and what a page needs: rendering, languages, building blocks, assets, security headers.

Main verbs: `render(request, template, context)` makes a page, `_("English text")` says it in the reader's language.
Invariants: pages work without JavaScript and under a policy without inline script or style; no text without msgid.
"""
