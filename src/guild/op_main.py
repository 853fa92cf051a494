"""Entry point of a run's process: `python -um guild.op_main MODULE [ARG]...`."""

from guild.adapters.runner.main import main

if __name__ == "__main__":
    main()
