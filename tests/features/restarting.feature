Feature: Restarting runs
  A restart runs a run again, in its own directory: with the flags it had, or with some of them
  changed, and with the source code it was made from.

  Background:
    Given a script "echo.py":
      """
      x = 1.0
      y = 2
      z = "a"
      print(x, y, repr(z))
      """

  Scenario: A restart uses the flags of the run, not the defaults
    Given a run "aaa" of "echo.py x=2.0 y=3 z=b"
    When I run "guild run --restart aaa -y"
    Then it prints "2.0 3 'b'"
    And the runs are:
      | id  | status    | label         |
      | aaa | completed | x=2.0 y=3 z=b |

  Scenario: A flag that is changed stays changed
    Given a run "aaa" of "echo.py x=2.0 y=3 z=b"
    When I run "guild run --restart aaa x=10 -y"
    Then it prints "10 3 'b'"
    When I run "guild run --restart aaa -y"
    Then it prints "10 3 'b'"
    And the flags of the run "aaa" are:
      | x | 10 |
      | y | 3  |
      | z | b  |

  Scenario: The name of an operation stands for its latest run
    Given a run "aaa" of "echo.py"
    And a run "bbb" of "echo.py z=later"
    When I run "guild run --restart echo.py -y"
    Then it prints "1.0 2 'later'"

  Scenario: The name of an operation stands for its marked run, if there is one
    Given a run "aaa" of "echo.py z=marked"
    And a run "bbb" of "echo.py z=later"
    And I ran "guild mark aaa -y"
    When I run "guild run --restart echo.py -y"
    Then it prints "1.0 2 'marked'"

  Scenario: The beginning of an id is enough
    Given a run "0a1b2c3d4e" of "echo.py"
    When I run "guild run --restart 0a1b -y"
    Then it prints "1.0 2 'a'"

  Scenario: Guild says which run it is about to start, and asks
    Given a run "aaa" of "echo.py"
    When I answer "y" to "guild run --restart aaa x=3"
    Then it says:
      """
      You are about to start aaa (echo.py)
        x: 3
        y: 2
        z: a
      Continue? (Y/n)
      """
    And it prints "3 2 'a'"

  Scenario: A restarted run becomes the latest
    Given a run "aaa" of "echo.py"
    And a run "bbb" of "echo.py"
    When I run "guild run --restart aaa -y"
    Then the runs are:
      | id  |
      | aaa |
      | bbb |

  Scenario: A restart runs the source code the run was made from
    Given a run "aaa" of "echo.py"
    When I change "echo.py" to:
      """
      print("new code")
      """
    And I run "guild run --restart aaa -y"
    Then it prints "1.0 2 'a'"
    When I run "guild run --restart aaa --force-sourcecode --force-flags -y"
    Then it prints "new code"

  Scenario: A run restarts even though its project is gone
    Given a run "aaa" of "echo.py"
    When the project is removed
    And I run "guild run --restart aaa -y"
    Then it prints "1.0 2 'a'"

  Scenario: Without the project, flags can't be changed
    Given a run "aaa" of "echo.py"
    When the project is removed
    And I run "guild run --restart aaa x=3 -y"
    Then it fails with exit status 1
    And it says "guild: invalid operation '.../echo.py'"
    And the flags of the run "aaa" are:
      | x | 1.0 |
      | y | 2   |
      | z | a   |

  Scenario: The files of the run and the random seed stay
    Given a script "append.py":
      """
      with open("log.txt", "a") as log:
          log.write("once\n")
      """
    And a run "aaa" of "append.py --random-seed 42"
    When I run "guild run --restart aaa -y"
    And I run "guild cat aaa -p log.txt"
    Then it prints:
      """
      once
      once
      """
    And the random seed of the run "aaa" is 42

  Scenario: A run that is running is not restarted
    Given a run "aaa" of "echo.py"
    And the run "aaa" is running
    When I run "guild run --restart aaa -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: cannot restart run aaa because it's running
      Use 'guild stop aaa' to stop it first and try again.
      """
    And it prints nothing

  Scenario: A run that is not there can't be restarted
    When I run "guild run --restart nope -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: could not find a run matching 'nope'
      Try 'guild runs list' for a list.
      """

  Scenario: A flag that the operation does not have is refused
    Given a run "aaa" of "echo.py"
    When I run "guild run --restart aaa wrong=1 -y"
    Then it fails with exit status 1
    And it says "guild: unsupported flag 'wrong'"
    And the run "aaa" is completed

  Scenario Outline: What a restart can't be combined with
    Given a run "aaa" of "echo.py"
    When I run "guild run --restart aaa <more> -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: <what> cannot be used with --restart
      Try 'guild run --help' for more information.
      """

    Examples:
      | more         | what         |
      | echo.py      | OPERATION    |
      | --help-op    | --help-op    |
      | --proto aaa  | --proto      |
      | --run-dir x  | --run-dir    |
      | --test-flags | --test-flags |

  Scenario: Label and tags can be replaced
    Given a run "aaa" of "echo.py --label one --tag t1"
    When I run "guild run --restart aaa --label two --tag t2 -y"
    Then the runs are:
      | id  | label | tags |
      | aaa | two   | t2   |
