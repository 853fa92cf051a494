Feature: Searches over functions
  From a notebook, arguments of a function may stand for several values: lists are combined,
  and from ranges values are drawn at random or chosen by what earlier trials told. Each trial
  is a run; there is no run of the batch.

  Background:
    Given a script "ops.py":
      """
      def op1(a, b):
          print("x: %i" % (a + b))
          return a * b
      """

  Scenario: Every combination of lists
    When I run in Python:
      """
      from guild import ipy
      from ops import op1

      runs, results = ipy.run(op1, a=[1, 2], b=[3, 4])
      print(results, [run.get("flags") for run in runs] == list(
          {"a": a, "b": b} for a in (1, 2) for b in (3, 4)
      ))
      """
    Then it prints:
      """
      Running op1 (a=1, b=3):
      x: 4
      Running op1 (a=1, b=4):
      x: 5
      Running op1 (a=2, b=3):
      x: 5
      Running op1 (a=2, b=4):
      x: 6
      [3, 4, 6, 8] True
      """

  Scenario: Random values of a seed
    When I run in Python:
      """
      from guild import ipy
      from ops import op1

      for a in (slice(0, 5), ipy.uniform(0, 5)):
          runs, _ = ipy.run(op1, a=a, b=12, _max_trials=3, _random_seed=1)
          print([run.get("label") for run in runs], runs[0].get("random_seed"))
      """
    Then it prints:
      """
      Running op1 (a=3, b=12):
      x: 15
      Running op1 (a=4, b=12):
      x: 16
      Running op1 (a=0, b=12):
      x: 12
      ['a=3 b=12', 'a=4 b=12', 'a=0 b=12'] 1
      Running op1 (a=3, b=12):
      x: 15
      Running op1 (a=4, b=12):
      x: 16
      Running op1 (a=0, b=12):
      x: 12
      ['a=3 b=12', 'a=4 b=12', 'a=0 b=12'] 1
      """

  Scenario: An optimizer learns from what trials print
    When I run in Python:
      """
      import logging
      import sys

      from guild import ipy
      from ops import op1

      logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
      ipy.run(
          op1,
          a=slice(-10, 10),
          b=slice(-5, 5),
          _optimizer="forest",
          _minimize="x",
          _max_trials=3,
          _random_seed=1,
          _opt_random_starts=2,
          _opt_kappa=2.0,
          _opt_xi=0.05,
      )
      """
    Then it prints:
      """
      Random start for optimization (1 of 2)
      Running op1 (a=1, b=3):
      x: 4
      Random start for optimization (2 of 2)
      Running op1 (a=8, b=3):
      x: 11
      Found 2 previous trial(s) for use in optimization
      Running op1 (a=10, b=-4):
      x: 6
      """

  Scenario: What cannot be searched is refused before any run
    When I run in Python:
      """
      from guild import ipy
      from ops import op1

      for wrong in (
          {"a": slice(1, None)},
          {"a": [1, 2], "_optimizer": "not supported"},
          {"a": 1, "_optimizer": "gp"},
          {"a": slice(1, 2), "_optimizer": "gp", "_minimize": "x,y"},
      ):
          try:
              ipy.run(op1, b=2, **wrong)
          except Exception as error:
              print(type(error).__name__, str(error).splitlines()[0], sep=": ")
      print(len(ipy.runs()))
      """
    Then it prints:
      """
      ValueError: invalid range a=slice(1, None): it has no upper bound
      TypeError: optimizer 'not supported' is not supported
      MissingSearchDimension: flags for batch (a=1, b=2) do not contain any search dimensions
      ValueError: invalid objective 'x,y': only one column may be specified
      0
      """

  Scenario: A trial that fails ends the batch, and what was done before is there
    When I run in Python:
      """
      from guild import ipy

      def invert(x):
          return 1 / x

      try:
          ipy.run(invert, x=[1, 2, 0, 4])
      except ipy.RunError as error:
          print(repr(error.from_exc), error.results, [run.status for run in error.runs])
      print(list(ipy.runs()["status"]))
      """
    Then it prints:
      """
      Running invert (x=1):
      Running invert (x=2):
      Running invert (x=0):
      ZeroDivisionError('division by zero') [1.0, 0.5] ['completed', 'completed']
      ['error', 'completed', 'completed']
      """
