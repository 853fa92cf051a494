Feature: Settings
  Where Guild keeps runs, and what it leaves out or keeps quiet about, can be set in the
  environment; where its home is also in the user's configuration.

  Background:
    Given a script "train.py":
      """
      print("ok")
      """

  Scenario: Homes can be where they were before version 0.9
    Given no Guild home is named
    And the environment variable GUILD_HOME_SCHEME is "pre-0.9"
    When I run "guild run train.py -y"
    Then there is one run in the home "user/.guild"
    Given an activated Python environment
    When I run "guild run train.py -y"
    Then there is one run in the home "environment/.guild"

  Scenario: The scheme of homes can be configured
    Given no Guild home is named
    And an activated Python environment
    And a file "../user/.guild/config.yml":
      """
      legacy:
        guild-home: pre-0.9
      """
    When I run "guild run train.py -y"
    Then it says nothing
    And there is one run in the home "environment/.guild"

  Scenario Outline: The configuration is the first file of these
    Given no Guild home is named
    And an activated Python environment
    And a file "<file>":
      """
      legacy: {guild-home: pre-0.9}
      """
    And a file "<other>":
      """
      legacy: {}
      """
    And the environment variable GUILD_CONFIG is "<named>"
    When I run "guild run train.py -y"
    Then there is one run in the home "environment/.guild"

    Examples:
      | file             | other                      | named   |
      | my.yml           | guild-config.yml           | my.yml  |
      | guild-config.yml | ../user/.guild/config.yml  |         |

  Scenario: A home that is named counts more than schemes
    Given the environment variable GUILD_HOME_SCHEME is "pre-0.9"
    When I run "guild run train.py -y"
    Then there is one run in the home "home"

  Scenario Outline: A configuration that can't be understood is told of and passed over
    Given no Guild home is named
    And a file "guild-config.yml":
      """
      <text>
      """
    When I run "guild run train.py -y"
    Then it prints "ok"
    And it says "WARNING: <warning>"
    And there is one run in the home "user/.guild"

    Examples:
      | text                     | warning                                                   |
      | legacy: [                | error loading user config in .../guild-config.yml: ...    |
      | just text                | error loading user config in .../guild-config.yml: expected sections by name |
      | legacy: {guild-home: zz} | unsupported legacy scheme for 'guild-home': 'zz' - using default scheme |

  Scenario: Notes and records can be left out
    Given the environment variable NO_WARN_RUNDIR is "1"
    And the environment variable NO_PIP_FREEZE is "1"
    When I run "guild run train.py --run-dir elsewhere -y"
    Then it says nothing
    When I run "guild runs info elsewhere --json"
    Then it does not print "pip_freeze"

  Scenario: Warnings about flags can be left out
    Given a script "args.py":
      """
      import argparse
      parser = argparse.ArgumentParser()
      parser.add_argument("--ratio", type=complex, default=1)
      print(parser.parse_args().ratio)
      """
    When I run "guild run args.py -y"
    Then it says "WARNING: ..."
    Given the environment variable NO_WARN_FLAGS_IMPORT is "1"
    When I run "guild run args.py -y"
    Then it says nothing

  Scenario: A run knows the level of messages
    Given a script "level.py":
      """
      import os
      print("level", os.environ["LOG_LEVEL"])
      """
    When I run "guild run level.py -y"
    Then it prints "level 20"
    When I run "guild --debug run level.py -y"
    Then it prints "level 10"
    Given the environment variable LOG_LEVEL is "30"
    When I run "guild run level.py -y"
    Then it prints "level 30"

  Scenario: A level of messages that is no number is refused
    Given the environment variable LOG_LEVEL is "loud"
    When I run "guild run train.py -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: invalid value for LOG_LEVEL 'loud': must be a number such as 20
      """
