"""A second API, as unlike Picqer's as an API can be, and a server for it: the fuzzer must not know only one."""
