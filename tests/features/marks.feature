Feature: Marks
  A marked run is the one to use where an operation stands for one of its runs.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      """
    And a run "aaa" of "train.py"
    And a run "bbb" of "train.py"

  Scenario: A marked run is shown as such
    When I run "guild mark aaa -y"
    Then it says "Marked 1 run(s)"
    When I run "guild runs"
    Then it prints:
      """
      [1:bbb]  train.py           ...  completed  lr=0.1
      [2:aaa]  train.py [marked]  ...  completed  lr=0.1
      """

  Scenario: Without a run the latest one is marked
    When I run "guild mark -y"
    And I run "guild select --marked"
    Then it prints "bbb"

  Scenario: A mark is removed again
    Given I ran "guild mark aaa -y"
    When I run "guild mark --clear aaa -y"
    Then it says "Unmarked 1 run(s)"
    When I run "guild select --all --marked"
    Then it prints nothing

  Scenario: Guild asks before it marks
    When I answer "n" to "guild mark aaa"
    Then it fails with exit status 4
    And it says:
      """
      You are about to mark the following runs:
        [aaa]  train.py  ...  completed  lr=0.1
      Continue? (Y/n)
      """
