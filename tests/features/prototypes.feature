Feature: Runs made like other runs
  `--proto` makes a new run from one that exists: with its flags and its source code.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      epochs = 3
      print(f"{epochs} epochs at {lr}")
      """
    And a run "aaa" of "train.py lr=0.5"

  Scenario: The new run has the flags of the other one
    When I run "guild run --proto aaa --run-id bbb -y"
    Then it prints "3 epochs at 0.5"
    And the runs are:
      | id  | operation | status    | label           |
      | bbb | train.py  | completed | epochs=3 lr=0.5 |
      | aaa | train.py  | completed | epochs=3 lr=0.5 |

  Scenario: Flags that are given come before those of the other run
    When I run "guild run --proto aaa epochs=9 --run-id bbb -y"
    Then it prints "9 epochs at 0.5"
    And the flags of the run "aaa" are:
      | epochs | 3   |
      | lr     | 0.5 |

  Scenario: The new run has the source code of the other one
    When I change "train.py" to:
      """
      lr = 0.1
      epochs = 3
      print("changed")
      """
    And I run "guild run --proto aaa -y"
    Then it prints "3 epochs at 0.5"
    When I run "guild run --proto aaa --force-sourcecode -y"
    Then it prints "changed"

  Scenario: There has to be such a run
    When I run "guild run --proto nope -y"
    Then it fails with exit status 1
    And it says "guild: could not find a run matching 'nope'"
    And there are 1 runs
