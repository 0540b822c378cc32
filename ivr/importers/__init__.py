"""Flows from other systems' menus: one importer is one file, or one package, of the group `ivr.importers`.

An importer reads, and writes nothing: it gives back YAML texts, the sounds they need, and notes on everything
that a caller would not find as it was. `ivr flow import` checks and writes them.
"""
