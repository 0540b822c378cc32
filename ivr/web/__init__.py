"""What people and programs see of Ivory over HTTP: the admin's pages, the REST API, the web phone.

It runs in a process of its own beside the worker: it reads and writes the store, and gives the worker orders.
Nothing that happens here can hold up a call.
"""
