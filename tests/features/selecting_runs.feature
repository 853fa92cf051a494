Feature: Selecting runs
  Commands are told which runs they are about: by number, by the beginning of an id, and by
  filters. The newest run has the number 1.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      print(f"loss: {lr * 2}")
      """
    And a script "test.py":
      """
      import sys
      code = 0
      sys.exit(code)
      """
    And a run "a1b2" of "train.py --tag first"
    And a run "a1c3" of "train.py lr=0.2"
    And a run "b1d4" of "test.py --label checked"
    And a failed run "c1e5" of "test.py code=2"

  Scenario: Runs are named by number or id
    Then "guild select --all" selects:
      | runs | ids                 |
      |      | c1e5 b1d4 a1c3 a1b2 |
      | 1    | c1e5                |
      | 4    | a1b2                |
      | 2:3  | b1d4 a1c3           |
      | 3:   | a1c3 a1b2           |
      | :2   | c1e5 b1d4           |
      | :    | c1e5 b1d4 a1c3 a1b2 |
      | a1b  | a1b2                |
      | b c  | b1d4 c1e5           |
      | 4 1  | a1b2 c1e5           |
      | 1 1  | c1e5                |

  Scenario: Filters narrow down what is selected from
    Then "guild select --all" selects:
      | filters                        | ids                 |
      | --operation train.py           | a1c3 a1b2           |
      | -Fo 'te*'                      | c1e5 b1d4           |
      | -Fo '^tr'                      | a1c3 a1b2           |
      | -Fo nope                       |                     |
      | --label lr=0.2                 | a1c3                |
      | -Fl check                      | b1d4                |
      | --tag first                    | a1b2                |
      | --error                        | c1e5                |
      | --completed                    | b1d4 a1c3 a1b2      |
      | --not-completed                | c1e5                |
      | -Sce                           | c1e5 b1d4 a1c3 a1b2 |
      | --completed -Fo test.py        | b1d4                |
      | -F 'lr = 0.2'                  | a1c3                |
      | -F 'loss < 0.3'                | a1b2                |
      | -F 'op = test.py and code = 2' | c1e5                |
      | -F 'lr is undefined'           | c1e5 b1d4           |
      | 1 --completed                  | b1d4                |

  Scenario: Runs are found by when they were started
    Given the run "a1b2" was started at 2026-01-02 10:00:00
    And the run "a1c3" was started at 2026-01-03 10:00:00
    Then "guild select --all" selects:
      | range                                         | ids            |
      | --started '2026-01-02'                        | a1b2           |
      | --started 'before 2026-01-03 10:00'           | a1b2           |
      | --started 'after 2026-01-03'                  | c1e5 b1d4 a1c3 |
      | --started 'between 2026-01-02 and 2026-01-04' | a1c3 a1b2      |
      | --started 'last 2 hours'                      | c1e5 b1d4      |

  Scenario: The one with the best value is selected
    When I run "guild select --max loss"
    Then it prints the ids "a1c3"
    When I run "guild select --min loss"
    Then it prints the ids "a1b2"

  Scenario: An id that several runs begin with is refused
    When I run "guild select a1"
    Then it fails with exit status 1
    And it says:
      """
      guild: 'a1' matches multiple runs:
        a1b2
        a1c3
      """

  Scenario: What no run begins with is refused
    When I run "guild select zzz"
    Then it fails with exit status 1
    And it says:
      """
      guild: could not find a run matching 'zzz'
      Try 'guild runs list' for a list or 'guild select --help' for more information.
      """

  Scenario: One run is wanted and none is left
    When I run "guild select --staged"
    Then it fails with exit status 1
    And it says "guild: no matching runs"

  Scenario: A mistake in a filter is shown where it is
    When I run "guild select --all -F 'lr b'"
    Then it fails with exit status 1
    And it says "guild: syntax error in filter at position 3: unexpected token 'b'"

  Scenario: A mistake in a range of time is shown where it is
    When I run "guild runs --started foo"
    Then it fails with exit status 1
    And it says:
      """
      guild: invalid RANGE: unexpected 'foo' at position 0
      Try 'guild runs list --help' for help specifying time ranges.
      """

  Scenario: The directory and attributes of a run are shown for scripts
    When I run "guild select a1c --dir"
    Then it prints ".../runs/a1c3"
    When I run "guild select a1c --attr label"
    Then it prints "lr=0.2"
    When I run "guild select a1c --attr nope"
    Then it fails with exit status 1
    And it says "guild: no such run attribute 'nope'"
