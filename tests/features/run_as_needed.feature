Feature: Running as needed
  With `--needed` an operation runs only if there is no run yet that did the same: the same
  operation with the same flags, completed or stopped on purpose.

  Background:
    Given a script "echo.py":
      """
      x = 1.0
      y = 2
      z = "a"
      print(x, y, repr(z))
      """
    And a script "fail.py":
      """
      import sys
      code = 1
      sys.exit(code)
      """

  Scenario: The same operation with the same flags is skipped
    Given a run "aaa" of "echo.py"
    When I run "guild run echo.py --needed -y"
    Then it succeeds
    And it says or prints:
      """
      Skipping because the following runs match this operation (--needed specified):
        [aaa]  echo.py  ...  completed  x=1.0 y=2 z=a
      """
    And the runs are:
      | id  |
      | aaa |

  Scenario: Other flags make it needed
    Given a run "aaa" of "echo.py"
    When I run "guild run echo.py x=2.0 --run-id bbb --needed -y"
    Then it prints "2.0 2 'a'"
    And the runs are:
      | id  | label         |
      | bbb | x=2.0 y=2 z=a |
      | aaa | x=1.0 y=2 z=a |

  Scenario: A flag given with its default value makes no difference
    Given a run "aaa" of "echo.py"
    When I run "guild run echo.py y=2 --needed -y"
    Then it says or prints "Skipping because the following runs match this operation (--needed specified):"

  Scenario: All runs that match are shown, the latest first
    Given a run "aaa" of "echo.py"
    And a run "bbb" of "echo.py"
    When I run "guild run echo.py --needed -y"
    Then it says or prints:
      """
      Skipping because the following runs match this operation (--needed specified):
        [bbb]  echo.py  ...  completed  x=1.0 y=2 z=a
        [aaa]  echo.py  ...  completed  x=1.0 y=2 z=a
      """

  Scenario: A failed run does not count
    Given a failed run "aaa" of "fail.py"
    When I run "guild run fail.py --run-id bbb --needed -y"
    Then it fails with exit status 1
    And the runs are:
      | id  | status |
      | bbb | error  |
      | aaa | error  |

  Scenario: Only a completed run with the same flags counts
    Given a failed run "aaa" of "fail.py"
    And a run "bbb" of "fail.py code=0"
    When I run "guild run fail.py --run-id ccc --needed -y"
    Then it fails with exit status 1
    When I run "guild run fail.py code=0 --needed -y"
    Then it says or prints:
      """
      Skipping because the following runs match this operation (--needed specified):
        [bbb]  fail.py  ...  completed  code=0
      """

  Scenario Outline: Which runs count for a new run
    Given a run "aaa" of "echo.py"
    And the run "aaa" is <status>
    When I run "guild run echo.py --run-id bbb --needed -y"
    Then it succeeds
    And there are <runs> runs

    Examples:
      | status     | runs |
      | completed  | 1    |
      | terminated | 1    |
      | running    | 2    |
      | pending    | 2    |
      | staged     | 2    |
      | error      | 2    |

  Scenario Outline: Whether a restart with the same flags is needed
    Given a run "aaa" of "echo.py"
    And the run "aaa" is <status>
    When I run "guild run --restart aaa --needed -y"
    Then it <outcome>
    And it says or prints "<message>"

    Examples:
      | status     | outcome                  | message                                                          |
      | completed  | succeeds                 | Skipping run because flags have not changed (--needed specified) |
      | terminated | succeeds                 | Skipping run because flags have not changed (--needed specified) |
      | running    | fails with exit status 1 | guild: cannot restart run aaa because it's running               |
      | pending    | succeeds                 | 1.0 2 'a'                                                        |
      | staged     | succeeds                 | 1.0 2 'a'                                                        |
      | error      | succeeds                 | 1.0 2 'a'                                                        |

  Scenario Outline: A restarted run is complete again, whatever it was
    Given a run "aaa" of "echo.py"
    And the run "aaa" is <status>
    When I run "guild run --restart aaa --needed -y"
    Then the run "aaa" is completed

    Examples:
      | status  |
      | pending |
      | staged  |
      | error   |

  Scenario: A restart with the flags it has is skipped, even if they are given
    Given a run "aaa" of "echo.py x=10"
    When I run "guild run --restart aaa x=10 y=2 z=a --needed -y"
    Then it says or prints "Skipping run because flags have not changed (--needed specified)"

  Scenario: A restart with other flags is needed
    Given a run "aaa" of "echo.py"
    When I run "guild run --restart aaa x=2.0 --needed -y"
    Then it prints "2.0 2 'a'"
    And the runs are:
      | id  | label         |
      | aaa | x=2.0 y=2 z=a |

  Scenario: A restart with other flags is not needed if another run has them
    Given a run "aaa" of "echo.py x=2.0"
    And a run "bbb" of "echo.py"
    When I run "guild run --restart bbb x=2.0 --needed -y"
    Then it says or prints:
      """
      Skipping because the following runs match this operation (--needed specified):
        [aaa]  echo.py  ...  completed  x=2.0 y=2 z=a
      """
    And the flags of the run "bbb" are:
      | x | 1.0 |
      | y | 2   |
      | z | a   |
