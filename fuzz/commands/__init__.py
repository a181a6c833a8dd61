"""The commands of `picqer-fuzz`, a file each, and what they have in common."""
