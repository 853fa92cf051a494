"""Entry point of a run's process: `python -um guild.nb_main NOTEBOOK [--FLAG VALUE]...`."""

__all__: list[str] = []

if __name__ == "__main__":
    from guild.adapters.notebooks.main import main

    main()
