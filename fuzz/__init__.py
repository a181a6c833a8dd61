"""The fuzzer: malformed requests, made from a contract by Hypothesis, and what a server does with them.

A run is a recording made live: Case -> `transport` -> Exchange -> the judge of `validator`, and `oracle` beside it.
"""
