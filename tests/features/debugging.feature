Feature: Debugging a run
  A run can be stopped in Python's debugger, at a line, in a function or where it fails. What
  is typed goes to the debugger. The project's code can be run instead of its copy, too.

  Background:
    Given a script "train.py":
      """
      rate = 0.1

      def step(loss):
          smaller = loss - rate
          return smaller

      print("loss", step(1.0))
      """

  Scenario Outline: A run stops where it is told to
    When I answer "p rate" and "continue" to "guild run train.py rate=0.5 --break <location> -y"
    Then it succeeds
    And it prints "> .../train.py(<line>)<place>"
    And it prints "(Pdb) 0.5"
    And it prints "(Pdb) loss 0.5"
    And the runs are:
      | operation | status    |
      | train.py  | completed |

    Examples:
      | location   | line | place      |
      | 7          | 7    | <module>() |
      | train.py:5 | 5    | step()     |
      | train:5    | 5    | step()     |
      | train.step | 4    | step()     |

  Scenario: A line without code means the next one that has some
    When I answer "p rate" and "continue" to "guild run train.py --break 6 -y"
    Then it prints "> .../train.py(7)<module>()"

  Scenario: A run stops at several places
    When I answer "c" and "c" to "guild run train.py --break 4 --break 5 -y"
    Then it prints "> .../train.py(4)step()"
    And it prints "(Pdb) > .../train.py(5)step()"
    And it succeeds

  Scenario: A place that is not there is refused
    When I run "guild run train.py --break nowhere:4 -y"
    Then it fails with exit status 1
    And it says "guild: cannot set a breakpoint at 'nowhere:4': ..."

  Scenario: A run that fails can be looked at where it failed
    Given a script "broken.py":
      """
      def divide(number):
          half = number / 2
          return half / 0

      divide(3)
      """
    When I answer "p half" and "quit" to "guild run broken.py --break-on-error -y"
    Then it fails
    And it says "ZeroDivisionError: float division by zero"
    And it says "Entering post mortem debug session"
    And it prints "> .../broken.py(3)divide()"
    And it prints "(Pdb) 1.5"
    And the runs are:
      | operation | status |
      | broken.py | error  |

  Scenario: A run that succeeds doesn't come to the debugger
    When I run "guild run train.py --break-on-error -y"
    Then it prints:
      """
      loss 0.9
      """

  Scenario: The project's code runs instead of the run's copy
    Given a file "helper.py":
      """
      """
    And a script "where.py":
      """
      import os
      import helper
      for file in (__file__, helper.__file__):
          print(os.path.relpath(file, os.environ["PROJECT_DIR"]))
      """
    When I run "guild run where.py --debug-sourcecode . -y"
    Then it prints:
      """
      where.py
      helper.py
      """
    When I run "guild run where.py -y"
    Then it prints:
      """
      .../home/runs/.../where.py
      .../home/runs/.../helper.py
      """

  Scenario: Other code can stand in for parts of the project
    Given a file "helper.py":
      """
      name = "project"
      """
    And a file "../patched/helper.py":
      """
      name = "patched"
      """
    And a script "show.py":
      """
      import helper
      print(helper.name)
      """
    When I run "guild run show.py --debug-sourcecode ../patched:. -y"
    Then it prints "patched"

  Scenario: Code to debug that is not there is refused
    When I run "guild run train.py --debug-sourcecode nowhere -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: directory 'nowhere' does not exist
      """
    And there are no runs
