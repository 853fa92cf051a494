Feature: Stopping runs
  However a run is stopped, its whole process tree ends and the run is terminated.

  Background:
    Given a script "wait.py" that runs until it is stopped

  Scenario: A run is stopped by its id
    Given "guild run wait.py --run-id aaa -y" is under way
    When I run "guild stop aaa -y"
    Then it says "Stopping aaa (pid ...)"
    And guild ends with exit status 241
    And the runs are:
      | id  | status     | exit_status |
      | aaa | terminated | -15         |
    And nothing of the run "aaa" is left running

  Scenario: Guild shows what it is about to stop, and no is the default
    Given "guild run wait.py --run-id aaa -y" is under way
    When I answer "" to "guild stop"
    Then it fails with exit status 4
    And it says:
      """
      You are about to stop the following runs:
        [aaa]  wait.py  ...  running
      Stop 1 run(s)? (y/N)
      """
    And the run "aaa" is running

  Scenario Outline: A signal to guild stops the run
    Given "guild run wait.py --run-id aaa -y" is under way
    When guild gets <signal>
    Then guild ends
    And the run "aaa" is terminated
    And nothing of the run "aaa" is left running

    Examples:
      | signal  |
      | SIGINT  |
      | SIGTERM |
      | SIGHUP  |

  Scenario: An interrupt counts even if the script makes an exit status of its own of it
    Given a script "polite.py":
      """
      import sys
      import time

      print("ready", flush=True)
      try:
          while True:
              time.sleep(1)
      except KeyboardInterrupt:
          sys.exit(3)
      """
    And "guild run polite.py --run-id aaa -y" is under way
    When guild gets SIGINT
    Then guild ends
    And the run "aaa" is terminated

  Scenario: Processes that a script started end with it
    Given a script "family.py":
      """
      import subprocess
      import sys
      import time

      child = subprocess.Popen(
          [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
      )
      print("ready", flush=True)
      time.sleep(600)
      """
    And "guild run family.py --run-id aaa -y" is under way
    When I run "guild stop aaa -y"
    Then the run "aaa" is terminated
    And nothing of the run "aaa" is left running

  Scenario: A script that does not want to stop is made to
    Given a script "stubborn.py":
      """
      import signal
      import time

      signal.signal(signal.SIGTERM, signal.SIG_IGN)
      signal.signal(signal.SIGINT, signal.SIG_IGN)
      print("ready", flush=True)
      while True:
          time.sleep(1)
      """
    And "guild run stubborn.py --run-id aaa -y" is under way
    When guild gets SIGTERM
    Then guild ends
    And the run "aaa" is terminated
    And nothing of the run "aaa" is left running

  Scenario: A run that is over can't be stopped
    Given a script "plain.py":
      """
      print("ok")
      """
    And a run "aaa" of "plain.py"
    When I run "guild stop aaa -y"
    Then it succeeds
    And it says "Run aaa is not running"
    When I run "guild stop -y"
    Then it says "Nothing to stop."

  Scenario: A run is stopped after a time
    When I run "guild run wait.py --run-id aaa --stop-after 0.001 -y"
    Then it fails with exit status 241
    And the run "aaa" is terminated

  Scenario: Guild says that it stops a run early
    When I run "guild run wait.py --stop-after 0.001 -y"
    Then it says "Stopping process early (pid ...) - 0.0 minute(s) elapsed"

  Scenario: A run that ends in time is not stopped
    Given a script "plain.py":
      """
      print("ok")
      """
    When I run "guild run plain.py --stop-after 10 -y"
    Then it succeeds
    And it says nothing
