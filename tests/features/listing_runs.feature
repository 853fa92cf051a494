Feature: Listing runs
  `guild runs` lists runs, the newest first.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      """
    And a script "fail.py":
      """
      raise SystemExit(1)
      """

  Scenario: Nothing is listed where there is nothing
    When I run "guild runs"
    Then it succeeds
    And it prints nothing
    And it says nothing

  Scenario: Runs are listed with number, id, operation, start, status and label
    Given a run "aaa" of "train.py"
    And a failed run "bbb" of "fail.py"
    And a run "0123456789abcdef" of "train.py lr=0.2"
    When I run "guild runs"
    Then it prints:
      """
      [1:01234567]  train.py  ...  completed  lr=0.2
      [2:bbb]       fail.py   ...  error
      [3:aaa]       train.py  ...  completed  lr=0.1
      """

  Scenario: The short form leaves out what is not needed to tell runs apart
    Given a run "aaa" of "train.py"
    And a failed run "bbb" of "fail.py"
    When I run "guild runs --simplified"
    Then it prints:
      """
      [1]  fail.py   error
      [2]  train.py  completed  lr=0.1
      """

  Scenario: Runs of other directories say where they are from
    Given a script "sub/other.py":
      """
      """
    And I ran "guild -C sub run other.py -y"
    When I run "guild runs"
    Then it prints "...other.py (sub)..."

  Scenario: The first 20 runs are listed, and a note says that there are more
    Given 25 runs of "train.py"
    When I run "guild runs"
    Then it prints 20 lines
    And it says "Showing the first 20 runs (25 total) - use --all to show all or -m to show more"
    When I run "guild runs --all"
    Then it prints 25 lines
    And it says nothing
    When I run "guild runs --more"
    Then it prints 25 lines
    When I run "guild runs --limit 3"
    Then it prints 3 lines
    And it says nothing

  Scenario: Scripts get all runs as JSON
    Given a run "aaa" of "train.py --tag one"
    When I run "guild runs --json"
    Then it prints JSON that begins:
      | id  | status    | label      | exit_status | tags    | marked |
      | aaa | completed | one lr=0.1 | 0           | ["one"] | false  |

  Scenario: Details are shown
    Given a run "aaa" of "train.py"
    When I run "guild runs --verbose"
    Then it prints:
      """
      [1:aaa]  train.py  ...  completed  lr=0.1
        id: aaa
        operation: train.py
        from: ...
        status: completed
        started: ...
        stopped: ...
        marked: no
        label: lr=0.1
        sourcecode_digest: ...
        vcs_commit:
        run_dir: .../runs/aaa
        command: ... -um guild.op_main train --lr 0.1
        exit_status: 0
        pid:
      """

  Scenario: Colours and styles are for terminals only
    Given the environment variable SHELL is "/bin/sh"
    And a run "aaa" of "train.py"
    When I run "guild runs"
    Then it prints no control characters

  Scenario: Listings are cut to the width of a terminal, and only there
    Given a run "aaa" of "train.py --label 'a very long label that does not fit into a narrow terminal at all'"
    And the environment variable COLUMNS is "40"
    When I run "guild runs"
    Then it prints "[1:aaa]  train.py  ...  completed  a very long label that does not fit into a narrow terminal at all"

  Scenario: What does not go together is refused
    When I run "guild runs --comments --verbose"
    Then it fails with exit status 1
    And it says:
      """
      guild: --comments and --verbose cannot both be specified
      Try 'guild runs --help' for more information.
      """

  Scenario: A run that can't be read entirely is listed with what can be read
    Given a run "aaa" of "train.py"
    And a run "bbb" of "train.py lr=0.2"
    And the attribute "label" of the run "bbb" is damaged
    When I run "guild runs"
    Then it succeeds
    And it prints:
      """
      [1:bbb]  train.py  ...  completed
      [2:aaa]  train.py  ...  completed  lr=0.1
      """

  Scenario: What is no run is not listed
    Given a run "aaa" of "train.py"
    And there is a directory "notes" among the runs
    And there is a file "README" among the runs
    When I run "guild runs"
    Then it prints:
      """
      [1:aaa]  train.py  ...  completed  lr=0.1
      """
