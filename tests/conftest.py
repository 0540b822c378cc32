"""What every test needs: gevent's patches, as in the processes that serve calls, before anything else is
imported; no test that fails because the machine is busy; and little time for looking over what stays."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402

import hypothesis  # noqa: E402

gc.set_threshold(100_000, 50, 100)  # thousands of tests are in memory all the time

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

pytest_plugins = ("tests.logging_kept", "tests.postgres.fixtures")
