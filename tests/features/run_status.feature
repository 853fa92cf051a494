Feature: The status of a run
  The status is inferred from what a run's directory shows, each time it is asked for. Nothing
  has to be told when a run ends: a process that was killed, or a machine that went down,
  leaves no run that is running for ever.

  Background:
    Given a script "train.py":
      """
      print("ok")
      """
    And a run "aaa" of "train.py"

  Scenario: Status follows from how the run ended, and a mark comes before that
    Then the run "aaa" has this status:
      | exit status | mark    | status     |
      | 0           |         | completed  |
      | 1           |         | error      |
      | 3           |         | error      |
      | -9          |         | terminated |
      | -15         |         | terminated |
      | 0           | staged  | staged     |
      | 1           | staged  | staged     |
      | 0           | pending | pending    |
      | -9          | pending | pending    |

  Scenario: A run is running while its process lives
    Given the run "aaa" has no exit status
    And the run "aaa" is locked by a process that lives
    Then the run "aaa" is running

  Scenario: A run whose process is gone has failed
    Given the run "aaa" has no exit status
    And the run "aaa" is locked by a process that ended
    Then the run "aaa" is error

  Scenario: A run without any evidence has failed
    Given the run "aaa" has no exit status
    Then the run "aaa" is error

  Scenario: Another process that got the same number is not mistaken for the run
    Given the run "aaa" has no exit status
    And the run "aaa" is locked by a process whose number was given to another one
    Then the run "aaa" is error

  Scenario: A run does not survive a restart of the machine
    Given the run "aaa" has no exit status
    And the run "aaa" is locked by a process from before the machine was restarted
    Then the run "aaa" is error

  Scenario: A run on another machine is not called dead
    Given the run "aaa" has no exit status
    And the run "aaa" is locked by a process of another machine
    Then the run "aaa" is running

  Scenario: A run that a remote is said to run is running
    Given the run "aaa" is locked by the remote "lab"
    When I run "guild runs"
    Then it prints "[1:aaa]  train.py  ...  running (lab)"

  Scenario: Killing guild does not lose what the script writes, nor leave it running for ever
    Given a script "slow.py":
      """
      import time
      from pathlib import Path

      print("ready", flush=True)
      while not Path("go").exists():
          time.sleep(0.02)
      print("after", flush=True)
      """
    And "guild run slow.py --run-id bbb -y" is under way
    When guild is killed
    Then the run "bbb" is running
    When the run "bbb" finds a file "go"
    Then the output of the run "bbb" becomes:
      """
      ready
      after
      """
    And the run "bbb" stops running
