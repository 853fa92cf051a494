"""What all tests need of the process they run in."""

from __future__ import annotations

import signal

# Under nohup a hangup is ignored, by everything that is started here as well.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
