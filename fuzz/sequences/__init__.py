"""Sequences: requests that build on each other, on things that the run made itself, and the cleaning up after it.

`kinds` reads from the document which operations work on one kind of thing; `bodies` makes what is written; `play` sends
the steps on a thing and holds what is read against what was written (`comparing`); `stories` says which steps, fixed
ones first; `created` remembers all that was made, and deletes it.
"""
