"""What every test needs: gevent's patches, as in the processes that serve calls, before anything else is
imported."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

pytest_plugins = ("tests.logging_kept", "tests.postgres.fixtures")
