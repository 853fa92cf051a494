Feature: Trials side by side
  Several trials can run at a time. Each has a directory of its own and its output there; what
  is shown is how the batch goes on.

  Background:
    Given a place where trials meet
    And a script "meet.py":
      """
      import os
      import time

      me = 0

      place = os.environ["PLACE"]
      open(os.path.join(place, f"trial{me}"), "w").close()
      deadline = time.monotonic() + 30
      while len(os.listdir(place)) < 2:
          if time.monotonic() > deadline:
              raise SystemExit("nobody came")
          time.sleep(0.01)
      print(f"{me} met the other")
      print(f"loss: {me}")
      """

  Scenario: Two trials run at the same time
    When I run "guild run meet.py me=[1,2] --jobs 2 -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Running trial ...: meet.py (me=1)
      INFO: [guild] Running trial ...: meet.py (me=2)
      """
    And the trials are, in any order:
      | status    | label | me |
      | completed | me=1  | 1  |
      | completed | me=2  | 2  |

  Scenario: Their output is in their runs
    When I run "guild run meet.py me=[1,2] --jobs 2 -y"
    Then it prints nothing
    When I run for the trial "me=2" "guild cat TRIAL --output"
    Then it prints:
      """
      2 met the other
      loss: 2
      """

  Scenario: Each has scalars of its own
    Given I ran "guild run meet.py me=[1,2] --jobs 2 -y"
    When I run "guild select --max loss --attr label"
    Then it prints "me=2"

  Scenario: No more of them run than are asked for
    Given a script "count.py":
      """
      import os
      import time

      me = 0

      mine = os.path.join(os.environ["PLACE"], f"trial{me}")
      open(mine, "w").close()
      present = len(os.listdir(os.environ["PLACE"]))
      time.sleep(0.05)
      os.remove(mine)
      if present > 2:
          raise SystemExit(f"{present} at a time")
      """
    When I run "guild run count.py me=range[1:6] -j 2 --keep-batch -y"
    Then it succeeds
    And the trials are, in any order:
      | status    | me |
      | completed | 1  |
      | completed | 2  |
      | completed | 3  |
      | completed | 4  |
      | completed | 5  |
      | completed | 6  |
    And the batch is completed

  Scenario: More jobs than trials are no harm
    When I run "guild run meet.py me=[1,2] --jobs 8 -y"
    Then it succeeds
    And there are 2 trials

  Scenario: A failed trial doesn't stop the rest
    Given a script "fail.py":
      """
      import sys
      x = 1
      sys.exit(5 if x == 1 else 0)
      """
    When I run "guild run fail.py x=[1,2,3] --jobs 2 --keep-batch -y"
    Then it succeeds
    And it says "ERROR: [guild] Trial ... exited with an error (5) - see log for details"
    And the trials are, in any order:
      | status    | x |
      | error     | 1 |
      | completed | 2 |
      | completed | 3 |
    And the batch is completed

  Scenario: A failed trial stops the batch if that is asked for, and those that run may end
    Given a script "fail.py":
      """
      import os
      import sys
      import time

      x = 1

      place = os.environ["PLACE"]
      open(os.path.join(place, f"trial{x}"), "w").close()
      while len(os.listdir(place)) < 2:
          time.sleep(0.01)
      sys.exit(5 if x == 1 else 0)
      """
    When I run "guild run fail.py x=[1,2,3,4] --jobs 2 --fail-on-trial-error -y"
    Then it fails with exit status 5
    And it says "ERROR: [guild] Stopping batch because a trial failed (pending trials can be started as needed)"
    And the batch is error
    And the trial "x=1" is error
    And the trial "x=4" is staged

  Scenario: Random trials run side by side
    When I run "guild run meet.py me=[1:1000000] -m 2 --random-seed 1 --jobs 2 -y"
    Then it succeeds
    And there are 2 trials

  Scenario: An optimizer suggests other flags than those that are being tried
    When I run "guild run meet.py me=[1:9] -o forest -m 2 --random-seed 1 -Fo random-starts=1 --jobs 2 -y"
    Then it succeeds
    And there are 2 trials

  Scenario: Fewer trials than jobs are tried while an optimizer has no others
    When I run "guild run meet.py me=[1,2] -o gp -m 4 --random-seed 1 --jobs 2 -y"
    Then it succeeds
    And there are 4 trials

  Scenario Outline: All trials are stopped with the batch
    Given a script "wait.py" that runs until it is stopped
    When "guild run wait.py x=[1,2,3] --force-flags --jobs 2 --run-id bbb -y" is under way with 2 trials
    And guild gets <signal>
    Then guild ends with exit status <code>
    And the trials are, in any order:
      | status     | x |
      | terminated | 1 |
      | terminated | 2 |
      | staged     | 3 |
    And the run "bbb" is terminated

    Examples:
      | signal  | code |
      | SIGTERM | 241  |
      | SIGINT  | 254  |
