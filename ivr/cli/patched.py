"""gevent's patches: commands that drive calls import this before anything else, all others never."""

from gevent import monkey

monkey.patch_all()
