Feature: Comparing runs
  Runs are compared in a table of their flags and scalars.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      name = None
      print(f"loss: {lr * 2} (step 3)")
      """
    And a run "aaa" of "train.py"
    And a run "bbb" of "train.py lr=0.25"

  Scenario: Runs side by side
    When I run "guild compare --table"
    Then it prints:
      """
      run  operation  started  ...  time     status     label    lr    name  step  loss
      bbb  train.py   ...  0:00:0...  completed  lr=0.25  0.25        3     0.5
      aaa  train.py   ...  0:00:0...  completed  lr=0.1   0.1         3     0.200000
      """

  Scenario: As a file for other programs
    When I run "guild compare --csv out/runs.csv"
    Then it says "Wrote 2 row(s) to out/runs.csv"
    And the file "out/runs.csv" has the columns:
      | run | operation | status    | label   | lr   | name | step | loss                |
      | bbb | train.py  | completed | lr=0.25 | 0.25 |      | 3    | 0.5                 |
      | aaa | train.py  | completed | lr=0.1  | 0.1  |      | 3    | 0.20000000298023224 |

  Scenario: On standard output
    When I run "guild compare --csv - 1"
    Then it prints 2 lines
    And it says nothing

  Scenario: Nothing to compare
    Given I ran "guild runs delete -y"
    When I run "guild compare --table"
    Then it succeeds
    And it prints nothing

  Scenario: Different operations share the columns they have in common
    Given a script "other.py":
      """
      lr = 7
      batch = 8
      """
    And a run "ccc" of "other.py"
    When I run "guild compare --csv all.csv"
    Then the file "all.csv" has the columns:
      | run | operation | lr   | batch | loss                |
      | ccc | other.py  | 7    | 8     |                     |
      | bbb | train.py  | 0.25 |       | 0.5                 |
      | aaa | train.py  | 0.1  |       | 0.20000000298023224 |

  Scenario: The best come first
    When I run "guild compare --csv sorted.csv --min loss"
    Then the file "sorted.csv" has the columns:
      | run |
      | aaa |
      | bbb |
