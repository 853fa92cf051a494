Feature: Runs in the background
  A run can be left to itself: guild returns at once and the run goes on.

  Background:
    Given a script "wait.py" that runs until it is stopped

  Scenario: A run goes on in the background
    When I run "guild run wait.py --run-id aaa --background -y"
    Then it succeeds
    And it says "wait.py started in background as aaa (pidfile ...)"
    And the run "aaa" is running
    When I run "guild stop aaa -y"
    Then the run "aaa" is terminated
    And nothing of the run "aaa" is left running

  Scenario: The process is named in a file
    When I run "guild run wait.py --run-id aaa --pidfile here.pid -y"
    Then it says "wait.py started in background as aaa (pidfile ...here.pid)"
    And the file "here.pid" names a process that lives
    When I run "guild stop aaa -y"
    Then the run "aaa" is terminated
    And the file "here.pid" is gone

  Scenario: Nothing is left of the file that names the process when no place is given for it
    When I run "guild run wait.py --run-id aaa --background -y"
    Then a temporary file names a process that lives
    When I run "guild stop aaa -y"
    Then the run "aaa" is terminated
    And no temporary file is left

  Scenario: Nothing is said if it should be quiet
    When I run "guild run wait.py --run-id aaa --background --quiet -y"
    Then it says nothing
    And it prints nothing

  Scenario: Output is kept and the run completes as any other
    Given a script "short.py":
      """
      print("loss: 0.5")
      """
    When I run "guild run short.py --run-id aaa --background -y"
    Then it prints nothing
    And the run "aaa" becomes completed
    And the output of the latest run is:
      """
      loss: 0.5
      """
    And the scalars of the run "aaa" are:
      | loss | 0.5 | 0 |

  Scenario: A staged run is started in the background
    Given a script "short.py":
      """
      print("ok")
      """
    And I ran "guild run short.py --stage --run-id aaa -y"
    When I run "guild run --start aaa --background -y"
    Then it says "short.py started in background as aaa (pidfile ...)"
    And the run "aaa" becomes completed

  Scenario: Mistakes are told before anything goes to the background
    When I run "guild run nope.py --background -y"
    Then it fails with exit status 1
    And it says "guild: cannot find operation nope.py"
    And there are no runs
