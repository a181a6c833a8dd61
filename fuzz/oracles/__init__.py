"""What must hold of answers whatever the request: no secrets of the inside, no whims, no endless waiting."""
