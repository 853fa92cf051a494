Feature: Homes of the prior system
  Runs that Guild AI 0.9 made are listed, shown and restarted.

  Background:
    Given a home with a run "0123456789abcdef0123456789abcdef" that the prior system made of "echo.py"

  Scenario: Its runs are listed
    When I run "guild runs"
    Then it prints:
      """
      [1:01234567]  echo.py  2026-11-21 04:36:51  completed  x=2.0 y=3
      """

  Scenario: Its runs are shown
    When I run "guild runs info"
    Then it prints "id: 0123456789abcdef0123456789abcdef"
    And it prints "  x: 2.0"
    And it prints "  y: 3"
    When I run "guild cat --output"
    Then it prints "2.0 3"

  Scenario: Its runs are restarted
    When I run "guild run --restart 0123 -y"
    Then it prints "2.0 3"
    And the runs are:
      | id                               | status    | label     |
      | 0123456789abcdef0123456789abcdef | completed | x=2.0 y=3 |

  Scenario: Its runs are restarted with other flags
    When I run "guild run --restart 0123 x=5 -y"
    Then it prints "5 3"

  Scenario: A run that it has under way is running
    Given the prior system has the run "0123456789abcdef0123456789abcdef" under way
    Then the run "0123" is running
    When I run "guild run --restart 0123 -y"
    Then it fails with exit status 1
    And it says "guild: cannot restart run 0123456789abcdef0123456789abcdef because it's running"
