"""Commands of `picqer-contract` that have a file of their own, and how those that end in a report end."""
