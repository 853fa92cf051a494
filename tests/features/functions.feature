Feature: Functions as operations
  A function that is run by guild.ipy.run has a run like any other: what it is called with are the
  flags, what it prints is the output.

  Scenario: A function is run
    When I run in Python:
      """
      from guild.ipy import run

      def train(lr, epochs=2):
          open("model", "w").close()
          for epoch in range(epochs):
              print(f"step: {epoch}")
              print(f"loss: {lr * (epoch + 1)}")
          return "trained"

      made, result = run(train, 0.5)
      print(made.status, result)
      """
    Then it prints:
      """
      step: 0
      loss: 0.5
      step: 1
      loss: 1.0
      completed trained
      """
    And the runs are:
      | operation | status    | label           |
      | train     | completed | epochs=2 lr=0.5 |
    And the flags of the latest run are:
      | epochs | 2   |
      | lr     | 0.5 |
    And the scalars of the latest run are:
      | loss | 1 | 1 |
    When I run "guild ls -n"
    Then it prints "model"
    When I run "guild runs"
    Then it prints "... train() ... completed ..."

  Scenario: Label, tag and name of a run
    When I run in Python:
      """
      from guild.ipy import run

      def train(lr):
          pass

      run(train, 0.1, _label="lr is ${lr}")
      run(train, 0.2, _tag="best", _op_name="fit")
      """
    Then the runs are:
      | operation | label       |
      | fit       | best lr=0.2 |
      | train     | lr is 0.1   |
    When I run "guild runs --tag best"
    Then it prints "... fit() ... best lr=0.2"
    And it does not print "... train() ..."

  Scenario: A function fails
    When I run in Python:
      """
      from guild.ipy import RunError, run

      def train():
          print("loading")
          raise ValueError("no data")

      try:
          run(train)
      except RunError as error:
          print(error.run.status, repr(error.from_exc))
      """
    Then it prints:
      """
      loading
      error ValueError('no data')
      """
    And it says nothing
    When I run "guild cat --output"
    Then it prints "loading"
    And it prints "ValueError: no data"

  Scenario: A function is interrupted
    When I run in Python:
      """
      import os, signal, threading
      from guild.ipy import RunTerminated, run

      def train():
          os.kill(os.getpid(), signal.SIGINT)
          threading.Event().wait(30)

      try:
          run(train)
      except RunTerminated as error:
          print(error.run.status, error.run.get("exit_status"))
      """
    Then it prints "terminated -16"

  Scenario: A function exits
    When I run in Python:
      """
      import sys
      from guild.ipy import run

      run(lambda: sys.exit(3), _op_name="exit")
      """
    Then it fails with exit status 3
    And the runs are:
      | operation | status |
      | exit      | error  |

  Scenario: Processes and libraries that write by themselves
    When I run in Python:
      """
      import ctypes, subprocess, sys
      from guild.ipy import run

      def train():
          print("1 Python")
          subprocess.run(["echo", "2 process"])
          ctypes.CDLL(None).printf(b"3 C\n")
          print("4 Python", file=sys.stderr)

      run(train)
      """
    Then it prints:
      """
      1 Python
      2 process
      3 C
      """
    And it says "4 Python"
    When I run "guild cat --output"
    Then it prints:
      """
      1 Python
      2 process
      3 C
      4 Python
      """

  Scenario: Functions in threads
    When I run in Python:
      """
      import threading
      from guild.ipy import run

      both = threading.Barrier(2)

      def train(name):
          both.wait(30)
          print(f"{name} works\n", end="")
          both.wait(30)

      threads = [threading.Thread(target=run, args=(train, name)) for name in ("a", "b")]
      for thread in threads:
          thread.start()
      for thread in threads:
          thread.join()
      """
    Then it prints 2 lines
    And the runs are:
      | status    |
      | completed |
      | completed |
    When I run "guild cat --output -Fl name=a"
    Then it prints "a works"
    And it does not print "b works"

  Scenario: What can't be run makes no run
    When I run in Python:
      """
      from guild.ipy import run

      def train(lr):
          pass

      for arguments in ({}, {"lr": 1, "_lable": "x"}):
          try:
              run(train, **arguments)
          except TypeError as error:
              print(error)
      """
    Then it prints "train() missing a required argument: 'lr'"
    And it prints "unknown option _lable: options are ..."
    And there are no runs

  Scenario: A command can't start the run of a function again, and says so
    When I run in Python:
      """
      import subprocess
      import sys

      from guild.ipy import run

      made, _ = run(lambda lr=1: None, _op_name="train")
      command = [sys.executable, "-m", "guild", "run", "--restart", made.id, "-y"]
      told = subprocess.run(command, capture_output=True, text=True)
      print(told.returncode, told.stderr)
      """
    Then it prints "1 guild: cannot start run ... again: it is of a function, train()"
    And it prints "Call the function again with guild.ipy.run."
