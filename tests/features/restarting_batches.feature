Feature: Restarting batches
  A restart runs a batch again, in its own directory, with the flags it had or with some of them
  changed. Trials that are still staged are started; the others are made anew.

  Background:
    Given a place where trials meet
    And a script "train.py":
      """
      import os

      x = 1

      if x == 2 and "obstacle" in os.listdir(os.environ["PLACE"]):
          raise SystemExit(3)
      print(f"x is {x}")
      """

  Scenario: A batch that stopped half-way is restarted
    Given there is a "obstacle" in that place
    When I run "guild run train.py x=[1,2,3] --fail-on-trial-error --run-id bbb -y"
    Then it fails with exit status 3
    And the trials are, in any order:
      | status    | x |
      | completed | 1 |
      | error     | 2 |
      | staged    | 3 |
    When the "obstacle" is taken from that place
    And I run "guild run --restart bbb --keep-batch -y"
    Then it succeeds
    And it prints:
      """
      x is 1
      x is 2
      x is 3
      """
    And the trials are, in any order:
      | status    | x |
      | completed | 1 |
      | error     | 2 |
      | completed | 1 |
      | completed | 2 |
      | completed | 3 |
    And the batch is completed
    And the batch has a link to each trial

  Scenario: With --needed, trials that there are are not run again
    Given there is a "obstacle" in that place
    And a failed run "bbb" of "train.py x=[1,2,3] --fail-on-trial-error"
    When the "obstacle" is taken from that place
    And I run "guild run --restart bbb --needed -y"
    Then it succeeds
    And it prints:
      """
      x is 2
      x is 3
      """
    And the trials are, in any order:
      | status    | x |
      | completed | 1 |
      | error     | 2 |
      | completed | 2 |
      | completed | 3 |

  Scenario: A trial is restarted by itself
    Given there is a "obstacle" in that place
    And a failed run "bbb" of "train.py x=[1,2,3] --fail-on-trial-error"
    When the "obstacle" is taken from that place
    And I run for the trial "x=2" "guild run --restart TRIAL -y"
    Then it prints "x is 2"
    And the trials are, in any order:
      | status    | x |
      | completed | 1 |
      | completed | 2 |
      | staged    | 3 |

  Scenario: Staged trials are run by a restart, and not made twice
    Given I ran "guild run train.py x=[1,2] --stage-trials --keep-batch --run-id bbb -y"
    When I run "guild run --restart bbb -y"
    Then it prints:
      """
      x is 1
      x is 2
      """
    And the trials are:
      | status    | x |
      | completed | 1 |
      | completed | 2 |

  Scenario: A batch that completed makes all its trials again
    Given a run "bbb" of "train.py x=[1,2] --keep-batch"
    When I run "guild run --restart bbb -y"
    Then it succeeds
    And there are 4 trials
    And the batch is completed
    And the batch has a link to each trial

  Scenario: With --needed, a batch that completed is not run again
    Given a run "bbb" of "train.py x=[1,2] --keep-batch"
    When I run "guild run --restart bbb --needed -y"
    Then it succeeds
    And there are 2 trials
    And it prints or says "Skipping run because flags have not changed (--needed specified)"

  Scenario: With --needed, changed flags are reason enough
    Given a run "bbb" of "train.py x=[1,2] --keep-batch"
    When I run "guild run --restart bbb x=[2,3] --needed -y"
    Then it prints "x is 3"
    And the trials are:
      | x |
      | 1 |
      | 2 |
      | 3 |

  Scenario: Flags can be changed, and stay changed
    Given a run "bbb" of "train.py x=[1] --keep-batch"
    When I run "guild run --restart bbb x=[4,5] -y"
    Then it prints:
      """
      x is 4
      x is 5
      """
    When I run "guild run --restart bbb -y"
    Then it prints:
      """
      x is 4
      x is 5
      """

  Scenario: The number of trials can be changed, and stays changed
    Given a run "bbb" of "train.py x=[1,2,3] -m 3 --keep-batch"
    When I run "guild run --restart bbb -m 1 -y"
    Then there are 4 trials
    When I run "guild run --restart bbb -y"
    Then there are 5 trials

  Scenario: A search repeats its trials
    Given a run "bbb" of "train.py x=[0:5] -m 3 --random-seed 1 --keep-batch"
    When I run "guild run --restart bbb -y"
    Then it prints:
      """
      x is 3
      x is 4
      x is 0
      """

  Scenario: The flags of the optimizer can be changed
    Given a run "bbb" of "train.py x=[0:5] -o forest -m 1 -Fo kappa=1.5"
    When I run "guild run --restart bbb -Fo xi=0.1 -y"
    Then the flags of the run "bbb" are:
      | kappa         | 1.5   |
      | prev-trials   | batch |
      | random-starts | 3     |
      | xi            | 0.1   |

  Scenario: An optimizer goes on from the trials that its batch has
    Given a script "sum.py":
      """
      x = 1
      print(f"loss: {x}")
      """
    And a run "bbb" of "sum.py x=[0:5] -o forest -m 2 --random-seed 1 -Fo random-starts=0"
    When I run "guild run --restart bbb -m 1 -y"
    Then it says "INFO: [guild] Found 2 previous trial(s) for use in optimization"

  Scenario: A new batch can be made like another
    Given a run "bbb" of "train.py x=[1,2] --keep-batch"
    When I run "guild run --proto bbb --run-id ccc -y"
    Then it prints:
      """
      x is 1
      x is 2
      """
    And there are 4 trials
    And the run "ccc" is completed

  Scenario: Guild says what it is about to start, and asks
    Given a run "bbb" of "train.py x=[1,2] --keep-batch"
    When I answer "n" to "guild run --restart bbb x=[1,2,3]"
    Then it says:
      """
      You are about to start bbb (train.py+) as a batch (3 trials)
        x: [1, 2, 3]
      Continue? (Y/n)
      """

  Scenario: A batch that is running is not restarted
    Given a script "wait.py" that runs until it is stopped
    When "guild run wait.py x=[1,2] --force-flags --run-id bbb -y" is under way
    And I run "guild run --restart bbb -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: cannot restart run bbb because it's running
      Use 'guild stop bbb' to stop it first and try again.
      """

  Scenario: A wrong flag is refused and changes nothing
    Given a run "bbb" of "train.py x=[1,2] --keep-batch"
    When I run "guild run --restart bbb wrong=1 -y"
    Then it fails with exit status 1
    And it says "guild: unsupported flag 'wrong'..."
    And there are 2 trials
    And the batch is completed
