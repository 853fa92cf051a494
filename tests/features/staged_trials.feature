Feature: Staged batches and trials
  A batch can be made now and run later, and so can its trials. Who starts a trial makes sure
  that it still is staged, so that each runs once however many start them.

  Background:
    Given a script "train.py":
      """
      x = 1
      print(f"x is {x}")
      """

  Scenario: A staged batch has no trials yet
    When I run "guild run train.py x=[1,2] --stage --run-id bbb -y"
    Then it prints:
      """
      train.py+ staged as bbb
      To start the operation, use 'guild run --start bbb'
      """
    And the batch is staged
    And there are no trials

  Scenario: A staged batch is started by its id
    Given I ran "guild run train.py x=[1,2] --stage --run-id bbb --keep-batch -y"
    When I run "guild run --start bbb -y"
    Then it prints:
      """
      x is 1
      x is 2
      """
    And the trials are:
      | status    | x |
      | completed | 1 |
      | completed | 2 |
    And the batch is completed

  Scenario: A staged batch runs the source code it was staged with
    Given I ran "guild run train.py x=[1,2] --stage --run-id bbb -y"
    When I change "train.py" to:
      """
      x = 1
      print("changed")
      """
    And I run "guild run --start bbb -y"
    Then it prints:
      """
      x is 1
      x is 2
      """

  Scenario: A staged search is started with its optimizer
    Given I ran "guild run train.py x=[0:5] -m 3 --random-seed 1 --stage --run-id bbb -y"
    When I run "guild run --start bbb -y"
    Then it prints:
      """
      x is 3
      x is 4
      x is 0
      """

  Scenario: Guild asks before it starts a staged batch
    Given I ran "guild run train.py x=[1,2] --stage --run-id bbb -y"
    When I answer "n" to "guild run --start bbb"
    Then it says:
      """
      You are about to start bbb (train.py+) as a batch (2 trials)
        x: [1, 2]
      Continue? (Y/n)
      """

  Scenario: Trials are staged if that is asked for
    When I run "guild run train.py x=[1,2] --stage-trials --keep-batch -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Staging trial ...: train.py (x=1)
      INFO: [guild] Staging trial ...: train.py (x=2)
      """
    And it prints nothing
    And the trials are:
      | operation | status | label | x |
      | train.py  | staged | x=1   | 1 |
      | train.py  | staged | x=2   | 2 |
    And the batch has a link to each trial

  Scenario: Trials of random search are staged
    When I run "guild run train.py x=[0:5] -m 3 --random-seed 1 --stage-trials -y"
    Then the trials are:
      | status | x |
      | staged | 3 |
      | staged | 4 |
      | staged | 0 |

  Scenario: A staged trial is started by its id
    Given I ran "guild run train.py x=[1,2] --stage-trials -y"
    When I run for the trial "x=2" "guild run --start TRIAL -y"
    Then it prints "x is 2"
    And the trials are, in any order:
      | status    | x |
      | staged    | 1 |
      | completed | 2 |

  Scenario: A staged trial runs the source code that its batch had
    Given I ran "guild run train.py x=[1,2] --stage-trials -y"
    When I change "train.py" to:
      """
      x = 1
      print("changed")
      """
    And I run for the trial "x=2" "guild run --start TRIAL -y"
    Then it prints "x is 2"

  Scenario: Those that start a trial find it staged, or leave it alone
    Given I ran "guild run train.py --optimizer + --stage --run-id bbb -y"
    When I run in Python:
      """
      from guild import batch_util, op_util
      from guild.run import for_dir
      import os

      batch = for_dir(os.path.join(os.environ["GUILD_HOME"], "runs/bbb"))
      done, pending = (batch_util.init_trial_run(batch, {"x": x}) for x in (1, 2))
      print(done.status, pending.status)
      batch_util.start_trial_run(done)
      print(done.status)
      batch_util.start_trial_run(done)
      op_util.set_run_pending(pending)
      batch_util.start_trial_run(pending)
      print(pending.status)
      """
    Then it prints:
      """
      staged staged
      x is 1
      completed
      pending
      """
    And it says "...Skipping ... - status is 'completed' but expected 'staged'"
    And it says "...Skipping ... - status is 'pending' but expected 'staged'"
