Feature: Checking the setup and the runs
  `guild check` shows what Guild works with, and names what is damaged among the runs, without
  changing anything.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      """
    And a run "aaa" of "train.py"

  Scenario: All is well
    When I run "guild check"
    Then it succeeds
    And it prints "guild_version:             ..."
    And it prints "guild_home:                .../home"
    And it prints "python_version:            ..."

  Scenario: A damaged attribute is named
    Given the attribute "flags" of the run "aaa" is damaged
    When I run "guild check"
    Then it fails with exit status 1
    And it prints ".../runs/aaa/.guild/attrs/flags: unreadable attribute..."

  Scenario: A run that was never finished being made is named
    Given the run "aaa" has lost what says which operation it is of
    When I run "guild check"
    Then it fails with exit status 1
    And it prints ".../runs/aaa: run that was never finished being made..."

  Scenario: What does not belong among the runs is named
    Given there is a file "notes" among the runs
    And there is a directory "stuff" among the runs
    When I run "guild check"
    Then it fails with exit status 1
    And it prints ".../runs/notes: not a directory..."
    And it prints ".../runs/stuff: not a run..."

  Scenario: A lock that nobody holds any more is named
    Given the run "aaa" is locked by a process that ended
    When I run "guild check"
    Then it succeeds
    And it prints ".../runs/aaa/.guild/LOCK: lock of a process that ended without a word..."

  Scenario: Damage is told to scripts as well
    Given the attribute "label" of the run "aaa" is damaged
    When I run "guild check --json"
    Then it fails with exit status 1
    And it prints "..."damage": [{..."

  Scenario Outline: The version is checked
    When I run "guild check --version '<wanted>' --no-info"
    Then it <outcome>

    Examples:
      | wanted | outcome                  |
      | >=0.9  | succeeds                 |
      | <0.7   | fails with exit status 1 |
