"""What all tests need of the process they run in."""

from __future__ import annotations

import signal

# What runs in the background of a shell, or under nohup, ignores signals, and so would everything
# that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGHUP, signal.SIGQUIT):
    signal.signal(_number, signal.SIG_DFL)
