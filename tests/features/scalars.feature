Feature: Scalars
  Numbers that a script prints as "name: value" are kept as scalars, for comparing runs and for
  TensorBoard.

  Scenario: Lines of a name and a value are scalars
    Given a script "train.py":
      """
      print("loss: 0.5")
      print("val-acc: 1e-3 (step 4)")
      print("m/n: -7")
      print("some text: with words")
      print("  indented: 1")
      """
    When I run "guild run train.py -y"
    Then the scalars of the latest run are:
      | loss    | 0.5   | 0 |
      | m/n     | -7    | 4 |
      | val-acc | 0.001 | 4 |

  Scenario: A step applies to what comes after it
    Given a script "train.py":
      """
      for step in range(3):
          print(f"step: {step}")
          print(f"loss: {1 / (step + 1)}")
      """
    When I run "guild run train.py -y"
    Then the scalars of the latest run are:
      | loss | 0.333333 | 2 |

  Scenario: Steps are counted where none are told
    Given a script "train.py":
      """
      for loss in (3, 2, 1):
          print(f"loss: {loss}")
          print(f"acc: {loss * 2}")
      """
    When I run "guild run train.py -y"
    Then the scalars of the latest run are:
      | acc  | 2 | 2 |
      | loss | 1 | 2 |

  Scenario: Flags are not scalars, though they are printed
    Given a script "train.py":
      """
      lr = 0.1
      print(f"lr: {lr}")
      print("loss: 1")
      """
    When I run "guild run train.py -y"
    Then the scalars of the latest run are:
      | loss | 1 | 0 |

  Scenario: Scalars on either stream count
    Given a script "train.py":
      """
      import sys
      print("loss: 1", file=sys.stderr)
      """
    When I run "guild run train.py -y"
    Then the scalars of the latest run are:
      | loss | 1 | 0 |

  Scenario: TensorBoard reads the scalars
    Given a script "train.py":
      """
      for step in range(3):
          print(f"loss: {10 - step} (step {step})")
      """
    When I run "guild run train.py -y"
    Then TensorBoard reads of the latest run:
      | loss | 0 | 10 |
      | loss | 1 | 9  |
      | loss | 2 | 8  |

  Scenario: Scalars are there while the run goes on
    Given a script "train.py":
      """
      import time
      print("loss: 1 (step 5)")
      print("ready", flush=True)
      time.sleep(600)
      """
    And "guild run train.py --run-id aaa -y" is under way
    Then the run "aaa" soon has the scalar "loss"

  Scenario: There is no event file if there are no scalars
    Given a script "plain.py":
      """
      print("nothing to count")
      """
    When I run "guild run plain.py -y"
    Then the latest run has no event file

  Scenario: One sees what would be found in a text
    Given a file "log.txt":
      """
      loss: 2 (step 3)
      nothing here
      """
    And a script "train.py":
      """
      """
    When I run "guild run train.py --test-output-scalars log.txt"
    Then it prints "loss: 2 (step 3)"
    And it prints "...(loss=2.0)"
    And it prints "nothing here"
    And it prints "...: <no matches>"
    And there are no runs
