Feature: Deleting runs
  Deleted runs go to the trash, from where they can be brought back. Nothing is removed for good
  unless it is asked for, and asked about.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      """
    And a run "aaa" of "train.py"
    And a run "bbb" of "train.py lr=0.2"

  Scenario: Guild shows what it is about to delete and asks
    When I answer "n" to "guild runs delete bbb"
    Then it fails with exit status 4
    And it says:
      """
      You are about to delete the following runs:
        [bbb]  train.py  ...  completed  lr=0.2
      Delete 1 run(s)? (Y/n)
      """
    And there are 2 runs

  Scenario: A deleted run is in the trash
    When I answer "y" to "guild runs delete bbb"
    Then it succeeds
    And it says "...Deleted 1 run(s)"
    And the runs are:
      | id  |
      | aaa |
    When I run "guild runs --deleted"
    Then it prints:
      """
      [1:bbb]  train.py  ...  completed  lr=0.2
      """

  Scenario: A deleted run is restored
    Given I ran "guild runs delete bbb -y"
    When I answer "y" to "guild runs restore bbb"
    Then it says:
      """
      You are about to restore the following runs:
        [bbb]  train.py  ...  completed  lr=0.2
      Restore 1 run(s)? (Y/n) Restored 1 run(s)
      """
    And the runs are:
      | id  |
      | bbb |
      | aaa |

  Scenario: The trash is emptied only if the answer is yes
    Given I ran "guild runs delete bbb -y"
    When I answer "" to "guild runs purge"
    Then it fails with exit status 4
    And it says:
      """
      WARNING: You are about to permanently delete the following runs:
        [bbb]  train.py  ...  completed  lr=0.2
      Permanently delete 1 run(s)? (y/N)
      """
    When I answer "y" to "guild runs purge"
    Then it says "...Permanently deleted 1 run(s)"
    When I run "guild runs --deleted"
    Then it prints nothing

  Scenario: Runs are deleted for good at once if that is asked for
    When I answer "y" to "guild runs delete bbb --permanent"
    Then it says "...Permanently deleted 1 run(s)"
    When I run "guild runs --deleted"
    Then it prints nothing
    And there are 1 runs

  Scenario: Without a run all are meant
    When I run "guild runs delete -y"
    Then it says "Deleted 2 run(s)"
    And there are no runs

  Scenario Outline: There may be nothing to do
    When I run "guild <command>"
    Then it succeeds
    And it says "<text>"
    And there are 2 runs

    Examples:
      | command              | text                |
      | runs delete --staged | Nothing to delete.  |
      | runs restore         | Nothing to restore. |
      | runs purge           | Nothing to purge.   |

  Scenario: No answer is not yes
    When I end the input at "guild runs delete bbb"
    Then it fails with exit status 1
    And there are 2 runs

  Scenario: A running run is stopped before it is deleted
    Given a script "wait.py" that runs until it is stopped
    And "guild run wait.py --run-id ccc -y" is under way
    When I answer "y" and "n" to "guild runs delete ccc"
    Then it fails with exit status 4
    And it says "...WARNING: One or more runs are still running and will be stopped before being deleted."
    And the run "ccc" is running
    When I run "guild runs delete ccc -y"
    Then it says "Deleted 1 run(s)"
    And nothing of the run "ccc" is left running

  Scenario: What is left of a removal that was cut short is removed by the next purge
    Given I ran "guild runs delete -y"
    And a file "../home/trash/deleting-ccc-1/train.py":
      """
      lr = 0.1
      """
    When I run "guild check"
    Then it prints ".../trash/deleting-ccc-1: left of a run that was being deleted..."
    When I run "guild runs purge -y"
    Then it says "Permanently deleted 2 run(s)"
    When I run "guild check"
    Then it succeeds
    When I run "guild runs purge -y"
    Then it says "Nothing to purge."
