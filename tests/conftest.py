"""What every test needs: gevent's patches, as in the processes that serve calls, before anything else is
imported; and no test that fails because the machine is busy."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import hypothesis  # noqa: E402

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

pytest_plugins = ("tests.logging_kept", "tests.postgres.fixtures")
