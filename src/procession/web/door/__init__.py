"""The door: how connections, requests and answers go in and out (docs/decisions/0020).

One thread moves bytes for all connections and never waits for any of them; a request is handed to
a thread of its place (`places`) once it is here whole. Who is slow costs a descriptor, no thread.
"""
