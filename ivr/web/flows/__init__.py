"""What the admin does with flows: drafts on the disk, checks, tests, imports and figures.

Plain functions and one workshop, which pages and API share. All of it is done in native threads or child
processes, never on the hub (`ivr.web.site`).
"""
