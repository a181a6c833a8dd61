"""The pages: the service for people, in a browser. Made here in full, and complete without a script.

blueprint   which page is at which path, and what a page is when something is refused
start       judge at once: a recording that is dropped, a response that is pasted, an example
runs        the stored runs with their trend, and one run
contracts   contracts, what one holds, and which answers of it were seen
sign_in     the token of a person
form        what a form sends, read within bounds
examples    exchanges to try, made from a contract
evidence    findings in groups, each beside the place of the document that it broke
excerpt     a few lines of a document around a place in it
trend       charts, as numbers
matrix      operations by statuses
files       style, script, icon
rendering   the templates

htmx (static/htmx.min.js) swaps in the parts of a page that changed; without it each form loads the whole page.
"""

from validator.service.pages.blueprint import Pages, refused

__all__ = ["Pages", "refused"]
